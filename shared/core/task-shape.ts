import type { TaskShape } from '../model/lending.ts';
import type { ContainerDefinition, PortMapping, TaskDefinition } from '../model/task-definition.ts';

/**
 * What one task of a definition takes of an EC2 instance, as ECS reserves it: the task's own size where it has one,
 * else the sum of its containers, of whose memory the soft limit counts if there is one.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html (memoryReservation)
 */
export function taskShapeOf(definition: TaskDefinition): TaskShape {
  const { containerDefinitions: containers = [], networkMode = 'bridge' } = definition;
  const ports = containers.flatMap(({ portMappings = [] }) => portMappings);
  return {
    definition: definition.taskDefinitionArn ?? '',
    cpu: sizeOf(definition.cpu) ?? sum(containers, ({ cpu = 0 }) => cpu),
    memory:
      sizeOf(definition.memory) ?? sum(containers, ({ memory = 0, memoryReservation = memory }) => memoryReservation),
    tcp: hostPorts(ports, networkMode, false),
    udp: hostPorts(ports, networkMode, true),
    interfaces: networkMode === 'awsvpc' ? 1 : 0,
    gpus: sum(containers, gpusOf),
    requires: (definition.requiresAttributes ?? []).flatMap(({ name }) => name ?? []),
    architecture: architectureOf(definition),
    memberOf: (definition.placementConstraints ?? []).flatMap(({ expression }) => expression ?? []),
  };
}

/** In the words of the attribute `ecs.cpu-architecture`. */
function architectureOf({ runtimePlatform }: TaskDefinition): TaskShape['architecture'] {
  if (runtimePlatform?.cpuArchitecture === undefined) return undefined;
  return runtimePlatform.cpuArchitecture === 'ARM64' ? 'arm64' : 'x86_64';
}

/** ECS gives sizes back as numbers, however they were written: `1 vCPU` is `1024`. */
export const sizeOf = (text: string | undefined): number | undefined => (text === undefined ? undefined : Number(text));

export const sum = (
  containers: readonly ContainerDefinition[],
  of: (container: ContainerDefinition) => number,
): number => containers.reduce((total, container) => total + of(container), 0);

/** An awsvpc task has ports of its own; in host mode a container's port is its host's; 0 is any free one. */
function hostPorts(ports: readonly PortMapping[], networkMode: string, udp: boolean): readonly number[] {
  if (networkMode === 'awsvpc') return [];
  const wanted = ports
    .filter(({ protocol }) => (protocol === 'udp') === udp)
    .map(({ hostPort, containerPort = 0 }) => hostPort || (networkMode === 'host' ? containerPort : 0));
  return [...new Set(wanted)].filter((port) => port > 0);
}

/** `ALL` takes every GPU that its instance has, at least one. */
const gpusOf = ({ resourceRequirements = [] }: ContainerDefinition): number =>
  resourceRequirements
    .filter(({ type }) => type === 'GPU')
    .reduce((total, { value }) => total + (value === 'ALL' ? 1 : Number(value ?? 1)), 0);
