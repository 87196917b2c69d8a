import { describe, expect, test } from 'vitest';
import { overdue, watchRebalance } from '../../../cli/rebalance/watch.ts';
import { SPOT_ONLY } from '../../../cli/scenarios/rebalance/setting.ts';
import { DETACHED_TAG } from '../../../shared/model/offerings.ts';
import { pools, smallAccount } from '../../sim/small-account.ts';

const ours = 'spotkeeper-prod-rebalance 1';

/** A group of three instances with tasks on them; somebody called rebalance acts by hand. */
function prod() {
  const world = smallAccount();
  const { region, account } = world;
  const cluster = region.createCluster({ name: 'prod' });
  region.createGroup({ name: 'spot', cluster, pools, desired: 3, maxSize: 6, distribution: SPOT_ONLY });
  region.createService({ cluster, name: 'web', desired: 3, cpu: 512, memory: 512 });
  region.settle();
  const log = watchRebalance(region, account);
  const [first = ''] = region.parts.fleet.instances.keys();
  const query = (Action: string, fields: Record<string, string>, caller = ours) =>
    account.endpoint.request(
      {
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams({ Action, Version: '2011-01-01', ...fields }).toString(),
      },
      { region: 'eu-west-1', caller },
    );
  const setTypes = (types: readonly string[], more: Record<string, string> = {}, caller = ours) =>
    query(
      'UpdateAutoScalingGroup',
      {
        AutoScalingGroupName: 'spot',
        'MixedInstancesPolicy.LaunchTemplate.LaunchTemplateSpecification.LaunchTemplateName': 'spot',
        'MixedInstancesPolicy.LaunchTemplate.LaunchTemplateSpecification.Version': '1',
        'MixedInstancesPolicy.InstancesDistribution.OnDemandBaseCapacity': '0',
        'MixedInstancesPolicy.InstancesDistribution.OnDemandPercentageAboveBaseCapacity': '0',
        'MixedInstancesPolicy.InstancesDistribution.SpotAllocationStrategy': 'price-capacity-optimized',
        ...Object.fromEntries(
          types.map((type, n) => [`MixedInstancesPolicy.LaunchTemplate.Overrides.member.${n + 1}.InstanceType`, type]),
        ),
        ...more,
      },
      caller,
    );
  const play = async (...acts: (() => unknown)[]) => {
    for (const [second, act] of acts.entries()) account.clock.after((second + 1) * 1000, () => void act());
    await world.runTo(acts.length + 5);
    return log;
  };
  return { ...world, log, first, query, setTypes, play };
}

describe('who watches rebalance', () => {
  test('finds nothing wrong with other types and nothing else', async () => {
    const world = prod();
    const { violations, changes } = await world.play(() => world.setTypes(['m6i.large', 'm5.large']));
    expect(violations).toEqual([]);
    expect(changes).toMatchObject([{ group: 'spot', types: ['m6i.large', 'm5.large'] }]);
  });

  test('finds an empty list of types', async () => {
    const world = prod();
    const { violations } = await world.play(() => world.setTypes([]));
    expect(violations).toEqual(['spot was given 0 instance types; 1 to 40 are allowed']);
  });

  test('finds other purchase options, and a size that is not its to change', async () => {
    const world = prod();
    const base = { 'MixedInstancesPolicy.InstancesDistribution.OnDemandBaseCapacity': '2' };
    const { violations } = await world.play(
      () => world.setTypes(['m6i.large'], base),
      () => world.setTypes(['m6i.large'], { MaxSize: '9' }),
    );
    expect(violations.join('\n')).toMatch(/purchase options of spot were changed/);
    expect(violations.join('\n')).toMatch(/MaxSize of spot is not rebalance's to change/);
  });

  test('finds an instance that was ended with tasks on it, and how old it was', async () => {
    const world = prod();
    const fields = { InstanceId: world.first, ShouldDecrementDesiredCapacity: 'true' };
    const { violations, replaced } = await world.play(() => world.query('TerminateInstanceInAutoScalingGroup', fields));
    expect(violations.join()).toMatch(new RegExp(`${world.first} was ended with 1 tasks on it`));
    expect(replaced).toMatchObject([{ instanceId: world.first }]);
  });

  test('counts replacements that are under way at the same time', async () => {
    const world = prod();
    const launch = (zone: string) => () =>
      world.query('LaunchInstances', {
        AutoScalingGroupName: 'spot',
        RequestedCapacity: '1',
        'AvailabilityZones.member.1': zone,
      });
    const { atOnce } = await world.play(launch('eu-west-1a'), launch('eu-west-1b'));
    expect(atOnce).toEqual([{ group: 'spot', most: 2, desired: 5 }]);
  });

  test('does not look at what others do', async () => {
    const world = prod();
    const { violations, changes } = await world.play(() => world.setTypes([], {}, 'person'));
    expect({ violations, changes }).toEqual({ violations: [], changes: [] });
  });

  test('finds an instance that is out of its group for too long', () => {
    const { region, account, first } = prod();
    const instance = region.parts.fleet.find(first);
    instance.tags[DETACHED_TAG] = new Date(account.clock.now()).toISOString();
    expect(overdue(region, account.clock.now() + 60 * 60_000, 60)).toEqual([]);
    expect(overdue(region, account.clock.now() + 61 * 60_000, 60)).toHaveLength(1);
  });
});
