import type { World } from '../world/world.ts';
import { type Group, type GroupSettings, Spread } from './group.ts';

/** What a new group needs; the rest begins empty, or as AWS's defaults say. */
export type NewGroup = Pick<Group, 'name' | 'minSize' | 'maxSize' | 'desired' | 'zones'> &
  Partial<Pick<Group, 'clusterName' | 'bootMs' | 'agentDrainsOnSpot' | 'policy' | 'template'>>;

const defaultBootMs = 150_000;

/** An Auto Scaling group without pools, instances, hooks and tags. */
export const emptyGroup = (world: World, options: NewGroup): Group => {
  const id = world.ids.uuid('auto-scaling-group');
  return {
    clusterName: undefined,
    bootMs: defaultBootMs,
    agentDrainsOnSpot: false,
    policy: undefined,
    template: undefined,
    ...options,
    sequence: world.ids.next('group'),
    arn: world.arn('autoscaling', `autoScalingGroup:${id}:autoScalingGroupName/${options.name}`),
    createdAt: world.now(),
    tags: new Map(),
    hooks: new Map(),
    suspended: new Map(),
    activities: [],
    settings: defaultSettings(options.zones),
    instances: new Map(),
    spread: new Spread(),
    pools: [],
    deleting: false,
    scaledAt: undefined,
  };
};

/** https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_CreateAutoScalingGroup.html */
const defaultSettings = (zones: readonly string[]): GroupSettings => ({
  CapacityRebalance: false,
  NewInstancesProtectedFromScaleIn: false,
  DefaultCooldown: 300,
  DefaultInstanceWarmup: undefined,
  HealthCheckType: 'EC2',
  HealthCheckGracePeriod: 0,
  TerminationPolicies: ['Default'],
  VPCZoneIdentifier: zones.map((zone) => `subnet-${zone}`).join(','),
  InstanceMaintenancePolicy: undefined,
  ServiceLinkedRoleARN: undefined,
  Context: undefined,
});
