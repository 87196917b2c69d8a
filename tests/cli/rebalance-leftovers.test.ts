import { describe, expect, it } from 'vitest';
import { groupsAreWhole } from '../../cli/rebalance/promises.ts';
import { type Drill, runDrill } from '../../cli/run-drill.ts';
import { at, STORY_AT_SECONDS } from '../../cli/scenario.ts';
import { rebalancedCluster, SIX_TYPES, spread, ZONES } from '../../cli/scenarios/rebalance/setting.ts';
import type { GroupOptions } from '../../sim/world/options.ts';

const ADVISED_AT = 200;

type Story = {
  readonly group: Pick<GroupOptions, 'desired' | 'minSize' | 'maxSize'>;
  /** Seconds after the recommendation at which somebody switches rebalance off for the cluster. */
  readonly offAfter?: number;
  /** How long a load balancer lets the requests of a task end. */
  readonly deregistrationSeconds?: number;
  /** No instance can be had from the recommendation on. */
  readonly dry?: boolean;
};

/** EC2 recommends to move off the first instance of a group of six types. */
const play = ({ group, offAfter, deregistrationSeconds = 15, dry = false }: Story): Promise<Drill> =>
  runDrill(
    {
      name: 'leftover',
      title: 'Something is left over.',
      seconds: STORY_AT_SECONDS + ADVISED_AT + 4_500,
      rebalance: true,
      build(region, account) {
        const fixed = { 'spotkeeper:type-choice': 'fixed', 'spotkeeper:max-pool-share': '1' };
        const cluster = rebalancedCluster(region, fixed);
        const made = spread(region, cluster, { types: SIX_TYPES, ...group });
        const targetGroup = region.createTargetGroup({
          name: 'web',
          deregistrationDelaySeconds: deregistrationSeconds,
        });
        const each = { cpu: 512, memory: 1_024, requestsPerSecond: 20, requestMs: 40_000, targetGroup };
        region.createService({ cluster, name: 'web', desired: group.desired ?? 1, ...each });
        const [first = ''] = made.instances.keys();
        at(account, ADVISED_AT, () => {
          for (const type of dry ? SIX_TYPES : []) for (const zone of ZONES) region.setAvailable({ type, zone }, false);
          region.recommendRebalance(first);
        });
        if (offAfter === undefined) return;
        at(account, ADVISED_AT + offAfter, () => Object.assign(cluster.tags, { 'spotkeeper:rebalance': 'off' }));
      },
      promises: [groupsAreWhole],
    },
    { seed: 1 },
  );

const outcome = ({ rebalance, violations }: Drill) => ({ replaced: rebalance.replaced.length, violations });

describe('the only instance of a group', () => {
  const group = { desired: 1, minSize: 0, maxSize: 1 };

  it('is replaced, although no other tells which cluster the group is in', async () => {
    expect(outcome(await play({ group }))).toEqual({ replaced: 1, violations: [] });
  });

  it('is put back when the group finds no other', async () => {
    expect(outcome(await play({ group, dry: true }))).toEqual({ replaced: 0, violations: [] });
  });
});

describe('a replacement comes to its end when rebalance is switched off meanwhile', () => {
  it.each([
    ['a group with room', { desired: 4, minSize: 1, maxSize: 6 }],
    ['a group at its maximum', { desired: 4, minSize: 1, maxSize: 4 }],
  ])('in %s', async (_, group) => {
    expect(outcome(await play({ group, offAfter: 90 }))).toEqual({ replaced: 1, violations: [] });
  });
});

it('an instance is not ended while its tasks let requests end', async () => {
  const group = { desired: 4, minSize: 1, maxSize: 6 };
  expect(outcome(await play({ group, deregistrationSeconds: 120 }))).toEqual({ replaced: 1, violations: [] });
});
