import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { instancesNeeded, smallestOf } from '../../../sim/ecs/capacity-providers/needed-instances.ts';
import { smallAccount } from '../small-account.ts';

const large = smallestOf(['m6i.large'], true);

const { region } = smallAccount();
const cluster = region.createCluster({ name: 'prod' });

/** Tasks of one service that is not placed: of these CPU units and MiB each. */
const tasksOf = (sizes: readonly { readonly cpu: number; readonly memory: number }[]) =>
  sizes.map((size) =>
    region.parts.ecs.tasks.start({ cluster, definition: definitionOf(size), capacityProviderName: 'none' }),
  );

let services = 0;
const definitionOf = (size: object) => {
  services += 1;
  const { deployments } = region.createService({
    cluster,
    name: `s${services}`,
    desired: 0,
    networkMode: 'host',
    ...size,
  });
  const [deployment] = deployments;
  if (!deployment) throw new Error('the service has no deployment');
  return { ...deployment.definition, ports: [] };
};

const size = fc.record({ cpu: fc.integer({ min: 64, max: 2_048 }), memory: fc.integer({ min: 64, max: 7_680 }) });

describe('instances that waiting tasks need', () => {
  test('are at least what their sum takes, and at most one for each', () => {
    fc.assert(
      fc.property(fc.array(size, { minLength: 1, maxLength: 12 }), (sizes) => {
        const needed = instancesNeeded(tasksOf(sizes), large, () => false);
        const sum = (of: 'cpu' | 'memory') => sizes.reduce((total, one) => total + one[of], 0);
        expect(needed).toBeGreaterThanOrEqual(Math.ceil(sum('cpu') / large.cpu));
        expect(needed).toBeGreaterThanOrEqual(Math.ceil(sum('memory') / large.memory));
        expect(needed).toBeLessThanOrEqual(sizes.length);
      }),
      { numRuns: 50 },
    );
  });

  test('are one for each task that must be alone', () => {
    const alike = tasksOf([
      { cpu: 64, memory: 64 },
      { cpu: 64, memory: 64 },
    ]).map((task) => ({ ...task, group: 'service:web' }));
    expect(instancesNeeded(alike, large, () => true)).toBe(2);
    expect(instancesNeeded(alike, large, () => false)).toBe(1);
  });

  test('are none for a task that no instance of the group could hold', () => {
    expect(instancesNeeded(tasksOf([{ cpu: 4_096, memory: 64 }]), large, () => false)).toBe(0);
  });

  test('are counted with the smallest value of each dimension over the types of a group', () => {
    const small = smallestOf(['c6i.xlarge', 'r6i.large'], true);
    expect(small.cpu).toBe(smallestOf(['r6i.large'], true).cpu);
    expect(small.memory).toBe(smallestOf(['c6i.xlarge'], true).memory);
  });
});
