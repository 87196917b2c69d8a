import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Task } from '../../../sim/ecs/model.ts';
import { limits } from '../../../sim/ecs/percents.ts';
import { zones } from '../small-account.ts';
import { serviceWorld } from './service-world.ts';

type Happening = { readonly kind: (typeof kinds)[number]; readonly which: number };

const kinds = ['drain', 'activate', 'deploy', 'deploy-broken', 'scale', 'stop-task', 'fail-task', 'lose-host'] as const;

const happenings = fc.array(fc.record({ kind: fc.constantFrom(...kinds), which: fc.nat(7) }), { maxLength: 8 });

const services = fc
  .record({
    desired: fc.integer({ min: 1, max: 6 }),
    minimumHealthyPercent: fc.constantFrom(0, 34, 50, 75, 100),
    maximumPercent: fc.constantFrom(100, 125, 150, 200),
    zoneRebalancing: fc.boolean(),
    stopMs: fc.constantFrom(1_000, 40_000),
  })
  .map((options) => ({ ...options, zoneRebalancing: options.zoneRebalancing && options.maximumPercent > 100 }));

type Options = typeof services extends fc.Arbitrary<infer T> ? T : never;

/** A service that watches, at each of its task events, what the scheduler started or stopped and with what left. */
const watched = (options: Options) => {
  const world = serviceWorld({ ...options, hosts: 6, stopTimeoutSeconds: 60 });
  const { service, cluster, account } = world;
  const seen = new Set<string>();
  const violations: string[] = [];
  account.onEvent((event) => {
    if (event['detail-type'] !== 'ECS Task State Change') return;
    const task = cluster.tasks.get(event.resources[0]?.split('/').at(-1) ?? '');
    if (task?.service !== service) return;
    const { lower, upper } = limits(service);
    if (!seen.has(task.id) && task.lastStatus === 'PENDING' && service.tasks.size > upper) {
      violations.push(`${service.tasks.size} tasks with an upper limit of ${upper}`);
    }
    seen.add(task.id);
    const stopsHealthy = task.stopCode === 'ServiceSchedulerInitiated' && task.healthy && !seen.has(`${task.id} ends`);
    if (task.desiredStatus === 'STOPPED') seen.add(`${task.id} ends`);
    const left = [...service.tasks.values()].filter(({ counted }) => counted).length;
    if (stopsHealthy && left < lower) violations.push(`${left} healthy tasks with a lower limit of ${lower}`);
  });
  return { ...world, violations };
};

const happen = (world: ReturnType<typeof watched>, { kind, which }: Happening): void => {
  const { region, service, cluster, deploy, drain, call } = world;
  const tasks = [...service.tasks.values()];
  const task = tasks[which % Math.max(1, tasks.length)];
  const instances = [...cluster.instances.values()].filter(({ status }) => status !== 'INACTIVE');
  const instance = instances[which % Math.max(1, instances.length)];
  if (kind === 'drain' && instance) drain([{ instance } as Task]);
  if (kind === 'activate' && instance) drain([{ instance } as Task], 'ACTIVE');
  if (kind === 'deploy') deploy({ imageMissing: false, startMs: 1_000 * which });
  if (kind === 'deploy-broken') deploy({ imageMissing: true });
  if (kind === 'scale') region.setDesiredCount(service, which);
  if (kind === 'stop-task' && task) call('ecs', 'StopTask', { cluster: 'prod', task: task.arn });
  if (kind === 'fail-task' && task?.process === 'serving') region.parts.ecs.tasks.fail(task);
  if (kind === 'lose-host' && instance) region.interrupt(instance.ec2InstanceId, { notice: false });
};

describe('whatever happens to a service', () => {
  test('the scheduler keeps to its lower and upper limit, and brings the service back in the end', async () => {
    await fc.assert(
      fc.asyncProperty(services, happenings, async (options, story) => {
        const world = watched(options);
        const { service, cluster, region, drain, deploy, runTo } = world;
        for (const [index, happening] of story.entries()) {
          happen(world, happening);
          await runTo(20 * (index + 1));
        }
        expect(world.violations).toEqual([]);
        for (const instance of cluster.instances.values()) {
          if (instance.status === 'DRAINING') drain([{ instance } as Task], 'ACTIVE');
        }
        for (const zone of [...zones, ...zones]) region.addInstance({ cluster, type: 'm6i.large', zone });
        const { lower, upper } = limits(service);
        const mayMove = lower < service.desired || upper > service.desired;
        if (mayMove) deploy({ imageMissing: false, startMs: 1_000 });
        await runTo(3_000);
        expect(world.violations).toEqual([]);
        if (mayMove) {
          expect(service.tasks.size).toBe(service.desired);
          expect(service.deployments).toMatchObject([{ rolloutState: 'COMPLETED' }]);
        }
      }),
      { numRuns: 60, seed: 1 },
    );
  });
});
