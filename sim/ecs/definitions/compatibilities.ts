import type { ContainerDefinition, RegisterTaskDefinitionRequest, Volume } from '@aws-sdk/client-ecs';
import table from '../fargate/sizes.json' with { type: 'json' };
import type { Compatibility } from '../model/task-definition.ts';
import { cpuUnits, memoryMiB } from './sizes.ts';

/**
 * On what a task definition can run, whether or not it was asked for: EC2 always, Fargate when nothing in it stands
 * against it. What ECS answers in `compatibilities`.
 */
export const compatibilitiesOf = (registered: RegisterTaskDefinitionRequest): readonly Compatibility[] => [
  'EC2',
  ...(whyNotFargate(registered).length === 0 ? (['FARGATE', 'MANAGED_INSTANCES'] as const) : []),
  // External instances have no awsvpc mode.
  ...(registered.networkMode === 'awsvpc' ? [] : (['EXTERNAL'] as const)),
];

/**
 * Everything in a task definition that Fargate does not take, one sentence each; none: it takes it.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html
 */
export const whyNotFargate = (registered: RegisterTaskDefinitionRequest): readonly string[] => [
  ...(registered.networkMode === 'awsvpc' ? [] : ['Fargate only supports network mode ‘awsvpc’.']),
  ...sizeReasons(registered),
  ...(registered.placementConstraints?.length ? ['Fargate does not support placement constraints.'] : []),
  ...(registered.ipcMode === undefined ? [] : ['Fargate does not support ipcMode.']),
  ...(registered.pidMode === 'host' ? ["Fargate only supports pid mode 'task'."] : []),
  ...(registered.inferenceAccelerators?.length ? ['Fargate does not support inference accelerators.'] : []),
  ...(registered.volumes ?? []).flatMap(volumeReasons),
  ...(registered.containerDefinitions ?? []).flatMap(containerReasons),
  ...roleReasons(registered),
];

const sizeReasons = ({ cpu, memory }: RegisterTaskDefinitionRequest): string[] => {
  if (cpu === undefined) return ["Fargate requires that 'cpu' be defined at the task level."];
  if (memory === undefined) return ["Fargate requires that 'memory' be defined at the task level."];
  const [units, size] = [cpuUnits(cpu), memoryMiB(memory)];
  const fits = table.sizes.some((row) => row.cpu === units && row.memoryMiB.includes(size));
  return fits ? [] : ['No Fargate configuration exists for given values.'];
};

const volumeReasons = (volume: Volume): string[] => [
  ...(volume.host?.sourcePath === undefined
    ? []
    : [`Fargate does not support the host source path of volume ${volume.name}.`]),
  ...(volume.dockerVolumeConfiguration ? [`Fargate does not support the Docker volume ${volume.name}.`] : []),
  ...(volume.fsxWindowsFileServerVolumeConfiguration
    ? [`Fargate does not support the FSx volume ${volume.name}.`]
    : []),
];

// On EC2 the instance's role may pull images and write logs; on Fargate only the task execution role can.
const roleReasons = ({ executionRoleArn, containerDefinitions = [] }: RegisterTaskDefinitionRequest): string[] => {
  if (executionRoleArn !== undefined) return [];
  const requires = 'Fargate requires task definition to have execution role ARN to support';
  const fromEcr = containerDefinitions.some(({ image = '' }) => /\.dkr\.ecr\.[^/]+\.amazonaws\.com/.test(image));
  const logs = containerDefinitions.some(({ logConfiguration }) => logConfiguration?.logDriver === 'awslogs');
  return [...(fromEcr ? [`${requires} ECR images.`] : []), ...(logs ? [`${requires} log driver awslogs.`] : [])];
};

const LOG_DRIVERS = new Set(['awslogs', 'splunk', 'awsfirelens']);

/** Members of a container definition that Fargate refuses when they are set. */
const REFUSED = [
  'disableNetworking',
  'dnsSearchDomains',
  'dnsServers',
  'dockerSecurityOptions',
  'extraHosts',
  'links',
  'privileged',
  'hostname',
  'credentialSpecs',
] as const;

const containerReasons = (container: ContainerDefinition): string[] => {
  const { name, logConfiguration, linuxParameters, resourceRequirements = [], stopTimeout } = container;
  const refused = REFUSED.filter((member) => isSet(container[member]));
  const added = (linuxParameters?.capabilities?.add ?? []).filter((capability) => capability !== 'SYS_PTRACE');
  const linux = (['devices', 'sharedMemorySize', 'tmpfs', 'maxSwap', 'swappiness'] as const).filter((member) =>
    isSet(linuxParameters?.[member]),
  );
  return [
    ...[...refused, ...linux].map((member) => `Fargate does not support ${member} (container ${name}).`),
    ...added.map((capability) => `Fargate does not support the Linux capability ${capability} (container ${name}).`),
    ...resourceRequirements
      .filter(({ type }) => type !== undefined)
      .map(({ type }) => `Fargate does not support resource requirements of type ${type} (container ${name}).`),
    ...(logConfiguration && !LOG_DRIVERS.has(logConfiguration.logDriver ?? '')
      ? [`Log driver '${logConfiguration.logDriver}' is not supported for FARGATE launch type (container ${name}).`]
      : []),
    // EC2 does without, https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_LogConfiguration.html
    ...(logConfiguration?.logDriver === 'awslogs' && !logConfiguration.options?.['awslogs-stream-prefix']
      ? ['Log driver awslogs requires options: awslogs-stream-prefix']
      : []),
    ...(stopTimeout !== undefined && (stopTimeout < 2 || stopTimeout > 120)
      ? [`stopTimeout must be between 2 and 120 seconds on Fargate (container ${name}).`]
      : []),
  ];
};

const isSet = (value: unknown): boolean =>
  value !== undefined && value !== false && !(Array.isArray(value) && value.length === 0);
