import type {
  CancelInstanceRefreshType,
  DescribeInstanceRefreshesAnswer,
  DescribeInstanceRefreshesType,
  InstanceRefresh,
  StartInstanceRefreshType,
} from '@aws-sdk/client-auto-scaling';
import type { Operation } from '../service.ts';
import { AwsError } from '../service.ts';
import { page } from '../world/page.ts';
import type { World } from '../world/world.ts';
import { pageRequest } from './describe-operations.ts';
import type { Group, GroupInstance } from './group.ts';
import type { AutoScalingGroups } from './groups.ts';
import { groupNamed, invalid, notImitated } from './validation.ts';

type Refresh = {
  readonly sequence: number;
  readonly id: string;
  readonly group: Group;
  readonly startedAt: number;
  /** instances that were there at the start and are still to be replaced */
  readonly old: Set<GroupInstance>;
  readonly begun: Set<GroupInstance>;
  readonly total: number;
  readonly minHealthy: number;
  readonly maxHealthy: number;
  /** how long after it came into service an instance counts as ready */
  readonly warmupMs: number;
  /** also the protected ones? */
  readonly protectedToo: boolean;
  status: 'InProgress' | 'Successful' | 'Cancelled';
  endedAt: number | undefined;
};

const supported = ['MinHealthyPercentage', 'MaxHealthyPercentage', 'ScaleInProtectedInstances', 'InstanceWarmup'];

/**
 * Instance refreshes: replace every instance of a group, some at a time, so that enough stay in service.
 * https://docs.aws.amazon.com/autoscaling/ec2/userguide/instance-refresh-overview.html
 */
export const refreshOperations = (world: World, scaling: AutoScalingGroups): Record<string, Operation> => {
  const refreshes: Refresh[] = [];
  const active = (group: Group) => refreshes.find((each) => each.group === group && each.status === 'InProgress');
  scaling.onChange((group) => {
    const refresh = active(group);
    if (!refresh) return;
    step(world, scaling, refresh);
    if (refresh.warmupMs === 0) return;
    world.clock.after(refresh.warmupMs, () => {
      if (refresh.status === 'InProgress') step(world, scaling, refresh);
    });
  });
  return {
    /** https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_StartInstanceRefresh.html */
    StartInstanceRefresh: (input: StartInstanceRefreshType): object => {
      const group = groupNamed(scaling, input.AutoScalingGroupName);
      if (active(group)) {
        const text = 'An Instance Refresh is already in progress and blocks the execution of this Instance Refresh.';
        throw new AwsError('InstanceRefreshInProgress', text);
      }
      const refresh = refreshFrom(world, group, input);
      refreshes.push(refresh);
      announce(world, refresh, 'Started');
      step(world, scaling, refresh);
      return { InstanceRefreshId: refresh.id };
    },

    /** https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_CancelInstanceRefresh.html: what was begun goes on */
    CancelInstanceRefresh: (input: CancelInstanceRefreshType): object => {
      const refresh = active(groupNamed(scaling, input.AutoScalingGroupName));
      if (!refresh)
        throw new AwsError('ActiveInstanceRefreshNotFound', 'No in progress or pending Instance Refresh found.');
      end(world, refresh, 'Cancelled');
      return { InstanceRefreshId: refresh.id };
    },

    /** https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DescribeInstanceRefreshes.html: newest first */
    DescribeInstanceRefreshes: (input: DescribeInstanceRefreshesType): DescribeInstanceRefreshesAnswer => {
      const group = groupNamed(scaling, input.AutoScalingGroupName);
      const ids = input.InstanceRefreshIds;
      const found = refreshes
        .filter((each) => each.group === group && (!ids?.length || ids.includes(each.id)))
        .map((refresh) => ({ refresh, sequence: Number.MAX_SAFE_INTEGER - refresh.sequence }))
        .reverse();
      const result = page(found, pageRequest(input, 100));
      return { InstanceRefreshes: result.items.map(({ refresh }) => shapeOf(refresh)), NextToken: result.nextToken };
    },
  };
};

const refreshFrom = (world: World, group: Group, input: StartInstanceRefreshType): Refresh => {
  const preferences = input.Preferences ?? {};
  if (input.Strategy !== undefined && input.Strategy !== 'Rolling') notImitated(`Strategy ${input.Strategy}`);
  if (input.DesiredConfiguration !== undefined) notImitated('DesiredConfiguration');
  for (const [name, value] of Object.entries(preferences)) {
    if (value !== undefined && value !== false && !supported.includes(name)) notImitated(`Preferences.${name}`);
  }
  const policy = group.settings.InstanceMaintenancePolicy;
  const minHealthy = preferences.MinHealthyPercentage ?? policy?.MinHealthyPercentage ?? 90;
  const maxHealthy = preferences.MaxHealthyPercentage ?? policy?.MaxHealthyPercentage ?? 100;
  if (minHealthy < 0 || minHealthy > 100) throw invalid('MinHealthyPercentage must be between 0 and 100.');
  if (maxHealthy < 100 || maxHealthy > 200) throw invalid('MaxHealthyPercentage must be between 100 and 200.');
  const protectedToo = preferences.ScaleInProtectedInstances === 'Refresh';
  const old = [...group.instances.values()].filter(
    (instance) => instance.stays && (protectedToo || !instance.protected),
  );
  if (preferences.ScaleInProtectedInstances !== 'Ignore' && !protectedToo) {
    const waits = [...group.instances.values()].some((instance) => instance.protected);
    if (waits) notImitated('ScaleInProtectedInstances Wait with a protected instance');
  }
  return {
    sequence: world.ids.next('instance-refresh'),
    id: world.ids.uuid('instance-refresh-id'),
    group,
    startedAt: world.now(),
    old: new Set(old),
    begun: new Set(),
    total: old.length,
    minHealthy,
    maxHealthy,
    warmupMs: 1_000 * warmupSeconds(group, preferences.InstanceWarmup),
    protectedToo,
    status: 'InProgress',
    endedAt: undefined,
  };
};

// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_RefreshPreferences.html
const warmupSeconds = ({ settings }: Group, asked: number | undefined): number =>
  asked ?? settings.DefaultInstanceWarmup ?? settings.HealthCheckGracePeriod;

/** Begins as many replacements as the percentages leave room for; ends the refresh with the last one. */
const step = (world: World, scaling: AutoScalingGroups, refresh: Refresh): void => {
  const { group, old, begun } = refresh;
  for (const instance of old) if (!group.instances.has(instance.ec2.id)) old.delete(instance);
  const warmSince = world.now() - refresh.warmupMs;
  const ready = [...group.instances.values()].filter(
    ({ stays, lifecycleState, activity }) =>
      stays && lifecycleState === 'InService' && (activity?.endedAt ?? 0) <= warmSince,
  ).length;
  if (old.size === 0 && ready >= group.desired) {
    end(world, refresh, 'Successful');
    return;
  }
  const launchFirst = refresh.maxHealthy > 100;
  const percent = launchFirst ? refresh.maxHealthy - 100 : 100 - refresh.minHealthy;
  const room = Math.max(1, Math.floor((group.desired * percent) / 100)) - Math.max(0, group.desired - ready);
  const next = [...old].filter((instance) => !begun.has(instance) && instance.stays).slice(0, Math.max(0, room));
  const cause = 'an instance was taken out of service in response to an instance refresh.';
  for (const instance of next) {
    begun.add(instance);
    if (launchFirst) scaling.handOver(group, instance, 'an instance was launched in response to an instance refresh.');
    else scaling.terminate(group, instance, cause);
  }
  if (next.length > 0) scaling.reconcile(group);
};

const end = (world: World, refresh: Refresh, status: 'Successful' | 'Cancelled'): void => {
  refresh.status = status;
  refresh.endedAt = world.now();
  announce(world, refresh, status === 'Successful' ? 'Succeeded' : 'Cancelled');
};

/** https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-event-reference.html */
const announce = (world: World, { id, group }: Refresh, what: 'Started' | 'Succeeded' | 'Cancelled'): void =>
  world.emit({
    source: 'aws.autoscaling',
    'detail-type': `EC2 Auto Scaling Instance Refresh ${what}`,
    resources: [group.arn],
    detail: { InstanceRefreshId: id, AutoScalingGroupName: group.name },
  });

const shapeOf = (refresh: Refresh): InstanceRefresh => ({
  InstanceRefreshId: refresh.id,
  AutoScalingGroupName: refresh.group.name,
  Status: refresh.status,
  StartTime: new Date(refresh.startedAt),
  ...(refresh.endedAt === undefined ? {} : { EndTime: new Date(refresh.endedAt) }),
  PercentageComplete:
    refresh.total === 0 ? 100 : Math.floor(((refresh.total - refresh.old.size) * 100) / refresh.total),
  InstancesToUpdate: refresh.old.size,
  Preferences: { MinHealthyPercentage: refresh.minHealthy, MaxHealthyPercentage: refresh.maxHealthy },
  Strategy: 'Rolling',
});
