import { describe, expect, it } from 'vitest';
import { mainsAreWhole, neverBelowDesired } from '../../cli/failover/promises.ts';
import { groupsAreWhole } from '../../cli/rebalance/promises.ts';
import { type Drill, runDrill } from '../../cli/run-drill.ts';
import { at, type Scenario, STORY_AT_SECONDS } from '../../cli/scenario.ts';
import { rebalancedCluster, SIX_TYPES, served, spread, ZONES } from '../../cli/scenarios/rebalance/setting.ts';
import type { SimulatedAccount } from '../../sim/account.ts';
import type { GroupOptions, Tags } from '../../sim/world/options.ts';
import type { Region } from '../../sim/world/region.ts';

/** The map is filled, and the group was looked at. The instances are hours old from the start. */
const OLD_ENOUGH = 200;

type Story = (region: Region, account: SimulatedAccount, first: string) => void;

type Played = {
  readonly tags?: Tags;
  readonly group?: Partial<GroupOptions>;
  readonly provider?: string;
  readonly story?: Story;
} & Pick<Scenario, 'faults' | 'settings' | 'observes'>;

/** EC2 recommends to move off one of six instances, unless the story is another. */
const play = ({ tags = {}, group = {}, provider, story = recommended, ...more }: Played = {}): Promise<Drill> =>
  runDrill(
    {
      name: 'fault',
      title: 'Something goes wrong.',
      seconds: STORY_AT_SECONDS + OLD_ENOUGH + 2_700,
      rebalance: true,
      ...more,
      build(region, account) {
        const calm = { 'spotkeeper:max-pool-share': '1', 'spotkeeper:type-choice': 'fixed' };
        const cluster = rebalancedCluster(region, { ...calm, ...tags });
        const made = spread(region, cluster, { types: SIX_TYPES, desired: 6, maxSize: 12, ...group });
        const strategy = provider === undefined ? [] : [{ capacityProvider: provider, weight: 1, base: 0 }];
        served(region, { cluster, name: 'web', desired: 12, ...(strategy.length > 0 && { strategy }) });
        const [first = ''] = made.instances.keys();
        story(region, account, first);
      },
      promises: [groupsAreWhole, neverBelowDesired, mainsAreWhole],
    },
    { seed: 1 },
  );

const recommended: Story = (region, account, first) => at(account, OLD_ENOUGH, () => region.recommendRebalance(first));

const taken: Story = (region, account, first) => {
  recommended(region, account, first);
  at(account, OLD_ENOUGH + 60, () => region.interrupt(first));
};

const dry: Story = (region, account, first) =>
  at(account, OLD_ENOUGH, () => {
    for (const type of SIX_TYPES) for (const zone of ZONES) region.setAvailable({ type, zone }, false);
    region.recommendRebalance(first);
  });

const said = ({ installation }: Drill): string => JSON.stringify(installation?.transcript.lines ?? []);

const outcome = ({ rebalance, violations }: Drill) => ({ replaced: rebalance.replaced.length, violations });

const FULL = { maxSize: 6 };

describe('an instance that EC2 recommends to move off', () => {
  it('leaves a group at its maximum, which launches another, and is ended empty', async () => {
    expect(outcome(await play({ group: FULL }))).toEqual({ replaced: 1, violations: [] });
  });

  it('is put back when the group finds no other', async () => {
    const drill = await play({ group: FULL, story: dry });
    expect(outcome(drill)).toEqual({ replaced: 0, violations: [] });
    expect(said(drill)).toContain('is put back into prod-spot: prod-spot launched no other in 30 minutes');
  });

  it.each([
    ['a group with room', {}],
    ['a group at its maximum', FULL],
  ])('leaves %s as large as it was when EC2 takes it meanwhile', async (_, group) => {
    expect((await play({ group, story: taken })).violations).toEqual([]);
  });

  it.each<[string, Played, RegExp]>([
    ['can be neither larger nor smaller', { group: { maxSize: 6, minSize: 6 } }, /raise the maximum by one/],
    [
      'is scaled by a capacity provider',
      { provider: 'cp', group: { capacityProvider: 'cp', managedScaling: {} } },
      /turn Capacity Rebalancing of the group on/,
    ],
    ['is only reported on', { tags: { 'spotkeeper:rebalance': 'report' } }, /would replace/],
    ['is observed', { settings: { SPOTKEEPER_MODE: 'observe' }, observes: true }, /would replace/],
    [
      'has a tag that does not parse',
      { tags: { 'spotkeeper:rebalance': 'onn' } },
      /is \\"onn\\"; allowed: off, report or on/,
    ],
  ])('stays in a group that %s, and it is told', async (_, what, told) => {
    const drill = await play(what);
    expect(outcome(drill)).toEqual({ replaced: 0, violations: [] });
    expect(said(drill)).toMatch(told);
  });

  it('stays in a group with spotkeeper:rebalance=off', async () => {
    expect(outcome(await play({ tags: { 'spotkeeper:rebalance': 'off' } }))).toEqual({ replaced: 0, violations: [] });
  });

  it.each([
    ['before the tag is set', 'CreateTags', false],
    ['after the tag was set', 'CreateTags', true],
    ['before it is taken out of its group', 'DetachInstances', false],
    ['after it was taken out of its group', 'DetachInstances', true],
    ['after it was set DRAINING', 'UpdateContainerInstancesState', true],
    ['before it is ended', 'TerminateInstances', false],
  ])('is not forgotten when the function dies %s', async (_, operation, effect) => {
    const kill = { fault: 'kill' as const, operation, caller: 'spotkeeper-prod-rebalance*', effect, times: 1 };
    const drill = await play({ group: FULL, faults: { calls: [kill] } });
    expect(drill.violations.filter((one) => !/^invocation .* failed/.test(one))).toEqual([]);
    expect(drill.rebalance.replaced.length).toBeLessThanOrEqual(1);
  });

  it.each([
    ['LaunchInstances', false],
    ['LaunchInstances', true],
    ['TerminateInstanceInAutoScalingGroup', true],
  ])('is replaced once though the function dies at %s, its effect there: %s', async (operation, effect) => {
    const kill = { fault: 'kill' as const, operation, caller: 'spotkeeper-prod-rebalance*', effect, times: 1 };
    const drill = await play({ faults: { calls: [kill] } });
    expect(drill.violations.filter((one) => !/^invocation .* failed/.test(one))).toEqual([]);
    expect(drill.rebalance.replaced.length).toBeLessThanOrEqual(1);
  });
});
