import type { ContainerInstance } from './model.ts';

/** What the current agent can do: the attributes that task definitions may require, as far as they are worked out here. */
const AGENT = [
  'com.amazonaws.ecs.capability.docker-remote-api.1.18',
  'com.amazonaws.ecs.capability.ecr-auth',
  'com.amazonaws.ecs.capability.task-iam-role',
  'com.amazonaws.ecs.capability.task-iam-role-network-host',
  ...['awsfirelens', 'awslogs', 'fluentd', 'gelf', 'journald', 'json-file', 'none', 'splunk', 'syslog'].map(
    (driver) => `com.amazonaws.ecs.capability.logging-driver.${driver}`,
  ),
  'ecs.capability.container-health-check',
  'ecs.capability.container-ordering',
  'ecs.capability.efs',
  'ecs.capability.execution-role-awslogs',
  'ecs.capability.execution-role-ecr-pull',
  'ecs.capability.pid-ipc-namespace-sharing',
  'ecs.capability.secrets.asm.environment-variables',
  'ecs.capability.secrets.ssm.environment-variables',
  'ecs.capability.task-eni',
  'ecs.capability.task-eni-trunking',
].map((name) => [name, undefined] as const);

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
    ...AGENT,
    ...trunk,
    ...instance.attributes,
  ]);
};
