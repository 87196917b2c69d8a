import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { onDemandShare } from '../../../sim/autoscaling/launch-plan.ts';
import { constant } from '../../../sim/market/source.ts';
import { zones } from '../small-account.ts';
import { countBy, policyOf, staying, withTemplate } from './grouped.ts';

const option = ({ ec2 }: { ec2: { spot: unknown } }) => (ec2.spot ? 'spot' : 'on-demand');
const typeOf = ({ ec2 }: { ec2: { type: string } }) => ec2.type;
const types = ['m6i.large', 'm5.large', 'c6i.large'];

describe('a mixed-instances policy', () => {
  test('without a percentage runs everything On-Demand, the first override first', () => {
    const { created } = withTemplate();
    const group = created(policyOf(types));
    expect(countBy(group, option)).toEqual({ 'on-demand': 6 });
    expect(countBy(group, typeOf)).toEqual({ 'm6i.large': 6 });
  });

  test('fills the On-Demand base first and gives the percentage of the rest', () => {
    const { created } = withTemplate();
    const group = created(policyOf(types, { OnDemandBaseCapacity: 2, OnDemandPercentageAboveBaseCapacity: 25 }));
    expect(countBy(group, option)).toEqual({ 'on-demand': 3, spot: 3 });
  });

  test('shares between On-Demand and Spot add up, and more base never means less On-Demand', () => {
    const numbers = fc.tuple(fc.nat(200), fc.nat(50), fc.nat(100));
    fc.assert(
      fc.property(numbers, ([units, base, percentage]) => {
        const share = (OnDemandBaseCapacity: number) => {
          const policy = policyOf(types, { OnDemandBaseCapacity, OnDemandPercentageAboveBaseCapacity: percentage });
          return onDemandShare({ policy }, units, false);
        };
        expect(share(base)).toBeGreaterThanOrEqual(Math.min(units, base));
        expect(share(base)).toBeLessThanOrEqual(units);
        expect(share(base + 1)).toBeGreaterThanOrEqual(share(base));
      }),
    );
  });

  test('balances the zones', () => {
    const { created } = withTemplate();
    const group = created(policyOf(types, { OnDemandPercentageAboveBaseCapacity: 0 }));
    expect(countBy(group, ({ ec2 }) => ec2.zone)).toEqual({ [zones[0]]: 2, [zones[1]]: 2, [zones[2]]: 2 });
  });

  test('counts weights: it launches until the weights reach the desired capacity', () => {
    const { created } = withTemplate();
    const policy = policyOf([], { OnDemandPercentageAboveBaseCapacity: 0 });
    const Overrides = [{ InstanceType: 'm6i.xlarge', WeightedCapacity: '4' }];
    const group = created({ ...policy, LaunchTemplate: { ...policy.LaunchTemplate, Overrides } });
    expect(group.instances.size).toBe(2);
    expect(group.spread.total).toBe(8);
  });
});

describe('an allocation strategy', () => {
  const deep = (region: ReturnType<typeof withTemplate>['region'], type: string, capacity: number) => {
    for (const zone of zones) region.parts.fleet.setCapacity({ type, zone }, constant(capacity));
  };

  test('lowest-price spreads over the cheapest pools of a zone', () => {
    const { created, region } = withTemplate();
    const price = (type: string) => region.parts.fleet.market.price({ type, zone: zones[0] });
    const spot = { OnDemandPercentageAboveBaseCapacity: 0, SpotInstancePools: 2 };
    const group = created(policyOf(types, spot), { AvailabilityZones: [zones[0]], VPCZoneIdentifier: undefined });
    const cheapest = [...types].sort((a, b) => price(a) - price(b)).slice(0, 2);
    expect(countBy(group, typeOf)).toEqual(Object.fromEntries(cheapest.map((type) => [type, 3])));
  });

  test.each(['capacity-optimized', 'capacity-optimized-prioritized', 'price-capacity-optimized'] as const)(
    '%s avoids a pool that is nearly empty',
    (SpotAllocationStrategy) => {
      const { created, region } = withTemplate();
      for (const type of types) deep(region, type, 50);
      for (const zone of zones) region.setAvailable({ type: 'm6i.large', zone }, false);
      const group = created(policyOf(types, { OnDemandPercentageAboveBaseCapacity: 0, SpotAllocationStrategy }));
      expect(group.spread.total).toBe(6);
      expect(Object.keys(countBy(group, typeOf))).not.toContain('m6i.large');
    },
  );

  test('capacity-optimized-prioritized takes the first override where pools are equally deep', () => {
    const { created } = withTemplate();
    const SpotAllocationStrategy = 'capacity-optimized-prioritized';
    const group = created(
      policyOf(['c6i.large', 'm5.large'], { OnDemandPercentageAboveBaseCapacity: 0, SpotAllocationStrategy }),
    );
    expect(countBy(group, typeOf)).toEqual({ 'c6i.large': 6 });
  });

  test('price-capacity-optimized takes the cheapest of the deep pools', () => {
    const { created, region } = withTemplate();
    const SpotAllocationStrategy = 'price-capacity-optimized';
    const group = created(policyOf(types, { OnDemandPercentageAboveBaseCapacity: 0, SpotAllocationStrategy }));
    const { market } = region.parts.fleet;
    for (const { ec2 } of staying(group)) {
      const prices = types.map((type) => market.price({ type, zone: ec2.zone }));
      expect(market.price(ec2)).toBe(Math.min(...prices));
    }
  });
});

describe('attribute-based requirements', () => {
  const withRequirements = (InstanceRequirements: object) => {
    const policy = policyOf([]);
    return { ...policy, LaunchTemplate: { ...policy.LaunchTemplate, Overrides: [{ InstanceRequirements }] } };
  };
  const small = { VCpuCount: { Min: 2, Max: 2 }, MemoryMiB: { Min: 8_192, Max: 8_192 } };

  test('choose the types that have them', () => {
    const { created } = withTemplate();
    const requirements = { ...small, AllowedInstanceTypes: ['m6i.*', 'm5.*', 'm6g.*'] };
    const group = created(withRequirements(requirements) as never);
    expect(new Set(group.pools.map(({ type }) => type))).toEqual(new Set(['m5.large', 'm6i.large']));
  });

  test('that are not imitated are refused by name', () => {
    const { created } = withTemplate();
    const requirements = { ...small, NetworkBandwidthGbps: { Min: 10 } };
    expect(() => created(withRequirements(requirements) as never)).toThrow('InstanceRequirements.NetworkBandwidthGbps');
  });

  test('that nothing meets are refused', () => {
    const { created } = withTemplate();
    const requirements = { ...small, AllowedInstanceTypes: ['x9.*'] };
    expect(() => created(withRequirements(requirements) as never)).toThrow('No instance types satisfy');
  });
});

describe('a changed purchase option', () => {
  test('replaces Spot by On-Demand a few at a time, the new instance first', async () => {
    const { asg, created, runTo } = withTemplate();
    const spot = { OnDemandPercentageAboveBaseCapacity: 0 };
    const group = created(policyOf(types, spot));
    await runTo(60);
    const before = new Set(group.instances.keys());
    asg('UpdateAutoScalingGroup', {
      AutoScalingGroupName: 'web',
      MixedInstancesPolicy: policyOf(types, { ...spot, OnDemandBaseCapacity: 3 }),
    });
    for (let second = 61; second < 400; second += 5) {
      await runTo(second);
      const usable = [...group.instances.values()].filter(({ lifecycleState }) => lifecycleState === 'InService');
      expect(usable.length).toBeGreaterThanOrEqual(6);
    }
    expect(countBy(group, option)).toEqual({ 'on-demand': 3, spot: 3 });
    expect([...group.instances.keys()].filter((id) => before.has(id))).toHaveLength(3);
  });

  test('goes back to Spot when the base is lowered', async () => {
    const { asg, created, runTo } = withTemplate();
    const spot = { OnDemandPercentageAboveBaseCapacity: 0 };
    const group = created(policyOf(types, { ...spot, OnDemandBaseCapacity: 3 }));
    await runTo(60);
    const AutoScalingGroupName = 'web';
    asg('UpdateAutoScalingGroup', { AutoScalingGroupName, MixedInstancesPolicy: policyOf(types, spot) });
    await runTo(600);
    expect(countBy(group, option)).toEqual({ spot: 6 });
  });
});
