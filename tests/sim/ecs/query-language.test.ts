import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { instanceFilter } from '../../../sim/ecs/instance-filter.ts';
import type { ContainerInstance } from '../../../sim/ecs/model.ts';
import { smallAccount } from '../small-account.ts';

/** Two instances: an m6i.large in zone a with the attribute `stack` and two tasks, and a c7g.large in zone b. */
const two = () => {
  const { region } = smallAccount();
  const cluster = region.createCluster({ name: 'prod' });
  const first = region.addInstance({ cluster, type: 'm6i.large', zone: 'eu-west-1a', attributes: { stack: 'blue' } });
  region.addInstance({ cluster, type: 'c7g.large', zone: 'eu-west-1b' });
  for (const group of ['service:web', 'batch']) {
    region.runTask({ cluster, family: 'job', group, instanceId: first.id, networkMode: 'bridge' });
  }
  region.settle();
  return [...cluster.instances.values()] as [ContainerInstance, ContainerInstance];
};

const instances = two();

const matching = (expression: string): string => {
  const test = instanceFilter(expression);
  return instances.map((instance, index) => (test(instance) ? 'ab'[index] : '')).join('');
};

describe('the cluster query language', () => {
  test.each([
    ['attribute:ecs.instance-type =~ m6i.*', 'a'],
    ['attribute:ecs.instance-type !~ m6i.*', 'b'],
    ['attribute:ecs.instance-type =~ m6i', ''],
    ["attribute:ecs.instance-type =~ '(m6i|c7g).*'", 'ab'],
    ['attribute:ecs.cpu-architecture == arm64', 'b'],
    ['attribute:stack exists', 'a'],
    ['attribute:stack !exists', 'b'],
    ['attribute:stack not_exists', 'b'],
    ['attribute:stack == blue', 'a'],
    ['attribute:stack != blue', 'b'],
    ['attribute:ecs.capability.task-eni exists', 'ab'],
    ["attribute:ecs.availability-zone in ['eu-west-1a', eu-west-1c]", 'a'],
    ['attribute:ecs.availability-zone !in [eu-west-1a]', 'b'],
    ['runningTasksCount > 0', 'a'],
    ['runningTasksCount >= 2 and runningTasksCount <= 2', 'a'],
    ['runningTasksCount < 10', 'ab'],
    ['task:group == service:web', 'a'],
    ['task:group == batch', 'a'],
    ['task:group != service:web', 'b'],
    ['agentVersion >= 1.9', 'ab'],
    ['agentVersion < 1.100.0', 'ab'],
    ['agentConnected == true', 'ab'],
    ['registeredAt > 2020-01-01', 'ab'],
    ['registeredAt < 2020-01-01', ''],
    ['not attribute:stack exists', 'b'],
    ['!(attribute:stack exists || runningTasksCount == 0)', ''],
    ['attribute:stack exists or runningTasksCount == 0 and agentConnected == false', 'a'],
    ['(attribute:stack exists or runningTasksCount == 0) && agentConnected == false', ''],
  ])('%s', (expression, expected) => {
    expect(matching(expression)).toBe(expected);
  });

  test.each([
    ['colour == red', 'colour'],
    ['attribute:stack like blue', 'like'],
    ['attribute: == blue', 'attribute:'],
    ['runningTasksCount > some', 'some'],
    ['registeredAt > yesterday', 'yesterday'],
    ['agentVersion > new', 'new'],
    ["attribute:stack =~ '('", "'('"],
    ['attribute:stack in blue', 'blue'],
    ['attribute:stack exists and', 'the end'],
    ['(attribute:stack exists', 'the end'],
    ['attribute:stack exists)', ')'],
  ])('refuses "%s" and names %s', (expression, place) => {
    expect(() => instanceFilter(expression)).toThrow(
      expect.objectContaining({
        code: 'InvalidParameterException',
        message: `Invalid filter near ${place}: ${expression}`,
      }),
    );
  });

  test('and, or and not follow De Morgan, whatever they join', () => {
    const leaf = fc.constantFrom('attribute:stack exists', 'runningTasksCount > 0', 'agentConnected == false');
    const { expression } = fc.letrec<{ expression: string }>((tie) => ({
      expression: fc.oneof(
        { depthSize: 'small' },
        leaf,
        fc.tuple(tie('expression'), tie('expression')).map(([a, b]) => `(${a} and ${b})`),
        fc.tuple(tie('expression'), tie('expression')).map(([a, b]) => `(${a} or ${b})`),
        tie('expression').map((a) => `not ${a}`),
      ),
    }));
    fc.assert(
      fc.property(expression, expression, (a, b) => {
        expect(matching(`not (${a} and ${b})`)).toBe(matching(`not ${a} or not ${b}`));
        expect(matching(`not (${a} or ${b})`)).toBe(matching(`not ${a} and not ${b}`));
      }),
    );
  });
});
