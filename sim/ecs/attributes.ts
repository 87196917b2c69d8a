import type { ContainerInstance } from './model.ts';

/** What the agent of the ECS-optimized Linux image can do, whatever its version; agent/app/agent_capability.go of aws/amazon-ecs-agent. */
const capabilities: readonly string[] = [
  'com.amazonaws.ecs.capability.privileged-container',
  ...[17, 18, 19, 20, 21, 22, 23, 24, 25, 29, 32, 44].map(
    (minor) => `com.amazonaws.ecs.capability.docker-remote-api.1.${minor}`,
  ),
  ...['json-file', 'syslog', 'journald', 'gelf', 'fluentd', 'none', 'awslogs', 'splunk', 'awsfirelens'].map(
    (driver) => `com.amazonaws.ecs.capability.logging-driver.${driver}`,
  ),
  'com.amazonaws.ecs.capability.ecr-auth',
  'com.amazonaws.ecs.capability.task-iam-role',
  'com.amazonaws.ecs.capability.task-iam-role-network-host',
  'ecs.capability.execution-role-ecr-pull',
  'ecs.capability.execution-role-awslogs',
  'ecs.capability.private-registry-authentication.secretsmanager',
  'ecs.capability.secrets.asm.environment-variables',
  'ecs.capability.secrets.ssm.environment-variables',
  'ecs.capability.container-health-check',
  'ecs.capability.container-ordering',
  'ecs.capability.pid-ipc-namespace-sharing',
  'ecs.capability.docker-plugin.local',
  'ecs.capability.efs',
  'ecs.capability.efsAuth',
  'ecs.capability.env-files.s3',
  'ecs.capability.execute-command',
  'ecs.capability.task-eni',
  'ecs.capability.task-eni-trunking',
];

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
    ...capabilities.map((name) => [name, undefined] as const),
    ...trunk,
    ...instance.attributes,
  ]);
};
