import type { Finding } from '../../model/lending.ts';
import type { ContainerDefinition, TaskDefinition, Volume } from '../../model/task-definition.ts';
import { sizeOf, sum } from '../task-shape.ts';
import { arnIn, type Circumstances } from './circumstances.ts';
import { caution, refusal, when } from './findings.ts';
import { isWindows } from './platform.ts';
import { fargateSize, largestSize, type Size } from './sizes.ts';

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-quotas.html */
const MOST_CONTAINERS = 10;

/**
 * What a task needs: its own size, else the sum of its containers, of whose memory the hard limit counts if there is
 * one. On EC2 only the soft limit is reserved, but up to the hard one a container may come to need.
 */
export function needOf({ cpu, memory, containerDefinitions: containers = [] }: TaskDefinition): Size {
  return {
    cpu: sizeOf(cpu) ?? sum(containers, (container) => container.cpu ?? 0),
    memory: sizeOf(memory) ?? sum(containers, (container) => container.memory ?? container.memoryReservation ?? 0),
  };
}

/** What stands against a task definition, apart from its containers. */
export const taskFindings = (definition: TaskDefinition, circumstances: Circumstances): readonly Finding[] => [
  ...sizeFindings(definition, circumstances),
  ...modeFindings(definition),
  ...(definition.volumes ?? []).flatMap((volume) => volumeFindings(volume, definition)),
  ...roleFindings(definition, circumstances),
];

function sizeFindings(definition: TaskDefinition, { main }: Circumstances): readonly Finding[] {
  const { cpu, memory } = needOf(definition);
  const { containerDefinitions: containers = [] } = definition;
  const windows = isWindows(definition);
  const size = fargateSize(cpu, memory, windows);
  const largest = largestSize(windows);
  const onEc2 = main.launch.on === 'ec2';
  return [
    ...when(
      !(cpu <= largest.cpu),
      refusal('cpu', `it needs ${cpu} CPU units; the largest task on Fargate has ${largest.cpu}`),
    ),
    ...when(
      !(memory <= largest.memory),
      refusal('memory', `it needs ${memory} MiB; the largest task on Fargate has ${largest.memory}`),
    ),
    ...when(
      size !== undefined && onEc2 && definition.cpu === undefined,
      caution('cpu', `on EC2 its containers may use idle CPU; on Fargate ${size?.cpu} CPU units are all there are`),
    ),
    ...when(
      size !== undefined &&
        onEc2 &&
        definition.memory === undefined &&
        containers.some((container) => container.memory === undefined),
      caution(
        'memory',
        `on EC2 a container without a hard limit may use free memory; on Fargate ${size?.memory} MiB are all there are`,
      ),
    ),
    ...when(
      containers.length > MOST_CONTAINERS,
      refusal('containerDefinitions', `${containers.length} containers; a task can have at most ${MOST_CONTAINERS}`),
    ),
  ];
}

const modeFindings = (definition: TaskDefinition): readonly Finding[] => [
  // `none` keeps containers apart, as Fargate does anyway.
  ...when(
    definition.ipcMode !== undefined && definition.ipcMode !== 'none',
    refusal('ipcMode', `Fargate has no IPC mode, and this asks for ${definition.ipcMode}`),
  ),
  ...when(
    definition.pidMode !== undefined && definition.pidMode !== 'task',
    refusal('pidMode', `Fargate has the PID mode task only, and this asks for ${definition.pidMode}`),
  ),
  ...when(
    (definition.inferenceAccelerators ?? []).length > 0,
    refusal('inferenceAccelerators', 'Fargate has no inference accelerators'),
  ),
  ...when(
    definition.proxyConfiguration !== undefined,
    caution('proxyConfiguration', 'its mesh must find lent tasks too: that the main ones are found does not say so'),
  ),
  ...when(
    (definition.placementConstraints ?? []).length > 0,
    caution('placementConstraints', 'left out: they say where on EC2 tasks run, and mean nothing on Fargate'),
  ),
];

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/using_data_volumes.html */
function volumeFindings(volume: Volume, definition: TaskDefinition): readonly Finding[] {
  const at = (parameter: string) => `volumes[${volume.name}].${parameter}`;
  const efs = volume.efsVolumeConfiguration !== undefined;
  return [
    ...when(
      volume.host?.sourcePath !== undefined,
      refusal(at('host.sourcePath'), `Fargate has no host with ${volume.host?.sourcePath}; EFS can hold shared files`),
    ),
    ...when(
      volume.dockerVolumeConfiguration !== undefined,
      refusal(at('dockerVolumeConfiguration'), 'Fargate has no Docker volumes; EFS can hold what must be kept'),
    ),
    ...when(
      volume.fsxWindowsFileServerVolumeConfiguration !== undefined,
      refusal(at('fsxWindowsFileServerVolumeConfiguration'), 'Fargate cannot mount FSx for Windows File Server'),
    ),
    ...when(
      volume.configuredAtLaunch === true,
      refusal(
        at('configuredAtLaunch'),
        'each task gets an EBS volume that its service configures; standby services configure none',
      ),
    ),
    ...when(
      efs && isWindows(definition),
      refusal(at('efsVolumeConfiguration'), 'Windows tasks on Fargate cannot mount EFS'),
    ),
    ...when(
      efs && !isWindows(definition),
      caution(
        at('efsVolumeConfiguration'),
        'the file system needs a mount target in each zone of the subnets, open to the security groups of lent tasks',
      ),
    ),
  ];
}

/** On EC2 the instance's role may have pulled images, written logs and served the task's own calls. */
function roleFindings(definition: TaskDefinition, { main, policy }: Circumstances): readonly Finding[] {
  const needs = (definition.containerDefinitions ?? []).flatMap(executionNeeds);
  const executes = definition.executionRoleArn ?? arnIn(policy.fargateExecutionRole);
  const acts = definition.taskRoleArn ?? arnIn(policy.fargateTaskRole);
  return [
    ...when(
      executes === undefined && needs.length > 0,
      refusal(
        'executionRoleArn',
        `on Fargate a task execution role must serve ${needs.join(', ')}; name one in the definition, or with spotkeeper:fargate-execution-role`,
      ),
    ),
    ...when(
      acts === undefined && main.exec,
      refusal(
        'enableExecuteCommand',
        'on Fargate ECS Exec works with a task role only; name one with spotkeeper:fargate-task-role',
      ),
    ),
    ...when(
      acts === undefined && main.launch.on === 'ec2',
      caution(
        'taskRoleArn',
        'it has no task role; if it calls AWS with the role of its instance, it cannot on Fargate: name one with spotkeeper:fargate-task-role',
      ),
    ),
  ];
}

/**
 * What the agent fetches for a container in the name of the task execution role.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_execution_IAM_role.html
 */
function executionNeeds(container: ContainerDefinition): readonly string[] {
  const { name = '', image = '', logConfiguration: log } = container;
  const needs = [
    ...(/\.dkr[.-]ecr[.-]/.test(image) ? ['the ECR image'] : []),
    ...(log?.logDriver === 'awslogs' ? ['awslogs'] : []),
    ...((container.secrets ?? []).length + (log?.secretOptions ?? []).length > 0 ? ['secrets'] : []),
    ...((container.environmentFiles ?? []).length > 0 ? ['environment files'] : []),
    ...(container.repositoryCredentials === undefined ? [] : ['repository credentials']),
  ];
  return needs.length > 0 ? [`${needs.join(', ')} of ${name}`] : [];
}
