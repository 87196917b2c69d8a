import type {
  ActivitiesType,
  AutoScalingGroupNamesType,
  AutoScalingGroupsType,
  AutoScalingInstancesType,
  DescribeAutoScalingInstancesType,
  DescribePoliciesType,
  DescribeScalingActivitiesType,
  Filter,
  PoliciesType,
} from '@aws-sdk/client-auto-scaling';
import type { Operation } from '../service.ts';
import { page } from '../world/page.ts';
import type { World } from '../world/world.ts';
import { activityShape, groupShape, instanceShape } from './descriptions.ts';
import type { Group } from './group.ts';
import type { AutoScalingGroups } from './groups.ts';
import { groupNamed, invalid, notImitated } from './validation.ts';

/** Activities of the last six weeks are kept, newest first. */
const sixWeeksMs = 42 * 86_400_000;
const newestFirst = 1_000_000_000_000;

/** Operations that only tell. */
export const describeOperations = (world: World, scaling: AutoScalingGroups): Record<string, Operation> => ({
  /** https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DescribeAutoScalingGroups.html: unknown names are left out */
  DescribeAutoScalingGroups: (input: AutoScalingGroupNamesType, { hides }): AutoScalingGroupsType => {
    const names = input.AutoScalingGroupNames?.length ? new Set(input.AutoScalingGroupNames) : undefined;
    const all = [...scaling.groups.values()];
    const found = all.filter(
      (group) => (!names || names.has(group.name)) && hasTags(group, input.Filters) && !hides?.(group.createdAt),
    );
    const result = page(found, pageRequest(input, 100));
    const shapes = result.items.map((group) =>
      input.IncludeInstances === false ? { ...groupShape(group), Instances: [] } : groupShape(group, hides),
    );
    return { AutoScalingGroups: shapes, NextToken: result.nextToken };
  },

  /** https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DescribeAutoScalingInstances.html: unknown ids are left out */
  DescribeAutoScalingInstances: (input: DescribeAutoScalingInstancesType): AutoScalingInstancesType => {
    const ids = input.InstanceIds?.length ? new Set(input.InstanceIds) : undefined;
    if (ids && ids.size > 50) throw invalid('The number of instance IDs exceeds the limit of 50.');
    const found = ids
      ? [...ids].flatMap((id) => scaling.find(id) ?? [])
      : [...scaling.groups.values()].flatMap((group) =>
          [...group.instances.values()].map((instance) => ({ group, instance })),
        );
    const members = found
      .map((member) => ({ ...member, sequence: member.instance.ec2.sequence }))
      .sort((a, b) => a.sequence - b.sequence);
    const result = page(members, pageRequest(input, 50));
    return {
      AutoScalingInstances: result.items.map(({ group, instance }) => ({
        AutoScalingGroupName: group.name,
        ...instanceShape(group, instance),
        HealthStatus: instanceShape(group, instance).HealthStatus.toUpperCase(),
      })),
      NextToken: result.nextToken,
    };
  },

  /** https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DescribeScalingActivities.html */
  DescribeScalingActivities: (input: DescribeScalingActivitiesType): ActivitiesType => {
    const { AutoScalingGroupName: name, ActivityIds: ids } = input;
    const groups = name === undefined ? [...scaling.groups.values()] : [groupNamed(scaling, name)];
    const matches = activityFilter(input.Filters);
    const found = groups
      .flatMap((group) => group.activities.map((activity) => ({ group, activity })))
      .filter(({ activity }) => activity.startedAt > world.now() - sixWeeksMs)
      .filter(({ activity }) => (!ids?.length || ids.includes(activity.id)) && matches(activity))
      .map((each) => ({ ...each, sequence: newestFirst - each.activity.sequence }))
      .sort((a, b) => a.sequence - b.sequence);
    const result = page(found, { ...pageRequest(input, 100), size: input.MaxRecords ?? 100 });
    return {
      Activities: result.items.map(({ group, activity }) => activityShape(group, activity)),
      NextToken: result.nextToken,
    };
  },

  /** https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DescribePolicies.html: no group has any */
  DescribePolicies: (input: DescribePoliciesType): PoliciesType => {
    if (input.AutoScalingGroupName !== undefined) groupNamed(scaling, input.AutoScalingGroupName);
    return { ScalingPolicies: [] };
  },
});

/** The size and token of a page. @throws AwsError ValidationError for a size outside 1 to `maximum` */
export const pageRequest = (
  input: { readonly MaxRecords?: number | undefined; readonly NextToken?: string | undefined },
  maximum: number,
) => {
  const size = input.MaxRecords ?? 50;
  if (size < 1 || size > maximum) throw invalid(`MaxRecords must be between 1 and ${maximum}`);
  return { size, token: input.NextToken, invalidTokenCode: 'InvalidNextToken' };
};

const hasTags = (group: Group, filters: readonly Filter[] | undefined): boolean =>
  (filters ?? []).every(({ Name: name = '', Values: values = [] }) => {
    const tags = [...group.tags];
    if (name === 'tag-key') return tags.some(([key]) => values.includes(key));
    if (name === 'tag-value') return tags.some(([, { value }]) => values.includes(value));
    if (!name.startsWith('tag:')) throw invalid(`Filter name ${name} is not valid.`);
    const value = group.tags.get(name.slice('tag:'.length))?.value;
    return value !== undefined && values.includes(value);
  });

type Filtered = { readonly startedAt: number; readonly statusCode: string };

const activityFilter = (filters: readonly Filter[] | undefined) => {
  const tests = (filters ?? []).map(({ Name: name = '', Values: values = [] }) => {
    const at = Date.parse(values[0] ?? '');
    if (name === 'Status') return ({ statusCode }: Filtered) => values.includes(statusCode);
    if (name === 'StartTimeLowerBound') return ({ startedAt }: Filtered) => startedAt >= at;
    if (name === 'StartTimeUpperBound') return ({ startedAt }: Filtered) => startedAt <= at;
    return notImitated(`Filters ${name}`);
  });
  return (activity: Filtered): boolean => tests.every((test) => test(activity));
};
