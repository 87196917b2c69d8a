import { at, type Promised, type Scenario } from '../scenario.ts';

const pool = { type: 'm6i.large', zone: 'eu-west-1a' };

const missedWarningsAreRecorded: Promised = ({ account, interruptions }) =>
  [...account.tally().interrupted.values()].flatMap(({ instanceId }) => {
    const record = interruptions.find((one) => one.instanceId === instanceId);
    if (!record) return [`the table has no record of ${instanceId}`];
    return record.cause === 'missed' ? [] : [`the table calls the end of ${instanceId} ${record.cause}, not missed`];
  });

export const noWarning: Scenario = {
  name: 'no-warning',
  title: 'EC2 takes two of eight instances without a notice; all that is left is to record it.',
  seconds: 300,
  build(region, account) {
    const cluster = region.createCluster({ name: 'prod' });
    region.createGroup({ name: 'prod-spot', cluster, desired: 8, pools: [pool] });
    const targetGroup = region.createTargetGroup({ name: 'checkout' });
    region.createService({ cluster, name: 'checkout', desired: 16, targetGroup, requestsPerSecond: 40 });
    at(account, 0, () => region.interruptPool({ ...pool, count: 2, notice: false, stillAvailable: true }));
  },
  promises: [missedWarningsAreRecorded],
};
