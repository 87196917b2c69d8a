import {
  type Activity,
  type AutoScalingClient,
  DescribeAutoScalingGroupsCommand,
  DescribeScalingActivitiesCommand,
  type LaunchTemplateSpecification,
  type MixedInstancesPolicy,
  type AutoScalingGroup as Wire,
} from '@aws-sdk/client-auto-scaling';
import type { EC2Client } from '@aws-sdk/client-ec2';
import { launchFailureOf } from '../core/launch-failures.ts';
import type { Instance } from '../model/fleet.ts';
import { type Instant, instant, later } from '../model/instant.ts';
import {
  DETACHED_TAG,
  type FailedLaunch,
  type GroupLaunch,
  type MixedPolicy,
  type ScalingGroup,
  type TemplateRef,
} from '../model/offerings.ts';
import { DEFAULT_PERCENTAGE, LATELY_MS } from './auto-scaling-groups.ts';
import { taggedInstances } from './ec2.ts';

const GROUPS_PER_PAGE = 100; // https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DescribeAutoScalingGroups.html
const ACTIVITIES_PER_PAGE = 100; // https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DescribeScalingActivities.html
/** A region that fails to launch without end says the same on every page. */
const ACTIVITY_PAGES = 5;

/** The group of an instance: https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-tagging.html */
const GROUP_TAG = 'aws:autoscaling:groupName';
/** The group that we took an instance out of: Auto Scaling takes its own tag with it. */
export const DETACHED_FROM_TAG = 'spotkeeper:detached-from';

/** All Auto Scaling groups of the region: one call for each hundred. */
export async function scalingGroups(autoscaling: AutoScalingClient): Promise<readonly ScalingGroup[]> {
  const groups: ScalingGroup[] = [];
  let NextToken: string | undefined;
  do {
    const page = await autoscaling.send(
      new DescribeAutoScalingGroupsCommand({ MaxRecords: GROUPS_PER_PAGE, ...(NextToken && { NextToken }) }),
    );
    groups.push(...(page.AutoScalingGroups ?? []).map(inModel));
    NextToken = page.NextToken;
  } while (NextToken);
  return groups;
}

/** The instances of all groups of the region that are not terminated: one call for each thousand. */
export const groupInstances = (ec2: EC2Client): Promise<readonly Instance[]> => taggedInstances(ec2, GROUP_TAG);

/** An instance that we took, or were about to take, out of its group: the time of the tag as text, and that group. */
export type DetachedInstance = Instance & { readonly tag: string; readonly group: string | undefined };

/** The instances of the region that carry our tag of detached ones and are not terminated. */
export async function detachedInstances(ec2: EC2Client): Promise<readonly DetachedInstance[]> {
  return (await taggedInstances(ec2, DETACHED_TAG)).map(({ tags, ...instance }) => ({
    ...instance,
    tag: tags[DETACHED_TAG] ?? '',
    group: tags[DETACHED_FROM_TAG] ?? tags[GROUP_TAG],
  }));
}

/**
 * Launches of any group of the region that failed within the ten minutes before `now`, the newest first: for want of
 * capacity, or as the zone does not have the type. Full quotas and wrong set-ups say nothing of a pool and are left out.
 * https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DescribeScalingActivities.html
 */
export async function failedLaunches(autoscaling: AutoScalingClient, now: Instant): Promise<readonly FailedLaunch[]> {
  const found: Activity[] = [];
  let NextToken: string | undefined;
  for (let page = 0; page < ACTIVITY_PAGES; page += 1) {
    const answer = await autoscaling.send(
      new DescribeScalingActivitiesCommand({
        Filters: [
          { Name: 'StartTimeLowerBound', Values: [new Date(later(now, -LATELY_MS)).toISOString()] },
          { Name: 'Status', Values: ['Failed'] },
        ],
        MaxRecords: ACTIVITIES_PER_PAGE,
        ...(NextToken && { NextToken }),
      }),
    );
    found.push(...(answer.Activities ?? []));
    NextToken = answer.NextToken;
    if (!NextToken) break;
  }
  return found.flatMap(failedLaunch);
}

/** Display texts that change with time: https://docs.aws.amazon.com/autoscaling/ec2/userguide/ts-as-capacity.html */
const TYPE = /do not have sufficient ([a-z0-9-]+\.[a-z0-9-]+) capacity|requested instance type \(([^)]+)\)/i;
const ZONE = /in (?:the|your requested) Availability Zone (?:you requested )?\(([^)]+)\)/i;

function failedLaunch({ Description, StatusMessage: text, ...activity }: Activity): readonly FailedLaunch[] {
  if (text === undefined || !Description?.startsWith('Launching')) return [];
  const why = launchFailureOf(text);
  if (why !== 'capacity' && why !== 'zone') return [];
  const [, ofCapacity, ofZone] = TYPE.exec(text) ?? [];
  return [
    {
      group: activity.AutoScalingGroupName ?? '',
      zone: ZONE.exec(text)?.[1] ?? zoneIn(activity.Details),
      type: ofCapacity ?? ofZone,
      at: instant(activity.StartTime?.getTime() ?? 0),
      text,
    },
  ];
}

/** `Details` is JSON as text; it may be anything, or name several zones. */
function zoneIn(details: string | undefined): string | undefined {
  try {
    const zone: unknown = JSON.parse(details ?? '{}')['Availability Zone'];
    return typeof zone === 'string' && /^[a-z0-9-]+$/.test(zone) ? zone : undefined;
  } catch {
    return undefined;
  }
}

const inModel = (wire: Wire): ScalingGroup => ({
  name: wire.AutoScalingGroupName ?? '',
  tags: Object.fromEntries((wire.Tags ?? []).map(({ Key, Value }) => [Key ?? '', Value ?? ''])),
  counts: countedIn(wire),
  desired: wire.DesiredCapacity ?? 0,
  minSize: wire.MinSize ?? 0,
  maxSize: wire.MaxSize ?? 0,
  zones: wire.AvailabilityZones ?? [],
  capacityRebalance: wire.CapacityRebalance ?? false,
  suspended: (wire.SuspendedProcesses ?? []).flatMap(({ ProcessName }) => ProcessName ?? []),
  launch: launchOf(wire),
  members: (wire.Instances ?? []).map((one) => ({
    instanceId: one.InstanceId ?? '',
    type: one.InstanceType ?? '',
    zone: one.AvailabilityZone ?? '',
    lifecycle: one.LifecycleState ?? '',
    healthy: one.HealthStatus?.toLowerCase() === 'healthy',
    protectedFromScaleIn: one.ProtectedFromScaleIn ?? false,
  })),
});

/** https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_CreateAutoScalingGroup.html (DesiredCapacityType) */
function countedIn({ DesiredCapacityType: by, MixedInstancesPolicy: policy }: Wire): ScalingGroup['counts'] {
  if (by === 'vcpu') return 'vCPUs';
  if (by === 'memory-mib') return 'MiB of memory';
  const isWeighted = policy?.LaunchTemplate?.Overrides?.some(({ WeightedCapacity }) => WeightedCapacity !== undefined);
  return isWeighted ? 'weights' : 'instances';
}

function launchOf({ MixedInstancesPolicy: policy, LaunchTemplate: template }: Wire): GroupLaunch {
  if (policy) {
    return {
      by: 'policy',
      template: refOf(policy.LaunchTemplate?.LaunchTemplateSpecification),
      policy: policyOf(policy),
    };
  }
  const ref = refOf(template);
  return ref ? { by: 'template', template: ref } : { by: 'configuration' };
}

function refOf(wire: LaunchTemplateSpecification | undefined): TemplateRef | undefined {
  if (wire?.LaunchTemplateId === undefined && wire?.LaunchTemplateName === undefined) return undefined;
  return { id: wire.LaunchTemplateId, name: wire.LaunchTemplateName, version: wire.Version };
}

/** https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_InstancesDistribution.html */
function policyOf({ LaunchTemplate: plan, InstancesDistribution: given = {} }: MixedInstancesPolicy): MixedPolicy {
  const overrides = plan?.Overrides ?? [];
  const byAttributes = overrides.some(({ InstanceRequirements }) => InstanceRequirements);
  const percentage = given.OnDemandPercentageAboveBaseCapacity ?? DEFAULT_PERCENTAGE;
  return {
    overrides: overrides.map((one) => ({
      type: one.InstanceType,
      weight: one.WeightedCapacity === undefined ? undefined : Number(one.WeightedCapacity),
      own: one.LaunchTemplateSpecification !== undefined || one.ImageId !== undefined,
    })),
    spotStrategy: given.SpotAllocationStrategy ?? 'lowest-price',
    onDemandStrategy: given.OnDemandAllocationStrategy ?? (byAttributes ? 'lowest-price' : 'prioritized'),
    onDemandBase: given.OnDemandBaseCapacity ?? 0,
    onDemandPercentage: percentage,
    // A description fills the default in: whether somebody asked for 100 cannot be told.
    percentageUnset: percentage === DEFAULT_PERCENTAGE,
  };
}
