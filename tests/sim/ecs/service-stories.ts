import type { EmittedEvent } from '../../../sim/service.ts';
import { pools, smallAccount } from '../small-account.ts';
import { serviceWorld, type WorldOptions } from './service-world.ts';

type World = ReturnType<typeof serviceWorld>;

const spot = [{ capacityProvider: 'FARGATE_SPOT', weight: 1, base: 0 }];
const onSpot = { hosts: 0, fargate: true, strategy: spot } as const;
const anew = { settled: false } as const;

const told = async (options: WorldOptions, seconds: number, act?: (world: World) => void): Promise<EmittedEvent[]> => {
  const world = serviceWorld(options);
  act?.(world);
  await world.runTo(seconds);
  return world.events;
};

/** A deployment that rolls back. */
const rolledBack = () =>
  told({ circuitBreaker: { enable: true, rollback: true } }, 120, ({ deploy }) => deploy({ imageMissing: true }));

/** A service of a capacity provider over a group: a task starts, and one leaves an instance that drains. */
const drained = async (): Promise<EmittedEvent[]> => {
  const { region, call, runTo, events } = smallAccount();
  const cluster = region.createCluster({ name: 'prod' });
  region.createGroup({ name: 'spot', cluster, pools, desired: 3, capacityProvider: 'prod-spot' });
  const service = region.createService({ cluster, name: 'web', desired: 2, capacityProvider: 'prod-spot' });
  region.settle();
  const containerInstances = [[...service.tasks.values()][0]?.instance?.arn];
  call('ecs', 'UpdateContainerInstancesState', { cluster: 'prod', containerInstances, status: 'DRAINING' });
  await runTo(120);
  return events;
};

const unhealthyTarget = async (): Promise<EmittedEvent[]> => {
  const world = serviceWorld({ hosts: 0, settled: false, desired: 0 });
  const { region, cluster } = world;
  const targetGroup = region.createTargetGroup({ name: 'api', deregistrationDelaySeconds: 5 });
  const web = { cluster, name: 'api', fargate: true, strategy: spot, targetGroup };
  region.createService({ ...web, failsTargetChecks: true, minimumHealthyPercent: 0, maximumPercent: 100 });
  await world.runTo(300);
  return world.events;
};

/** What services, their deployments and their tasks can send, from many small worlds. */
export const serviceStories = async (): Promise<EmittedEvent[]> => {
  const stories = await Promise.all([
    rolledBack(),
    drained(),
    unhealthyTarget(),
    told({ ...onSpot, ...anew }, 300),
    told({ ...onSpot, exitsAfterMs: 1_000 }, 60),
    told(onSpot, 60, ({ update }) => update({ desiredCount: 1 })),
    told(onSpot, 60, ({ call, tasks }) => call('ecs', 'StopTask', { cluster: 'prod', task: tasks[0]?.arn })),
    told({ ...onSpot, ...anew, desired: 100 }, 30, ({ region, cluster }) => {
      region.createService({ cluster, name: 'other', desired: 100, fargate: true, strategy: spot });
      region.createService({ cluster, name: 'third', desired: 100, fargate: true, strategy: spot });
    }),
    told({ ...onSpot, ...anew }, 30, ({ region }) => region.setFargateCapacity({ spot: true, vcpus: 0 })),
    told({ ...anew, hosts: 0, fargate: true, launchType: 'FARGATE' }, 30, ({ region }) =>
      region.setFargateCapacity({ spot: false, vcpus: 0 }),
    ),
    told({ ...anew, cpu: 4_096 }, 30),
    told({ ...anew, memory: 60_000 }, 30),
    told({ ...anew, networkMode: 'host', desired: 4 }, 30),
    told({ ...anew, cpu: 1, memory: 1, desired: 40 }, 30),
    told({ ...anew, hosts: 1 }, 30, ({ region, cluster }) => {
      for (const { ec2InstanceId } of cluster.instances.values()) region.setAgent(ec2InstanceId, false);
    }),
    told({ ...anew, imageMissing: true }, 60),
    told({}, 1, ({ region, service }) => region.setDesiredCount(service, 6)),
  ]);
  return stories.flat();
};
