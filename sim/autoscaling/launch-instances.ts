import type {
  InstanceCollection,
  LaunchInstancesError,
  LaunchInstancesRequest,
  LaunchInstancesResult,
} from '@aws-sdk/client-auto-scaling';
import { AwsError, type Operation } from '../service.ts';
import type { Group, GroupInstance } from './group.ts';
import type { AutoScalingGroups } from './groups.ts';
import { onDemandShare, templateIsSpot } from './launch-plan.ts';
import type { LaunchFailure } from './launches.ts';
import { groupNamed, invalid, notImitated } from './validation.ts';

const mostInstances = 100;

/**
 * LaunchInstances: launches now and answers with what came and what EC2 refused; what came raises the desired capacity.
 * https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_LaunchInstances.html
 */
export const launchOperations = (scaling: AutoScalingGroups): Record<string, Operation> => {
  const answers = new Map<string, { readonly asked: string; readonly answer: LaunchInstancesResult }>();
  return {
    LaunchInstances: (input: LaunchInstancesRequest): LaunchInstancesResult => {
      const group = groupNamed(scaling, input.AutoScalingGroupName);
      const token = `${group.name} ${input.ClientToken}`;
      const asked = JSON.stringify(input);
      const known = input.ClientToken === undefined ? undefined : answers.get(token);
      if (known && known.asked !== asked) {
        const text = `The client token ${input.ClientToken} was used with other parameters before.`;
        throw new AwsError('IdempotentParameterMismatch', text);
      }
      if (known) return known.answer;
      const answer = { ...launch(scaling, group, input), ClientToken: input.ClientToken };
      if (input.ClientToken !== undefined) answers.set(token, { asked, answer });
      return answer;
    },
  };
};

const launch = (scaling: AutoScalingGroups, group: Group, input: LaunchInstancesRequest): LaunchInstancesResult => {
  const { RequestedCapacity: requested = 0, RetryStrategy: strategy = 'none' } = input;
  const retries = retryStrategy(strategy);
  const zones = zonesOf(scaling, group, input);
  if (requested < 1 || requested > mostInstances) {
    throw invalid(`RequestedCapacity must be between 1 and ${mostInstances}.`);
  }
  if (group.desired + requested > group.maxSize) {
    throw invalid(
      `The requested capacity of ${requested} would exceed the maximum size ${group.maxSize} of the group, whose desired capacity is ${group.desired}.`,
    );
  }
  const { launched, failed } = attempt(scaling, { group, zones, requested });
  const capacity = launched.reduce((sum, { weight }) => sum + weight, 0);
  group.desired = Math.min(group.maxSize, group.desired + (retries ? Math.max(requested, capacity) : capacity));
  if (retries && capacity < requested) scaling.reconcile(group);
  const zoneId = (zone: string) => scaling.fleet.network.zoneId(zone);
  return {
    AutoScalingGroupName: group.name,
    Instances: collections(launched, zoneId),
    Errors: failed.map(({ spot, failure }) => errorShape(spot, failure, zoneId)),
  };
};

type Attempt = { readonly group: Group; readonly zones: readonly string[]; readonly requested: number };
type Failed = { readonly spot: boolean; readonly failure: LaunchFailure };

/** Each purchase option until its share is launched or EC2 refuses. */
const attempt = (scaling: AutoScalingGroups, { group, zones, requested }: Attempt) => {
  const launched: GroupInstance[] = [];
  const failed: Failed[] = [];
  const isSpot = templateIsSpot(group.template, scaling.fleet);
  const onDemand = Math.max(0, onDemandShare(group, group.desired + requested, isSpot) - group.spread.onDemand);
  const shares = { onDemand: Math.min(requested, onDemand), spot: requested - Math.min(requested, onDemand) };
  for (const spot of [false, true]) {
    let left = spot ? shares.spot : shares.onDemand;
    while (left > 0 && launched.length < mostInstances) {
      const found = scaling.launch(group, { spot, zones }, 'a user request launched an instance.');
      if ('code' in found) {
        failed.push({ spot, failure: found });
        break;
      }
      launched.push(found);
      left -= found.weight;
    }
  }
  return { launched, failed };
};

const retryStrategy = (strategy: string): boolean => {
  if (strategy === 'retry-with-group-configuration') return true;
  if (strategy === 'none') return false;
  throw invalid(`RetryStrategy ${strategy} is not none or retry-with-group-configuration.`);
};

const zonesOf = (scaling: AutoScalingGroups, group: Group, input: LaunchInstancesRequest): readonly string[] => {
  const { network } = scaling.fleet;
  if (input.AvailabilityZones && input.AvailabilityZoneIds) {
    throw invalid('You cannot specify both AvailabilityZones and AvailabilityZoneIds.');
  }
  if (input.SubnetIds && (input.AvailabilityZones || input.AvailabilityZoneIds)) {
    notImitated('SubnetIds together with AvailabilityZones');
  }
  const zones =
    input.AvailabilityZones ??
    input.AvailabilityZoneIds?.map((id) => network.zones().find((zone) => zone.id === id)?.name ?? id) ??
    input.SubnetIds?.map((id) => network.subnets().find((subnet) => subnet.id === id)?.zone ?? id);
  if (!zones && group.zones.length > 1) {
    throw invalid(
      'Either AvailabilityZones or SubnetIds must be specified for groups with multiple Availability Zones.',
    );
  }
  const other = zones?.find((zone) => !group.zones.includes(zone));
  if (other !== undefined) throw invalid(`${other} is not an Availability Zone of Auto Scaling group ${group.name}.`);
  return zones ?? group.zones;
};

const collections = (launched: readonly GroupInstance[], zoneId: (zone: string) => string): InstanceCollection[] => {
  const found = new Map<string, InstanceCollection & { InstanceIds: string[] }>();
  for (const { ec2 } of launched) {
    const market = ec2.spot ? 'spot' : 'on-demand';
    const key = `${ec2.type}/${ec2.zone}/${market}`;
    const collection = found.get(key) ?? {
      InstanceType: ec2.type,
      MarketType: market,
      SubnetId: `subnet-${ec2.zone}`,
      AvailabilityZone: ec2.zone,
      AvailabilityZoneId: zoneId(ec2.zone),
      InstanceIds: [],
    };
    collection.InstanceIds.push(ec2.id);
    found.set(key, collection);
  }
  return [...found.values()];
};

const errorShape = (
  spot: boolean,
  { pool, code, message }: LaunchFailure,
  zoneId: (zone: string) => string,
): LaunchInstancesError => ({
  ...(pool.type ? { InstanceType: pool.type } : {}),
  MarketType: spot ? 'spot' : 'on-demand',
  SubnetId: `subnet-${pool.zone}`,
  AvailabilityZone: pool.zone,
  AvailabilityZoneId: zoneId(pool.zone),
  ErrorCode: code,
  ErrorMessage: message,
});
