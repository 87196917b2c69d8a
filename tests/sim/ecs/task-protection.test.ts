import { describe, expect, test } from 'vitest';
import type { Task } from '../../../sim/ecs/model.ts';
import { live } from '../served.ts';
import { api } from './api.ts';

/** A service of three tasks. */
const prod = () => {
  const world = api();
  const { region, ask } = world;
  const cluster = region.createCluster({ name: 'prod' });
  for (const zone of ['eu-west-1a', 'eu-west-1b']) region.addInstance({ cluster, type: 'm6i.large', zone });
  const service = region.createService({ cluster, name: 'web', desired: 3 });
  region.settle();
  const tasks = live(service).map(({ arn }) => arn);
  const protect = (input: object = {}) =>
    ask((ecs) => ecs.updateTaskProtection({ cluster: 'prod', tasks, protectionEnabled: true, ...input }));
  return { ...world, cluster, service, tasks, protect };
};

describe('task protection', () => {
  test('lasts two hours, or as long as told, and is shown until then', async () => {
    const { ask, tasks, protect, runTo, account } = prod();
    const now = account.clock.now();
    const { protectedTasks } = await protect({ tasks: tasks.slice(0, 1) });
    expect(protectedTasks?.[0]?.expirationDate?.getTime()).toBeGreaterThan(now + 7_199_000);
    await protect({ tasks: tasks.slice(1, 2), expiresInMinutes: 1 });
    const get = async () => {
      const answer = await ask((ecs) => ecs.getTaskProtection({ cluster: 'prod', tasks }));
      return answer.protectedTasks?.map(({ protectionEnabled }) => protectionEnabled);
    };
    expect(await get()).toEqual([true, true, false]);
    await runTo(90);
    expect(await get()).toEqual([true, false, false]);
  });

  test('keeps tasks from a scale-in until it expires', async () => {
    const { ask, service, protect, runTo } = prod();
    await protect({ expiresInMinutes: 5 });
    await ask((ecs) => ecs.updateService({ cluster: 'prod', service: 'web', desiredCount: 1 }));
    await runTo(290);
    expect(live(service)).toHaveLength(3);
    await runTo(330);
    expect(live(service)).toHaveLength(1);
  });

  test('does not keep tasks from the loss of their host', async () => {
    const { region, service, protect } = prod();
    await protect();
    const [task] = live(service) as [Task];
    region.interrupt(task.instance?.ec2InstanceId ?? '', { notice: false });
    expect(task.lastStatus).toBe('STOPPED');
  });

  test('is for tasks of services; others come back as failures', async () => {
    const { region, cluster, protect } = prod();
    const alone = region.runTask({ cluster, family: 'job', networkMode: 'bridge' });
    const { protectedTasks, failures } = await protect({ tasks: [alone.arn, 'unknown'] });
    expect(protectedTasks).toEqual([]);
    expect(failures).toEqual([
      { arn: alone.arn, reason: 'TASK_NOT_VALID' },
      { arn: 'unknown', reason: 'MISSING' },
    ]);
  });

  test('is refused for more than ten tasks and for times beyond two days', async () => {
    const { tasks, protect } = prod();
    await expect(protect({ tasks: Array(11).fill(tasks[0]) })).rejects.toThrow('at most 10');
    await expect(protect({ expiresInMinutes: 2_881 })).rejects.toThrow('between 1 and 2880');
  });
});
