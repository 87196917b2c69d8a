import { mainsAreWhole, noStandbyOf, wholeFrom } from '../../failover/promises.ts';
import { noTaskKilled } from '../../promises.ts';
import { AFTER_STANDBYS_SECONDS, afterStandbys, type Played, type Promised, type Scenario } from '../../scenario.ts';
import { lendingCluster, pool } from './setting.ts';

const GROUP = 'prod-mixed';

const neverReplacesSpot: Promised = ({ region, account }) => {
  const { interrupted } = account.tally();
  return [...region.parts.fleet.instances.values()]
    .filter(({ spot, state, id }) => spot && state !== 'running' && !interrupted.has(id))
    .map(({ id }) => `the Spot Instance ${id} was replaced although EC2 did not take it back`);
};

const basesOf = ({ account }: Played): readonly number[] =>
  account.journal.entries.flatMap(({ kind, subject, data }) =>
    kind === 'on-demand-base' && subject === GROUP ? [Number(data.base)] : [],
  );

/** Instances that are missing. */
const MISSING = 2;

/** Raised with the notices to what is missing and no more, then lowered one by one. */
const raisedThenLoweredOneByOne: Promised = (played) => {
  const bases = basesOf(played);
  const top = bases.indexOf(MISSING);
  const isRight =
    top >= 0 &&
    bases.slice(0, top).every((base, index) => base > (bases[index - 1] ?? 0)) &&
    bases.slice(top + 1).join() === Array.from({ length: MISSING }, (_, index) => MISSING - 1 - index).join();
  return isRight
    ? []
    : [`the On-Demand base of ${GROUP} went ${bases.join(', ') || 'nowhere'}; ${MISSING} were missing`];
};

export const ec2Only: Scenario = {
  name: 'ec2-only',
  title:
    'Two of four hosts go under a service that Fargate refuses (a privileged container): On-Demand instances stand in until Spot is back.',
  seconds: AFTER_STANDBYS_SECONDS + 3_000,
  failover: true,
  build(region, account) {
    const cluster = lendingCluster(region, 'fargate-spot/fargate/on-demand');
    region.createGroup({
      name: GROUP,
      cluster,
      desired: 4,
      maxSize: 8,
      pools: [pool],
      // So that what Auto Scaling replaces is drained first.
      hooks: [{ name: 'spotkeeper-drain', heartbeatTimeoutSeconds: 60 }],
      distribution: {
        OnDemandBaseCapacity: 0,
        OnDemandPercentageAboveBaseCapacity: 0,
        SpotAllocationStrategy: 'price-capacity-optimized',
      },
    });
    const definition = region.registerTaskDefinition({
      family: 'agent',
      networkMode: 'bridge',
      containerDefinitions: [{ name: 'app', image: 'agent:1', cpu: 512, memory: 1_024, privileged: true }],
    });
    region.createService({ cluster, name: 'agent', desired: 16, definition });
    afterStandbys(account, 0, () => region.interruptPool({ ...pool, count: 2, overMs: 2_000 }));
    afterStandbys(account, 900, () => region.setAvailable(pool, true));
  },
  promises: [
    noStandbyOf('agent'),
    raisedThenLoweredOneByOne,
    neverReplacesSpot,
    wholeFrom(480),
    mainsAreWhole,
    noTaskKilled,
  ],
};
