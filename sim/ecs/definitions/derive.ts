import type { ContainerDefinition, RegisterTaskDefinitionRequest } from '@aws-sdk/client-ecs';
import type { Behaviour, NetworkMode, PortMapping, TaskDefinition } from '../model/task-definition.ts';
import { compatibilitiesOf } from './compatibilities.ts';
import { cpuUnits, memoryMiB } from './sizes.ts';

export type RegisteredAs = Pick<TaskDefinition, 'sequence' | 'arn' | 'family' | 'revision' | 'registeredAt' | 'tags'>;

/**
 * A task definition as placement sees it: what its tasks take, worked out from what was registered.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_definition_parameters.html
 */
export const deriveDefinition = (registered: RegisterTaskDefinitionRequest, as: RegisteredAs): TaskDefinition => {
  const containers = registered.containerDefinitions ?? [];
  const networkMode = (registered.networkMode ?? 'bridge') as NetworkMode;
  return {
    ...as,
    registered,
    status: 'ACTIVE',
    deregisteredAt: undefined,
    compatibilities: compatibilitiesOf(registered),
    cpu: registered.cpu === undefined ? sum(containers, ({ cpu = 0 }) => cpu) : cpuUnits(registered.cpu),
    memory: registered.memory === undefined ? sum(containers, reservedMiB) : memoryMiB(registered.memory),
    gpus: sum(containers, gpusOf),
    networkMode,
    ports: containers.flatMap((container) => portsOf(container, networkMode)),
    memberOf: (registered.placementConstraints ?? []).flatMap(({ expression }) => expression ?? []),
    architecture: architectureOf(registered),
    stopTimeoutSeconds: longest(containers.map(({ stopTimeout }) => stopTimeout)),
    behaviour: behaviourOf(containers),
  };
};

const sum = (containers: readonly ContainerDefinition[], of: (container: ContainerDefinition) => number): number =>
  containers.reduce((total, container) => total + of(container), 0);

// With both, the soft limit is what is subtracted from the instance's memory (ContainerDefinition.memoryReservation).
const reservedMiB = ({ memory, memoryReservation }: ContainerDefinition): number => memoryReservation ?? memory ?? 0;

const gpusOf = ({ resourceRequirements = [] }: ContainerDefinition): number =>
  resourceRequirements.reduce((total, { type, value }) => total + (type === 'GPU' ? Number(value) : 0), 0);

const portsOf = (container: ContainerDefinition, mode: NetworkMode): PortMapping[] =>
  (container.portMappings ?? []).map(({ containerPort = 0, hostPort, protocol }) => ({
    containerName: container.name ?? '',
    containerPort,
    // In host mode the container's port is the host's; in awsvpc mode the task has ports of its own.
    hostPort: mode === 'awsvpc' ? 0 : (hostPort ?? (mode === 'host' ? containerPort : 0)),
    protocol: protocol === 'udp' ? 'udp' : 'tcp',
  }));

const architectureOf = ({ runtimePlatform }: RegisterTaskDefinitionRequest): TaskDefinition['architecture'] => {
  if (runtimePlatform?.cpuArchitecture === undefined) return undefined;
  return runtimePlatform.cpuArchitecture === 'ARM64' ? 'arm64' : 'x86_64';
};

const longest = (seconds: readonly (number | undefined)[]): number | undefined =>
  seconds.reduce((most, one) => (one === undefined || (most !== undefined && most >= one) ? most : one), undefined);

const usual: Behaviour = {
  startMs: 8_000,
  stopMs: 1_000,
  containerHealthyAfterMs: undefined,
  exitsAfterMs: undefined,
  imageMissing: false,
  failsTargetChecks: false,
};

/** Docker labels that say how a container behaves here; they survive when a definition is copied through the API. */
export const behaviourLabels = {
  startMs: 'simulated.start-ms',
  stopMs: 'simulated.stop-ms',
  exitsAfterMs: 'simulated.exits-after-ms',
  healthyAfterMs: 'simulated.healthy-after-ms',
  imageMissing: 'simulated.image-missing',
  failsTargetChecks: 'simulated.fails-target-checks',
} as const;

const behaviourOf = (containers: readonly ContainerDefinition[]): Behaviour => {
  const labels = Object.assign({}, ...containers.map(({ dockerLabels }) => dockerLabels)) as Record<string, string>;
  const number = (label: string): number | undefined => {
    const value = Number(labels[label] ?? Number.NaN);
    return Number.isFinite(value) && value >= 0 ? value : undefined;
  };
  const checked = containers.some(({ healthCheck }) => healthCheck !== undefined);
  return {
    startMs: number(behaviourLabels.startMs) ?? usual.startMs,
    stopMs: number(behaviourLabels.stopMs) ?? usual.stopMs,
    containerHealthyAfterMs: checked ? (number(behaviourLabels.healthyAfterMs) ?? defaultHealthyAfterMs) : undefined,
    exitsAfterMs: number(behaviourLabels.exitsAfterMs),
    imageMissing: labels[behaviourLabels.imageMissing] === 'true',
    failsTargetChecks: labels[behaviourLabels.failsTargetChecks] === 'true',
  };
};

/** One interval of a container health check, https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_HealthCheck.html */
const defaultHealthyAfterMs = 30_000;
