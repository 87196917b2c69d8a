import type { ContainerDefinition, HealthCheck, RegisterTaskDefinitionRequest } from '@aws-sdk/client-ecs';

/**
 * The first thing that ECS refuses about a container of a task definition, as it words it; undefined: none.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html
 */
export const containerFault = (
  container: ContainerDefinition,
  request: RegisterTaskDefinitionRequest,
): string | undefined => {
  const { name = '', image } = container;
  if (!/^[\w-]{1,255}$/.test(name)) return 'Container.name contains invalid characters.';
  if (!image) return 'Container.image should not be null or empty.';
  return (
    memoryFault(container, request.memory !== undefined) ??
    portFault(container, request.networkMode ?? 'bridge') ??
    networkFault(container, request.networkMode ?? 'bridge') ??
    logFault(container) ??
    healthCheckFault(name, container.healthCheck) ??
    referenceFault(container, request)
  );
};

/** Docker takes no less, https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html (memory) */
const leastMiB = 6;

const memoryFault = (container: ContainerDefinition, taskHasMemory: boolean): string | undefined => {
  const { name, memory, memoryReservation, cpu } = container;
  if (memory === undefined && memoryReservation === undefined && !taskHasMemory) {
    return `Invalid setting for container '${name}'. At least one of 'memory' or 'memoryReservation' must be specified.`;
  }
  if (memory !== undefined && memory < leastMiB) return `Invalid 'memory' setting for container '${name}'.`;
  if (memoryReservation !== undefined && memoryReservation < leastMiB) {
    return `Invalid 'memoryReservation' setting for container '${name}'.`;
  }
  if (memory !== undefined && memoryReservation !== undefined && memoryReservation > memory) {
    return `Invalid setting for container '${name}'. 'memory' must not be less than 'memoryReservation'.`;
  }
  return cpu !== undefined && cpu < 0 ? `Invalid 'cpu' setting for container '${name}'.` : undefined;
};

const portFault = ({ name, portMappings = [] }: ContainerDefinition, mode: string): string | undefined => {
  if (mode === 'none' && portMappings.length > 0) {
    return `Port mappings are not supported when networkMode=none (container '${name}').`;
  }
  for (const { containerPort, hostPort, containerPortRange, protocol } of portMappings) {
    if (containerPortRange !== undefined) continue;
    if (!isPort(containerPort) || containerPort === 0)
      return `Invalid 'containerPort' setting for container '${name}'.`;
    if (hostPort !== undefined && !isPort(hostPort)) return `Invalid 'hostPort' setting for container '${name}'.`;
    if (protocol !== undefined && protocol !== 'tcp' && protocol !== 'udp') {
      return `Invalid 'protocol' setting for container '${name}'.`;
    }
    if (hostPort && hostPort !== containerPort && (mode === 'awsvpc' || mode === 'host')) {
      return `When networkMode=${mode}, the host ports and container ports in port mappings must match.`;
    }
  }
  return undefined;
};

const isPort = (port: number | undefined): boolean =>
  port !== undefined && Number.isInteger(port) && port >= 0 && port <= 65_535;

/** Members that one network mode or the other does not have. */
const networkFault = (container: ContainerDefinition, mode: string): string | undefined => {
  const { name, hostname, extraHosts, links } = container;
  if (mode === 'awsvpc' && hostname !== undefined) {
    return `The 'hostname' parameter is not supported when networkMode=awsvpc (container '${name}').`;
  }
  if (mode === 'awsvpc' && extraHosts?.length) {
    return `The 'extraHosts' parameter is not supported when networkMode=awsvpc (container '${name}').`;
  }
  if (mode !== 'bridge' && links?.length) return `Links are not supported when networkMode=${mode}.`;
  return undefined;
};

const logDrivers = new Set([
  'awsfirelens',
  'awslogs',
  'fluentd',
  'gelf',
  'journald',
  'json-file',
  'logentries',
  'none',
  'splunk',
  'syslog',
]);

const logFault = ({ logConfiguration }: ContainerDefinition): string | undefined => {
  if (!logConfiguration) return undefined;
  const { logDriver = '', options = {} } = logConfiguration;
  if (!logDrivers.has(logDriver)) return `Log driver '${logDriver}' is not supported.`;
  if (logDriver !== 'awslogs') return undefined;
  const lacking = ['awslogs-region', 'awslogs-group'].filter((option) => !options[option]);
  return lacking.length > 0 ? `Log driver awslogs requires options: ${lacking.join(', ')}` : undefined;
};

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_HealthCheck.html */
const healthCheckRanges = { interval: [5, 300], timeout: [2, 120], retries: [1, 10], startPeriod: [0, 300] } as const;

const healthCheckFault = (name: string, check: HealthCheck | undefined): string | undefined => {
  if (!check) return undefined;
  if (!check.command?.length) return `The health check of container '${name}' requires a command.`;
  for (const member of ['interval', 'timeout', 'retries', 'startPeriod'] as const) {
    const value = check[member];
    const [least, most] = healthCheckRanges[member];
    if (value !== undefined && (value < least || value > most)) {
      return `The health check ${member} of container '${name}' must be between ${least} and ${most}.`;
    }
  }
  return undefined;
};

/** Volumes and containers that a container refers to must be there. */
const referenceFault = (container: ContainerDefinition, request: RegisterTaskDefinitionRequest): string | undefined => {
  const volumes = new Set(request.volumes?.map(({ name }) => name));
  const unknown = container.mountPoints?.find(({ sourceVolume }) => !volumes.has(sourceVolume));
  if (unknown) return `Unknown volume '${unknown.sourceVolume}'.`;
  for (const { containerName, condition } of container.dependsOn ?? []) {
    const other = request.containerDefinitions?.find(({ name }) => name === containerName);
    if (!other || other === container) {
      return `Container '${container.name}' depends on the unknown container '${containerName}'.`;
    }
    if ((condition === 'SUCCESS' || condition === 'COMPLETE') && other.essential !== false) {
      return 'A dependency container with SUCCESS or COMPLETE condition cannot be an essential container';
    }
  }
  return undefined;
};
