import { describe, expect, test } from 'vitest';
import type { EcsService, Task } from '../../../sim/ecs/model.ts';
import { zones } from '../small-account.ts';
import { countsBy, serviceWorld, type Without } from './service-world.ts';

const hostOf = ({ instance }: Task) => instance?.ec2InstanceId;
const type = 'm6i.large';
const [first, second] = zones;

/** An empty cluster to put instances in, and a service that gets its tasks with `settle`. */
const empty = (options: Without = {}) => {
  const world = serviceWorld({ hosts: 0, settled: false, ...options });
  const { region, cluster } = world;
  const add = (zone: string, attributes: Readonly<Record<string, string>> = {}) =>
    region.addInstance({ cluster, type, zone, attributes }).id;
  return { ...world, add };
};

const perHost = (service: EcsService): number[] => Object.values(countsBy(service, hostOf)).sort();

describe('a placement constraint', () => {
  test('distinctInstance gives each instance one task of the service at most', async () => {
    const { service, runTo } = serviceWorld({ desired: 5, constraints: [{ type: 'distinctInstance' }] });
    await runTo(30);
    expect(perHost(service)).toEqual([1, 1, 1]);
  });

  test('distinctInstance does not keep tasks of other services away', () => {
    const { region, cluster, service } = serviceWorld({ constraints: [{ type: 'distinctInstance' }] });
    const constraints = [{ type: 'distinctInstance' }] as const;
    const other = region.createService({ cluster, name: 'other', desired: 3, constraints });
    region.settle();
    expect([perHost(service), perHost(other)]).toEqual([
      [1, 1, 1],
      [1, 1, 1],
    ]);
  });

  test('memberOf takes only the instances that its expression names', () => {
    const expression = 'attribute:stack == prod';
    const { region, service, add } = empty({ constraints: [{ type: 'memberOf', expression }] });
    const chosen = add(first, { stack: 'prod' });
    add(second, { stack: 'test' });
    region.settle();
    expect(countsBy(service, hostOf)).toEqual({ [chosen]: 3 });
  });

  test('memberOf of the task definition counts as well as that of the service', () => {
    const { region, service, add } = empty({
      memberOf: ['attribute:disk == ssd'],
      constraints: [{ type: 'memberOf', expression: 'attribute:stack == prod' }],
    });
    const chosen = add(first, { stack: 'prod', disk: 'ssd' });
    add(first, { stack: 'prod' });
    add(second, { disk: 'ssd' });
    region.settle();
    expect(countsBy(service, hostOf)).toEqual({ [chosen]: 3 });
  });

  test('memberOf that nothing meets is told as the reason', async () => {
    const { details, runTo, add } = empty({ constraints: [{ type: 'memberOf', expression: 'attribute:x == 1' }] });
    add(first);
    await runTo(30);
    expect(details('ECS Service Action', 'SERVICE_TASK_PLACEMENT_FAILURE')[0]).toMatchObject({
      reason: 'MemberOf placement constraint unsatisfied',
    });
  });
});

describe('a placement strategy', () => {
  const spread = (field: string) => ({ type: 'spread', field }) as const;

  test('spread over an attribute evens out its values', () => {
    const { region, service, add } = empty({ desired: 4, placement: [spread('attribute:rack')] });
    add(first, { rack: '1' });
    add(first, { rack: '1' });
    add(first, { rack: '1' });
    add(second, { rack: '2' });
    region.settle();
    expect(countsBy(service, ({ instance }) => instance?.attributes.get('rack'))).toEqual({ 1: 2, 2: 2 });
  });

  test('spread over instances does not look at zones', () => {
    const { region, service, add } = empty({ desired: 6, placement: [spread('instanceId')] });
    for (const zone of [first, first, second]) add(zone);
    region.settle();
    expect(perHost(service)).toEqual([2, 2, 2]);
    expect(countsBy(service, ({ zone }) => zone)).toEqual({ [first]: 4, [second]: 2 });
  });

  test.each(['cpu', 'memory'])('binpack on %s fills one instance before the next', (field) => {
    const { region, service, add } = empty({
      desired: 5,
      cpu: 512,
      memory: 1_500,
      placement: [{ type: 'binpack', field }],
    });
    for (const zone of zones) add(zone);
    region.settle();
    expect(perHost(service)).toEqual([1, 4]);
  });

  test('spread over zones and then binpack leaves one instance of each zone empty', () => {
    const { region, service, add } = empty({
      desired: 4,
      placement: [spread('attribute:ecs.availability-zone'), { type: 'binpack', field: 'memory' }],
    });
    for (const zone of [first, first, second, second]) add(zone);
    region.settle();
    expect(countsBy(service, ({ zone }) => zone)).toEqual({ [first]: 2, [second]: 2 });
    expect(perHost(service)).toEqual([2, 2]);
  });

  test('random reaches every instance and is the same in every run', () => {
    const run = () => {
      const { region, service, add } = empty({
        desired: 24,
        cpu: 64,
        memory: 64,
        networkMode: 'bridge',
        placement: [{ type: 'random', field: undefined }],
      });
      for (const zone of zones) add(zone);
      region.settle();
      return perHost(service);
    };
    const counts = run();
    expect(counts.length).toBe(3);
    expect(run()).toEqual(counts);
  });
});
