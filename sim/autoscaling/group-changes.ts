import type { CreateAutoScalingGroupType, UpdateAutoScalingGroupType } from '@aws-sdk/client-auto-scaling';
import type { Fleet } from '../ec2/fleet.ts';
import type { Group, GroupSettings } from './group.ts';
import { checkTemplates, launchPools } from './launch-plan.ts';
import { checkSources, invalid, notImitated } from './validation.ts';

type Input = CreateAutoScalingGroupType | UpdateAutoScalingGroupType;

const policies = [
  'Default',
  'AllocationStrategy',
  'OldestLaunchTemplate',
  'OldestLaunchConfiguration',
  'ClosestToNextInstanceHour',
  'NewestInstance',
  'OldestInstance',
];

/** Those besides EC2's own judge what no group here has: load balancers and volumes. */
const healthChecks = ['EC2', 'EBS', 'ELB', 'VPC_LATTICE'];

/** Members that change what a group does, in ways that the account does not have. */
const refused = [
  'InstanceId',
  'LoadBalancerNames',
  'TargetGroupARNs',
  'TrafficSources',
  'PlacementGroup',
  'MaxInstanceLifetime',
  'AvailabilityZoneDistribution',
  'AvailabilityZoneImpairmentPolicy',
  'CapacityReservationSpecification',
  'InstanceLifecyclePolicy',
  'DeletionProtection',
];

type Source = Pick<Group, 'policy' | 'template' | 'zones' | 'pools'>;

/**
 * What a group launches, and where, with a request applied to it.
 * @param before what it launched so far; undefined: the group is new
 * @throws AwsError ValidationError, NotImplemented
 */
export const sourceWith = (input: Input, before: Source | undefined, fleet: Fleet): Source => {
  const members: object = input;
  for (const [name, value] of Object.entries(members)) {
    if (value !== undefined && refused.includes(name) && !isEmpty(value)) notImitated(name);
  }
  if (input.DesiredCapacityType !== undefined && input.DesiredCapacityType !== 'units') {
    notImitated(`DesiredCapacityType ${input.DesiredCapacityType}`);
  }
  checkSources(withPlan(input, before), before === undefined);
  const zones = zonesOf(input, fleet) ?? before?.zones ?? [];
  if (zones.length === 0) throw invalid('At least one Availability Zone or VPC Subnet is required.');
  const policy = withPlan(input, before).MixedInstancesPolicy;
  const changed = policy || input.LaunchTemplate;
  checkTemplates(policy, fleet);
  const source = changed
    ? { policy, template: input.LaunchTemplate, zones }
    : { policy: before?.policy, template: before?.template, zones };
  const same = before !== undefined && !changed && zones === before.zones;
  return { ...source, pools: same ? before.pools : launchPools(source, fleet) };
};

// A policy without templates keeps those that the group has; everything else in it is replaced as a whole.
const withPlan = (input: Input, before: Source | undefined): Input => {
  const { MixedInstancesPolicy: given } = input;
  if (!given || given.LaunchTemplate || !before?.policy?.LaunchTemplate) return input;
  return { ...input, MixedInstancesPolicy: { ...given, LaunchTemplate: before.policy.LaunchTemplate } };
};

const isEmpty = (value: unknown): boolean =>
  value === '' || value === 0 || (Array.isArray(value) && value.length === 0);

const zonesOf = (input: Input, fleet: Fleet): readonly string[] | undefined => {
  const { VPCZoneIdentifier: subnets, AvailabilityZones: zones, AvailabilityZoneIds: ids } = input;
  const inSubnets = subnets
    ?.split(',')
    .filter(Boolean)
    .map((id) => subnetZone(fleet, id.trim()));
  const byId = ids?.length
    ? ids.map((id) => fleet.network.zones().find((zone) => zone.id === id)?.name ?? unknownZone(id))
    : undefined;
  for (const zone of zones ?? []) {
    if (!fleet.network.zones().some(({ name }) => name === zone)) unknownZone(zone);
  }
  if (inSubnets?.length && zones?.some((zone) => !inSubnets.includes(zone))) {
    throw invalid('The availability zones of the specified subnets and the AutoScalingGroup do not match');
  }
  if (inSubnets?.length) return [...new Set(inSubnets)];
  return zones?.length ? zones : byId;
};

const unknownZone = (zone: string): never => {
  throw invalid(`Invalid availability zone: [${zone}]`);
};

const subnetZone = (fleet: Fleet, id: string): string => {
  const found = fleet.network.subnets().find((subnet) => subnet.id === id);
  if (!found) throw invalid(`The subnet ID '${id}' does not exist`);
  return found.zone;
};

/** Changes the settings that a request names. @throws AwsError ValidationError before anything is changed */
export const applySettings = (settings: GroupSettings, input: Input): void => {
  const unknown = input.TerminationPolicies?.find((policy) => !policies.includes(policy));
  if (unknown !== undefined) throw invalid(`Termination policy ${unknown} is not supported.`);
  const maintenance = input.InstanceMaintenancePolicy;
  const { MinHealthyPercentage: min = -1, MaxHealthyPercentage: max = -1 } = maintenance ?? {};
  // Both -1 removes the policy.
  if (
    maintenance &&
    !(min === -1 && max === -1) &&
    (min < 0 || min > 100 || max < 100 || max > 200 || max - min > 100)
  ) {
    throw invalid('MinHealthyPercentage must be 0 to 100, MaxHealthyPercentage 100 to 200, at most 100 apart.');
  }
  if (max === 100) notImitated('InstanceMaintenancePolicy.MaxHealthyPercentage of 100 (terminate before launching)');
  const checks = input.HealthCheckType?.split(',') ?? [];
  const unknownCheck = checks.find((check) => !healthChecks.includes(check.trim()));
  if (unknownCheck !== undefined) throw invalid(`Invalid HealthCheckType: ${unknownCheck}`);
  settings.CapacityRebalance = input.CapacityRebalance ?? settings.CapacityRebalance;
  settings.NewInstancesProtectedFromScaleIn =
    input.NewInstancesProtectedFromScaleIn ?? settings.NewInstancesProtectedFromScaleIn;
  settings.DefaultCooldown = input.DefaultCooldown ?? settings.DefaultCooldown;
  settings.DefaultInstanceWarmup = warmup(input.DefaultInstanceWarmup, settings.DefaultInstanceWarmup);
  settings.HealthCheckType = input.HealthCheckType ?? settings.HealthCheckType;
  settings.HealthCheckGracePeriod = input.HealthCheckGracePeriod ?? settings.HealthCheckGracePeriod;
  if (input.TerminationPolicies?.length) settings.TerminationPolicies = input.TerminationPolicies;
  settings.VPCZoneIdentifier = input.VPCZoneIdentifier ?? settings.VPCZoneIdentifier;
  settings.ServiceLinkedRoleARN = input.ServiceLinkedRoleARN ?? settings.ServiceLinkedRoleARN;
  settings.Context = input.Context ?? settings.Context;
  if (maintenance) {
    settings.InstanceMaintenancePolicy =
      min === -1 ? undefined : { MinHealthyPercentage: min, MaxHealthyPercentage: max };
  }
};

// -1 removes it.
const warmup = (given: number | undefined, before: number | undefined): number | undefined => {
  if (given === undefined) return before;
  return given === -1 ? undefined : given;
};
