import type { GroupPart } from './account-format.ts';

type Pools = { readonly types: GroupPart['InstanceTypes']; readonly zones: readonly string[] };

/** The types and zones of a group's instances, each once, in their order. */
export const poolsOfInstances = ({ Instances }: Pick<GroupPart, 'Instances'>): Pools => ({
  types: [...new Set(Instances.map(({ InstanceType }) => InstanceType))],
  zones: [...new Set(Instances.map(({ AvailabilityZone }) => AvailabilityZone))],
});

/** What a group may launch: what the file says, or what it has. */
export function poolsOf(part: GroupPart): Pools {
  const own = poolsOfInstances(part);
  return {
    types: part.InstanceTypes.length > 0 ? part.InstanceTypes : own.types,
    zones: part.AvailabilityZones.length > 0 ? part.AvailabilityZones : own.zones,
  };
}

/** What a group's percentage is when the file leaves it out: 100 when all its instances are On-Demand. */
export const usualPercentage = ({ Instances }: Pick<GroupPart, 'Instances'>): number =>
  Instances.length > 0 && Instances.every(({ InstanceLifecycle }) => InstanceLifecycle === 'on-demand') ? 100 : 0;

/** The On-Demand percentage above the base. */
export const onDemandPercentage = (part: GroupPart): number =>
  part.OnDemandPercentageAboveBaseCapacity ?? usualPercentage(part);
