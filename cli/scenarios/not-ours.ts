import type { Pool } from '../../sim/ec2/instance.ts';
import { noRequestDropped, noTaskKilledOf, noThrottling } from '../promises.ts';
import { at, type Promised, type Scenario, STORY_AT_SECONDS } from '../scenario.ts';

const pool: Pool = { type: 'm6i.large', zone: 'eu-west-1a' };
const batch: Pool = { type: 'c6i.large', zone: 'eu-west-1a' };
const eks: Pool = { type: 'm6a.large', zone: 'eu-west-1a' };

/** Of 72 notices two are ours: a look-up over all clusters would take 40 calls and more. */
const MOST_ECS_CALLS = 30;

const fewCalls: Promised = ({ account }) => {
  const from = account.clock.now() - (seconds - STORY_AT_SECONDS) * 1000;
  const calls = account.endpoint.calls.entries.filter(
    (call) =>
      call.service === 'ecs' && call.caller.startsWith('spotkeeper') && call.at >= from && call.at < from + 60_000,
  );
  return calls.length > MOST_ECS_CALLS ? [`${calls.length} ECS calls in the first minute after foreign notices`] : [];
};

const seconds = 300;

export const notOurs: Scenario = {
  name: 'not-ours',
  title: 'Notices for EKS nodes, an AWS Batch cluster and an opted-out one, among 40 clusters; two are for us.',
  seconds,
  build(region, account) {
    for (let n = 1; n <= 38; n += 1) {
      const cluster = region.createCluster({ name: `team-${String(n).padStart(2, '0')}` });
      const { id } = region.addInstance({ ...pool, cluster });
      region.addInstance({ ...pool, cluster });
      const targetGroup = region.createTargetGroup({ name: cluster.name });
      region.createService({ cluster, name: 'web', desired: 2, targetGroup, requestsPerSecond: 2 });
      if (n <= 2) at(account, 61, () => region.interrupt(id));
    }
    const jobs = region.createCluster({ name: 'AWSBatch-nightly-1f0c2a34-7d55-3d5b-9d0e-6a4f1f0c2b3d' });
    const opted = region.createCluster({ name: 'legacy', tags: { 'spotkeeper:manage': 'false' } });
    for (let n = 0; n < 10; n += 1) {
      const { id: instanceId } = region.addInstance({ ...batch, cluster: jobs });
      region.runTask({ cluster: jobs, family: 'nightly', instanceId });
      const { id } = region.addInstance({ ...batch, cluster: opted });
      for (const one of [instanceId, id]) at(account, 60, () => region.interrupt(one));
    }
    for (let n = 0; n < 50; n += 1) {
      const { id } = region.addInstance(eks);
      at(account, 60 + n / 50, () => region.interrupt(id));
    }
  },
  promises: [fewCalls, noRequestDropped, noTaskKilledOf(({ service }) => service === 'web'), noThrottling],
};
