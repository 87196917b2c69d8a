import { noTaskKilledOf } from '../promises.ts';
import { at, type Promised, type Scenario } from '../scenario.ts';

const pool = { type: 'm6i.large', zone: 'eu-west-1a' };

/** ECS sends no SIGTERM before the target has drained, which 300 s and busy connections put after the deadline. */
const theSettingIsNamed: Promised = ({ verdict: { slowTargetGroups } }) => {
  const found = slowTargetGroups.find(({ name }) => name === 'uploads');
  if (!found) return ['the verdict does not name the target group uploads'];
  return found.setToSeconds < 120 ? [] : [`a delay of ${found.setToSeconds} s would not have saved uploads either`];
};

const theUserIsTold: Promised = ({ installation: { transcript } }) =>
  transcript.lines.some(({ fields }) =>
    /target group uploads: .*deregistration/.test(JSON.stringify(fields.notes ?? [])),
  )
    ? []
    : ['no plan named the target group uploads and the delay to set'];

export const slowDeregistration: Scenario = {
  name: 'slow-deregistration',
  title: 'A target group with the default delay of 300 s and long uploads: ECS cannot stop its tasks in time.',
  seconds: 300,
  build(region, account) {
    const cluster = region.createCluster({ name: 'media' });
    region.createGroup({ name: 'media-spot', cluster, desired: 6, pools: [pool] });
    const uploads = region.createTargetGroup({ name: 'uploads', deregistrationDelaySeconds: 300 });
    const slow = { requestsPerSecond: 2, requestMs: 200_000 };
    region.createService({ cluster, name: 'uploads', desired: 6, targetGroup: uploads, ...slow });
    const web = region.createTargetGroup({ name: 'web' });
    region.createService({ cluster, name: 'web', desired: 6, targetGroup: web, requestsPerSecond: 30 });
    at(account, 0, () => region.interruptPool({ ...pool, count: 2 }));
  },
  promises: [theSettingIsNamed, theUserIsTold, noTaskKilledOf(({ service }) => service === 'web')],
};
