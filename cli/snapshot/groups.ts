import type { AutoScalingGroup } from '@aws-sdk/client-auto-scaling';
import type { Instance } from '@aws-sdk/client-ec2';
import type { ContainerInstance } from '@aws-sdk/client-ecs';
import type { GroupPart } from '../scenario-file/account-format.ts';
import { usualPercentage } from '../scenario-file/group-pools.ts';
import { RefusedError, type Source } from './source.ts';

/** A container instance and the cluster it belongs to. */
export type Host = { readonly cluster: string; readonly containerInstance: ContainerInstance };

export type Fleet = {
  /** by EC2 instance id */
  readonly hosts: ReadonlyMap<string, Host>;
  readonly instances: ReadonlyMap<string, Instance>;
  /** the capacity provider of a group, by the group's ARN */
  readonly providers: ReadonlyMap<string, string>;
};

/** A group in the form of a scenario file. @param notes gets what could not be read */
export async function groupPart(source: Source, group: AutoScalingGroup, fleet: Fleet, notes: string[]) {
  const { AutoScalingGroupName: name = '', MixedInstancesPolicy: policy, AutoScalingGroupARN: arn = '' } = group;
  const ids = (group.Instances ?? []).flatMap(({ InstanceId: id = '' }) => (isUp(fleet.instances.get(id)) ? [id] : []));
  const Instances = counted(ids, fleet);
  const { OnDemandBaseCapacity = 0, OnDemandPercentageAboveBaseCapacity: percentage = 100 } =
    policy?.InstancesDistribution ?? {};
  const overrides = (policy?.LaunchTemplate?.Overrides ?? []).flatMap(({ InstanceType }) => InstanceType ?? []);
  const cluster = ids.flatMap((id) => fleet.hosts.get(id)?.cluster ?? [])[0];
  const capacityProvider = fleet.providers.get(arn);
  return {
    AutoScalingGroupName: name,
    MinSize: Math.min(group.MinSize ?? 0, ids.length),
    MaxSize: Math.max(group.MaxSize ?? 0, ids.length),
    Tags: (group.Tags ?? [])
      .filter(({ Key = '' }) => !Key.startsWith('aws:') && Key !== 'AmazonECSManaged')
      .map(({ Key = '', Value = '' }) => ({ Key, Value })),
    ...(cluster === undefined ? {} : { cluster }),
    ...(capacityProvider === undefined ? {} : { capacityProvider }),
    InstanceTypes: unlessSame(overrides, distinct(Instances.map(({ InstanceType }) => InstanceType))),
    AvailabilityZones: unlessSame(
      group.AvailabilityZones ?? [],
      distinct(Instances.map((one) => one.AvailabilityZone)),
    ),
    OnDemandBaseCapacity: policy ? OnDemandBaseCapacity : 0,
    ...percentageOf(policy ? percentage : 100, Instances),
    SpotAllocationStrategy: policy?.InstancesDistribution?.SpotAllocationStrategy ?? 'lowest-price',
    LifecycleHooks: await hooksOf(source, name, notes),
    Instances,
  };
}

/** Instances of one pool, purchase option, cluster and provider counted together, in the order of the first of each. */
export function counted(ids: readonly string[], { instances }: Pick<Fleet, 'instances'>) {
  const counts = new Map<string, ReturnType<typeof instancePart>>();
  for (const id of ids) {
    const part = instancePart(instances.get(id));
    const key = JSON.stringify(part);
    const known = counts.get(key);
    counts.set(key, { ...part, Count: (known?.Count ?? 0) + 1 });
  }
  return [...counts.values()];
}

/** Is an instance running or on its way up? */
export const isUp = (instance: Instance | undefined): boolean =>
  instance?.State?.Name === 'running' || instance?.State?.Name === 'pending';

const instancePart = (instance: Instance | undefined) => ({
  InstanceType: String(instance?.InstanceType),
  AvailabilityZone: instance?.Placement?.AvailabilityZone ?? '',
  InstanceLifecycle: instance?.InstanceLifecycle === 'spot' ? ('spot' as const) : ('on-demand' as const),
  Count: 0,
});

async function hooksOf(source: Source, group: string, notes: string[]) {
  try {
    const hooks = await source.lifecycleHooks(group);
    return hooks
      .filter(({ LifecycleTransition }) => LifecycleTransition === 'autoscaling:EC2_INSTANCE_TERMINATING')
      .filter(({ LifecycleHookName = '' }) => !LifecycleHookName.startsWith('ecs-managed-draining'))
      .map(({ LifecycleHookName = '', HeartbeatTimeout = 3_600 }) => ({ LifecycleHookName, HeartbeatTimeout }));
  } catch (error) {
    if (!(error instanceof RefusedError)) throw error;
    notes.push(`${error.action} was refused: lifecycle hooks of ${group} are left out.`);
    return [];
  }
}

const distinct = (values: readonly string[]): string[] => [...new Set(values)];

// The file's own shorthand: left out, a group may launch what it has.
const unlessSame = (values: readonly string[], own: readonly string[]): readonly string[] =>
  values.join() === own.join() ? [] : values;

const percentageOf = (percentage: number, Instances: GroupPart['Instances']) =>
  percentage === usualPercentage({ Instances }) ? {} : { OnDemandPercentageAboveBaseCapacity: percentage };
