import type { Attribute, ContainerDefinition, RegisterTaskDefinitionRequest } from '@aws-sdk/client-ecs';

/**
 * What a task definition needs of the agent of its instance, as `requiresAttributes` lists it: the attributes for its
 * log drivers, roles, private images, secrets, health checks and network mode.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-placement-constraints.html#attributes
 */
export const requiredAttributes = (registered: RegisterTaskDefinitionRequest): Attribute[] => {
  const containers = registered.containerDefinitions ?? [];
  const names = new Set([
    ...ofTask(registered),
    ...containers.flatMap((container) => ofContainer(container, registered)),
  ]);
  return [...names].sort().map((name) => ({ name }));
};

const ofTask = (registered: RegisterTaskDefinitionRequest): string[] => [
  'com.amazonaws.ecs.capability.docker-remote-api.1.18',
  ...(registered.networkMode === 'awsvpc' ? ['ecs.capability.task-eni'] : []),
  ...(registered.taskRoleArn === undefined
    ? []
    : [`com.amazonaws.ecs.capability.task-iam-role${registered.networkMode === 'host' ? '-network-host' : ''}`]),
  ...(registered.pidMode === undefined && registered.ipcMode === undefined
    ? []
    : ['ecs.capability.pid-ipc-namespace-sharing']),
  ...(registered.volumes?.some(({ efsVolumeConfiguration }) => efsVolumeConfiguration) ? ['ecs.capability.efs'] : []),
];

const ofContainer = (container: ContainerDefinition, { executionRoleArn }: RegisterTaskDefinitionRequest): string[] => {
  const { image = '', logConfiguration, secrets, healthCheck, dependsOn } = container;
  const byRole = executionRoleArn !== undefined;
  const driver = logConfiguration?.logDriver;
  const fromEcr = /\.dkr\.ecr\.[^/]+\.amazonaws\.com/.test(image);
  const fromSecretsManager = secrets?.some(({ valueFrom = '' }) => valueFrom.includes(':secretsmanager:'));
  const fromParameters = secrets?.some(({ valueFrom = '' }) => !valueFrom.includes(':secretsmanager:'));
  return [
    ...(driver === undefined ? [] : [`com.amazonaws.ecs.capability.logging-driver.${driver}`]),
    ...(driver === 'awslogs' && byRole ? ['ecs.capability.execution-role-awslogs'] : []),
    ...(fromEcr ? ['com.amazonaws.ecs.capability.ecr-auth'] : []),
    ...(fromEcr && byRole ? ['ecs.capability.execution-role-ecr-pull'] : []),
    ...(fromSecretsManager ? ['ecs.capability.secrets.asm.environment-variables'] : []),
    ...(fromParameters ? ['ecs.capability.secrets.ssm.environment-variables'] : []),
    ...(healthCheck ? ['ecs.capability.container-health-check'] : []),
    ...(dependsOn?.length ? ['ecs.capability.container-ordering'] : []),
  ];
};
