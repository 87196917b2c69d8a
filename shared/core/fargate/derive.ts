import type { Finding } from '../../model/lending.ts';
import {
  type ContainerDefinition,
  type LinuxParameters,
  type PortMapping,
  RESPONSE_ONLY,
  type TaskDefinition,
} from '../../model/task-definition.ts';
import { derivedFamily } from '../derived-family.ts';
import { arnIn, type Circumstances } from './circumstances.ts';
import { containerFindings, portName, stopSeconds } from './containers.ts';
import { hostDaemonFindings } from './host-daemons.ts';
import { networkFindings } from './network.ts';
import { isWindows, platformFindings, platformOf } from './platform.ts';
import { serviceFindings, standbyBalancers } from './service.ts';
import { fargateSize } from './sizes.ts';
import { needOf, taskFindings } from './task.ts';

/** `definition`: what RegisterTaskDefinition is to be given; undefined when something stands against it. */
export type Derived = {
  readonly definition: TaskDefinition | undefined;
  /** All that stands against it, and all that is different on Fargate. */
  readonly findings: readonly Finding[];
};

/**
 * The task definition with which a service's tasks run on Fargate, or every reason why they cannot, each with the
 * parameter that causes it. `definition` is the main service's, as DescribeTaskDefinition gives it.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html
 */
export function deriveFargate(definition: TaskDefinition, circumstances: Circumstances): Derived {
  const findings = [
    ...serviceFindings(circumstances),
    ...standbyBalancers(definition, circumstances).findings,
    ...networkFindings(definition, circumstances),
    ...platformFindings(definition, circumstances),
    ...taskFindings(definition, circumstances),
    ...containerFindings(definition, circumstances),
    ...hostDaemonFindings(definition, circumstances),
  ];
  const refused = findings.some(({ severity }) => severity === 'refusal');
  return { definition: refused ? undefined : fargateDefinition(definition, circumstances), findings };
}

/** Left out because Fargate has none; what of them matters was found before. */
const NOT_ON_FARGATE: readonly string[] = ['placementConstraints', 'ipcMode', 'inferenceAccelerators'];

function fargateDefinition(definition: TaskDefinition, circumstances: Circumstances): TaskDefinition {
  const need = needOf(definition);
  const size = fargateSize(need.cpu, need.memory, isWindows(definition));
  const { family = '', containerDefinitions: containers = [] } = definition;
  const { main } = circumstances;
  const executionRoleArn = definition.executionRoleArn ?? arnIn(circumstances.policy.fargateExecutionRole);
  const taskRoleArn = definition.taskRoleArn ?? arnIn(circumstances.policy.fargateTaskRole);
  return {
    ...without(definition, [...RESPONSE_ONLY, ...NOT_ON_FARGATE, 'tags']),
    family: derivedFamily(main.cluster, main.name),
    networkMode: 'awsvpc',
    requiresCompatibilities: ['FARGATE'],
    runtimePlatform: platformOf(definition, circumstances),
    ...(size ? { cpu: String(size.cpu), memory: String(size.memory) } : {}),
    ...(executionRoleArn === undefined ? {} : { executionRoleArn }),
    ...(taskRoleArn === undefined ? {} : { taskRoleArn }),
    containerDefinitions: containers.map((container) => fargateContainer(container, family)),
  };
}

/** Members that only EC2 has, which ECS may describe as empty. */
const CONTAINER_ON_EC2: readonly string[] = [
  'privileged',
  'disableNetworking',
  'dnsServers',
  'dnsSearchDomains',
  'dockerSecurityOptions',
  'extraHosts',
  'hostname',
  'links',
  'credentialSpecs',
  'resourceRequirements',
];

function fargateContainer(container: ContainerDefinition, family: string): ContainerDefinition {
  const { portMappings, stopTimeout, linuxParameters, logConfiguration } = container;
  return {
    ...without(container, CONTAINER_ON_EC2),
    ...(portMappings ? { portMappings: awsvpcPorts(portMappings) } : {}),
    ...(stopTimeout === undefined
      ? {}
      : { stopTimeout: Math.min(Math.max(stopTimeout, stopSeconds.least), stopSeconds.most) }),
    ...(linuxParameters ? { linuxParameters: fargateLinux(linuxParameters) } : {}),
    ...(logConfiguration?.logDriver === 'awslogs'
      ? { logConfiguration: { ...logConfiguration, options: withPrefix(logConfiguration.options ?? {}, family) } }
      : {}),
  };
}

/** In awsvpc mode a port of the task is the container's own, once, whichever ports of the host led to it. */
function awsvpcPorts(mappings: readonly PortMapping[]): readonly PortMapping[] {
  const ranges = mappings.filter(({ containerPort }) => containerPort === undefined);
  const ports = new Map(mappings.filter(({ containerPort }) => containerPort).map((one) => [portName(one), one]));
  return [...[...ports.values()].map((mapping) => ({ ...mapping, hostPort: mapping.containerPort })), ...ranges];
}

const fargateLinux = ({ capabilities, initProcessEnabled }: LinuxParameters): LinuxParameters => ({
  ...(capabilities === undefined ? {} : { capabilities }),
  ...(initProcessEnabled === undefined ? {} : { initProcessEnabled }),
});

/**
 * On Fargate awslogs needs a prefix for its streams; on EC2 it may be left out.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_LogConfiguration.html
 */
const withPrefix = (options: Readonly<Record<string, string>>, family: string): Readonly<Record<string, string>> => ({
  'awslogs-stream-prefix': family,
  ...options,
});

/** An object without some of its members, and without those that are undefined. */
function without<T extends object>(of: T, members: readonly string[]): T {
  const kept = Object.entries(of).filter(([member, value]) => value !== undefined && !members.includes(member));
  return Object.fromEntries(kept) as T;
}
