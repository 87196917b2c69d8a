import type { Pool } from '../sim/ec2/instance.ts';
import type { Cluster, EcsService, Task } from '../sim/ecs/model.ts';
import type { Region } from '../sim/world/region.ts';

/** What a region has now, as a control call lists it. */
export function stateOf({ parts }: Region): object {
  const { fleet, ecs, autoScaling } = parts;
  const groups = [...autoScaling.groups.values()];
  const pools = new Map<string, Pool>();
  for (const { type, zone } of [...fleet.instances.values(), ...groups.flatMap((group) => group.pools)]) {
    pools.set(`${type}/${zone}`, { type, zone });
  }
  return {
    clusters: [...ecs.state.clusters.values()].map(clusterState),
    autoScalingGroups: groups.map(({ name, desired, minSize, maxSize, instances }) => ({
      name,
      desired,
      minSize,
      maxSize,
      instances: instances.size,
    })),
    pools: [...pools.values()].map(({ type, zone }) => ({
      type,
      zone,
      running: fleet.market.held({ type, zone }).size,
      capacity: finite(fleet.market.capacity({ type, zone })),
      // A pool that is closed has capacity for what runs, and for no more.
      headroom: finite(fleet.market.headroom({ type, zone })),
      onDemand: fleet.market.hasOnDemand({ type, zone }),
      spotPrice: fleet.market.price({ type, zone }),
    })),
  };
}

const clusterState = (cluster: Cluster): object => ({
  name: cluster.name,
  containerInstances: [...cluster.instances.values()].map((instance) => ({
    ec2InstanceId: instance.ec2InstanceId,
    type: instance.instanceType,
    zone: instance.zone,
    status: instance.status,
    tasks: instance.tasks.size,
  })),
  services: [...cluster.services.values()].map(serviceState),
  fargateTasks: [...cluster.tasks.values()].filter(({ instance }) => instance === undefined).map(fargateState),
});

const serviceState = ({ name, desired, tasks, deployments }: EcsService): object => ({
  name,
  desired,
  running: running(tasks.values()),
  deployments: deployments.map(({ id, status, rolloutState, failedTasks, definition }) => ({
    id,
    status,
    rolloutState,
    failedTasks,
    taskDefinition: `${definition.family}:${definition.revision}`,
  })),
});

const fargateState = ({ arn, zone, lastStatus, capacityProviderName, service }: Task): object => ({
  arn,
  zone,
  status: lastStatus,
  capacityProvider: capacityProviderName,
  service: service?.name,
});

const running = (tasks: Iterable<Task>): number =>
  [...tasks].filter(({ lastStatus }) => lastStatus === 'RUNNING').length;

/** JSON has no infinity: null is no limit. */
const finite = (count: number): number | null => (Number.isFinite(count) ? count : null);
