import type { ContainerDefinition, RegisterTaskDefinitionRequest } from '@aws-sdk/client-ecs';
import { AwsError } from '../../service.ts';
import { instanceFilter } from '../instance-filter.ts';
import { checkedTags } from '../tags.ts';
import { whyNotFargate } from './compatibilities.ts';
import { containerFault } from './container-faults.ts';
import { cpuUnits, memoryMiB } from './sizes.ts';

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-quotas.html */
const limits = { bytes: 65_536, containers: 10, constraints: 10 };

/**
 * Refuses a task definition that ECS would refuse.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RegisterTaskDefinition.html
 * @throws AwsError ClientException; InvalidParameterException for tags and placement expressions; NotImplemented for Windows
 */
export const checkDefinition = (request: RegisterTaskDefinitionRequest): void => {
  const fault = firstFault(request);
  if (fault !== undefined) throw new AwsError('ClientException', fault);
  for (const { expression = '' } of request.placementConstraints ?? []) instanceFilter(expression);
  checkedTags(request.tags);
  if (request.runtimePlatform?.operatingSystemFamily?.startsWith('WINDOWS')) {
    throw new AwsError('NotImplemented', 'runtimePlatform.operatingSystemFamily: only LINUX is simulated', 501);
  }
};

const firstFault = (request: RegisterTaskDefinitionRequest): string | undefined => {
  const { family = '', containerDefinitions = [] } = request;
  if (!/^[\w-]{1,255}$/.test(family))
    return 'Invalid family name. Up to 255 letters, numbers, hyphens, and underscores are allowed.';
  const bytes = Buffer.byteLength(JSON.stringify(request));
  if (bytes > limits.bytes) return `Actual length: '${bytes}'. Max allowed length is '${limits.bytes}' bytes.`;
  if (containerDefinitions.length === 0) return 'Container list cannot be empty.';
  if (containerDefinitions.length > limits.containers) {
    return `A task definition can have at most ${limits.containers} containers.`;
  }
  for (const container of containerDefinitions) {
    const fault = containerFault(container, request);
    if (fault !== undefined) return fault;
  }
  return amongContainers(containerDefinitions) ?? sizeFault(request) ?? taskFault(request) ?? fargateFault(request);
};

/** What containers must have among themselves: names, host ports, one that is essential. */
const amongContainers = (containers: readonly ContainerDefinition[]): string | undefined => {
  const names = new Set(containers.map(({ name }) => name));
  if (names.size < containers.length) return 'Container names in a task definition must be unique.';
  if (containers.every(({ essential }) => essential === false)) {
    return 'At least one container in a task definition must be essential.';
  }
  const hostPorts = containers.flatMap(({ portMappings = [] }) =>
    portMappings.flatMap(({ hostPort, protocol = 'tcp' }) => (hostPort ? [`${hostPort}/${protocol}`] : [])),
  );
  const twice = hostPorts.find((port, index) => hostPorts.indexOf(port) !== index);
  return twice === undefined ? undefined : `Host port ${twice} is used more than once in the task definition.`;
};

/** 0.125 to 192 vCPUs, and no less than the containers want together. */
const sizeFault = ({ cpu, memory, containerDefinitions = [] }: RegisterTaskDefinitionRequest): string | undefined => {
  if (cpu !== undefined) {
    const units = cpuUnits(cpu);
    if (units < 128 || units > 196_608) return "Invalid 'cpu' setting for task.";
    if (total(containerDefinitions, (container) => container.cpu) > units) {
      return "The sum of all container 'cpu' values cannot be greater than the value of the task 'cpu'.";
    }
  }
  if (memory === undefined) return undefined;
  const size = memoryMiB(memory);
  if (size < 1) return "Invalid 'memory' setting for task.";
  if (total(containerDefinitions, (container) => container.memoryReservation ?? container.memory) > size) {
    return "The sum of all container 'memory' values cannot be greater than the value of the task 'memory'.";
  }
  return undefined;
};

const total = (
  containers: readonly ContainerDefinition[],
  of: (container: ContainerDefinition) => number | undefined,
): number => containers.reduce((sum, container) => sum + (of(container) ?? 0), 0);

const taskFault = (request: RegisterTaskDefinitionRequest): string | undefined => {
  const { volumes = [], placementConstraints = [], ephemeralStorage, executionRoleArn } = request;
  const names = volumes.map(({ name = '' }) => name);
  const bad = names.find((name) => !/^[\w-]{1,255}$/.test(name));
  if (bad !== undefined) return `Volume name '${bad}' contains invalid characters.`;
  if (new Set(names).size < names.length) return 'Volume names in a task definition must be unique.';
  if (placementConstraints.length > limits.constraints) {
    return `A task definition can have at most ${limits.constraints} placement constraints.`;
  }
  const gib = ephemeralStorage?.sizeInGiB;
  if (gib !== undefined && (gib < 21 || gib > 200)) return 'Ephemeral storage must be between 21 GiB and 200 GiB.';
  const secret = request.containerDefinitions?.some(({ secrets }) => secrets?.length);
  if (secret && executionRoleArn === undefined) {
    return "When you are specifying container secrets, you must also specify a value for 'executionRoleArn'.";
  }
  return undefined;
};

const fargateFault = (request: RegisterTaskDefinitionRequest): string | undefined =>
  request.requiresCompatibilities?.includes('FARGATE') ? whyNotFargate(request)[0] : undefined;
