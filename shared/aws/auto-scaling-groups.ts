import {
  type AutoScalingClient,
  DescribeAutoScalingGroupsCommand,
  DescribeAutoScalingInstancesCommand,
  DescribeInstanceRefreshesCommand,
  DescribeLifecycleHooksCommand,
  DescribeScalingActivitiesCommand,
  type AutoScalingGroup as Wire,
} from '@aws-sdk/client-auto-scaling';
import type { EC2Client } from '@aws-sdk/client-ec2';
import { batches } from '../core/batches.ts';
import { type Instant, instant, later } from '../model/instant.ts';
import type { Group, Launch } from '../model/surroundings.ts';
import { describeInstances } from './ec2.ts';
import { isMissingGroup } from './errors.ts';

/** Names and page of one call: https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DescribeAutoScalingGroups.html */
const GROUPS_PER_CALL = 100;
const INSTANCES_PER_CALL = 50; // https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DescribeAutoScalingInstances.html
const ACTIVITIES = 100;
/** Launches that failed so long ago are still news. */
export const LATELY_MS = 600_000;

/** Auto Scaling groups as Auto Scaling describes them; those that do not exist are left out. */
export async function describeGroups(
  autoscaling: AutoScalingClient,
  names: readonly string[],
): Promise<readonly Wire[]> {
  const pages = await Promise.all(
    batches(names, GROUPS_PER_CALL).map((AutoScalingGroupNames) =>
      autoscaling.send(new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames, MaxRecords: GROUPS_PER_CALL })),
    ),
  );
  return pages.flatMap(({ AutoScalingGroups }) => AutoScalingGroups ?? []);
}

/**
 * Auto Scaling groups with their instances. Auto Scaling does not say which of them are Spot Instances: EC2 does.
 * https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_AutoScalingGroup.html
 */
export async function autoScalingGroups(
  { autoscaling, ec2 }: { readonly autoscaling: AutoScalingClient; readonly ec2: EC2Client },
  names: readonly string[],
): Promise<readonly Group[]> {
  const wires = await describeGroups(autoscaling, names);
  const ids = wires.flatMap(({ Instances }) => (Instances ?? []).flatMap(({ InstanceId }) => InstanceId ?? []));
  const [instances, refreshing, drains] = await Promise.all([
    describeInstances(ec2, ids),
    Promise.all(wires.map(({ AutoScalingGroupName: name }) => isRefreshing(autoscaling, name ?? ''))),
    Promise.all(wires.map(({ AutoScalingGroupName: name }) => hasTerminationHook(autoscaling, name ?? ''))),
  ]);
  const spot = new Set(instances.filter((one) => one.spot).map(({ instanceId }) => instanceId));
  return wires.map((wire, index) => ({
    ...inModel(wire, spot),
    refreshing: refreshing[index] ?? false,
    drains: drains[index] ?? false,
  }));
}

/** The group of each instance that is in one. */
export async function groupsOfInstances(
  autoscaling: AutoScalingClient,
  ids: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const pages = await Promise.all(
    batches(ids, INSTANCES_PER_CALL).map((InstanceIds) =>
      autoscaling.send(new DescribeAutoScalingInstancesCommand({ InstanceIds, MaxRecords: INSTANCES_PER_CALL })),
    ),
  );
  return new Map(
    pages.flatMap(({ AutoScalingInstances }) =>
      (AutoScalingInstances ?? []).flatMap(({ InstanceId, AutoScalingGroupName }) =>
        InstanceId && AutoScalingGroupName ? [[InstanceId, AutoScalingGroupName] as const] : [],
      ),
    ),
  );
}

/**
 * A group's launches that failed within the ten minutes before `now`, and those that worked since the first of them; the
 * newest first. None when the group is gone, or no launch failed.
 */
export async function launchesSinceFailure(
  autoscaling: AutoScalingClient,
  group: string,
  now: Instant,
): Promise<readonly Launch[]> {
  return unlessMissing(launchesAround(autoscaling, group, later(now, -LATELY_MS)), []);
}

async function launchesAround(autoscaling: AutoScalingClient, group: string, since: Instant) {
  const failed = await launches(autoscaling, { group, since, status: 'Failed' });
  const first = failed.at(-1);
  if (first === undefined) return [];
  const worked = await launches(autoscaling, { group, since: first.startedAt, status: 'Successful' });
  return [...failed, ...worked].sort((a, b) => b.startedAt - a.startedAt);
}

/** https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DescribeScalingActivities.html */
async function launches(
  autoscaling: AutoScalingClient,
  {
    group,
    since,
    status,
  }: { readonly group: string; readonly since: Instant; readonly status: 'Failed' | 'Successful' },
): Promise<readonly Launch[]> {
  const { Activities } = await autoscaling.send(
    new DescribeScalingActivitiesCommand({
      AutoScalingGroupName: group,
      Filters: [
        { Name: 'StartTimeLowerBound', Values: [new Date(since).toISOString()] },
        { Name: 'Status', Values: [status] },
      ],
      MaxRecords: ACTIVITIES,
    }),
  );
  return (Activities ?? []).flatMap(({ Description = '', StartTime, EndTime = StartTime, StatusMessage = '' }) => {
    if (!Description.startsWith('Launching') || StartTime === undefined || EndTime === undefined) return [];
    return {
      startedAt: instant(StartTime.getTime()),
      endedAt: instant(EndTime.getTime()),
      instanceId: /\bi-[0-9a-f]+/.exec(Description)?.[0] ?? '',
      failure: status === 'Failed' ? StatusMessage : undefined,
    };
  });
}

const REFRESHES = new Set(['Pending', 'InProgress', 'Baking', 'Cancelling', 'RollbackInProgress']);

/** Is an instance refresh of the group under way? One that is gone has none. https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_InstanceRefresh.html */
export async function isRefreshing(autoscaling: AutoScalingClient, AutoScalingGroupName: string): Promise<boolean> {
  const { InstanceRefreshes } = await unlessMissing(
    autoscaling.send(new DescribeInstanceRefreshesCommand({ AutoScalingGroupName, MaxRecords: 1 })),
    { InstanceRefreshes: [] },
  );
  return (InstanceRefreshes ?? []).some(({ Status }) => REFRESHES.has(Status ?? ''));
}

/**
 * Does somebody drain an instance of the group before it ends?
 * https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DescribeLifecycleHooks.html
 */
export async function hasTerminationHook(
  autoscaling: AutoScalingClient,
  AutoScalingGroupName: string,
): Promise<boolean> {
  const { LifecycleHooks } = await unlessMissing(
    autoscaling.send(new DescribeLifecycleHooksCommand({ AutoScalingGroupName })),
    { LifecycleHooks: [] },
  );
  return (LifecycleHooks ?? []).some(
    ({ LifecycleTransition }) => LifecycleTransition === 'autoscaling:EC2_INSTANCE_TERMINATING',
  );
}

/** What was asked of a group that is gone has an empty answer. */
async function unlessMissing<T, N>(answer: Promise<T>, nothing: N): Promise<T | N> {
  try {
    return await answer;
  } catch (error) {
    if (isMissingGroup(error)) return nothing;
    throw error;
  }
}

function inModel(wire: Wire, spot: ReadonlySet<string>): Omit<Group, 'refreshing' | 'drains'> {
  const policy = wire.MixedInstancesPolicy;
  const distribution = policy?.InstancesDistribution;
  return {
    name: wire.AutoScalingGroupName ?? '',
    desired: wire.DesiredCapacity ?? 0,
    maxSize: wire.MaxSize ?? 0,
    zones: wire.AvailabilityZones ?? [],
    onDemand: policy && {
      base: distribution?.OnDemandBaseCapacity ?? 0,
      percentageAboveBase: distribution?.OnDemandPercentageAboveBaseCapacity ?? DEFAULT_PERCENTAGE,
      types: (policy.LaunchTemplate?.Overrides ?? []).flatMap(({ InstanceType }) => InstanceType ?? []),
    },
    suspended: (wire.SuspendedProcesses ?? []).flatMap(({ ProcessName }) => ProcessName ?? []),
    instances: (wire.Instances ?? []).map(({ InstanceId = '', InstanceType, AvailabilityZone, LifecycleState }) => ({
      instanceId: InstanceId,
      type: InstanceType ?? '',
      zone: AvailabilityZone ?? '',
      lifecycle: LifecycleState ?? '',
      spot: spot.has(InstanceId),
    })),
  };
}

/** https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_InstancesDistribution.html */
export const DEFAULT_PERCENTAGE = 100;
