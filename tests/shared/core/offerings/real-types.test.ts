import { expect, test } from 'vitest';
import { realCatalogue } from '../../../../bench/real-catalogue.ts';
import { candidatesOf } from '../../../../shared/core/offerings/candidates.ts';
import { chooseTypes } from '../../../../shared/core/offerings/choose.ts';
import { rank } from '../../../../shared/core/offerings/rank.ts';
import { allTypes } from '../../../../sim/ec2/instance-type.ts';
import { demandOf, pricesOf, surroundings, wishOf, zones } from './market.ts';

const catalogue = realCatalogue(allTypes(), zones);
const prices = pricesOf(allTypes(), 0.35);

/** What a group of these types gets among all real types at real prices, when Spot costs 35 % everywhere. */
function decide(own: readonly string[], current: readonly string[] = own, awsvpc = false) {
  const demand = demandOf({ interfaces: awsvpc ? 1 : 0 }, { service: 'agent', daemon: true, cpu: 64, memory: 128 });
  const image = { architecture: 'x86_64', virtualization: 'hvm' };
  const policy = { typeChoice: 'like', localStorage: 'avoid', burstable: 'avoid' } as const;
  const { types } = candidatesOf(catalogue, { own, pinned: new Set(), image, demand, zones, policy });
  return chooseTypes(rank(types, surroundings({ catalogue, prices, demand })), wishOf({ own, current }));
}

test.each([
  [['m5.large'], 'm6a.large'],
  [['c5.xlarge', 'm5.xlarge'], 'c6a.xlarge'],
  [['r5.2xlarge'], 'r6a.2xlarge'],
])('a group of %s gets, among others, %s, keeps its own, and next time nothing changes', (own, another) => {
  const { types, goodPools } = decide(own);
  expect(types.slice(0, own.length)).toEqual(own);
  expect(types).toContain(another);
  for (const count of goodPools.values()) expect(count).toBeGreaterThanOrEqual(6);
  expect(decide(own, types)).toMatchObject({ types, changed: false });
});

test('for awsvpc tasks without trunking a type is worth its network interfaces, not its CPU', () => {
  // Three tasks by interfaces on all of them: those with more memory are only dearer.
  expect(decide(['m5.xlarge'], ['m5.xlarge'], true).types.filter((type) => type.startsWith('r'))).toEqual([]);
});
