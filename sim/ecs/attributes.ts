import type { ContainerInstance } from './model.ts';

/**
 * The attributes of a container instance: those that the agent registers, and custom ones.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-placement-constraints.html#attributes
 */
export const attributesOf = (instance: ContainerInstance): ReadonlyMap<string, string | undefined> => {
  const trunk = instance.trunking ? ([['ecs.awsvpc-trunk-id', `eni-${instance.id.slice(-17)}`]] as const) : [];
  return new Map<string, string | undefined>([
    ['ecs.instance-type', instance.instanceType],
    ['ecs.availability-zone', instance.zone],
    ['ecs.cpu-architecture', instance.architecture],
    ['ecs.os-type', 'linux'],
    ['ecs.capability.task-eni', undefined],
    ['ecs.capability.task-eni-trunking', undefined],
    ...trunk,
    ...instance.attributes,
  ]);
};
