import type { Balancer, Finding } from '../../model/lending.ts';
import type { ContainerDefinition, PortMapping, TaskDefinition } from '../../model/task-definition.ts';
import type { Circumstances } from './circumstances.ts';
import { caution, inContainer, isSet, refusal, when } from './findings.ts';

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html (stopTimeout) */
export const stopSeconds = { least: 2, most: 120 };

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_LogConfiguration.html */
const LOG_DRIVERS = ['awslogs', 'splunk', 'awsfirelens'];

/**
 * Members of a container that Fargate does not have, and what to do about it.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html
 */
const REFUSED: { readonly [member: string]: string } = {
  privileged: 'Fargate runs no privileged containers',
  disableNetworking: 'a container on Fargate always has a network',
  dnsServers: "a task on Fargate uses its VPC's name servers",
  dnsSearchDomains: "a task on Fargate uses its VPC's name servers; use full names",
  dockerSecurityOptions: 'Fargate has no SELinux, AppArmor or gMSA options',
  extraHosts: 'awsvpc mode adds no hosts; use names that DNS knows',
  hostname: 'awsvpc mode gives a container its name; leave it out',
  links: 'awsvpc mode has no links: containers of a task find each other at localhost',
  credentialSpecs: 'Fargate has no credential specs',
};

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_LinuxParameters.html */
const REFUSED_LINUX: { readonly [member: string]: string } = {
  devices: 'Fargate has no host devices',
  sharedMemorySize: 'Fargate does not size /dev/shm; let the application use another directory',
  tmpfs: 'Fargate mounts no tmpfs; an empty volume can take its place',
};

/** What stands against the containers of a task definition. */
export function containerFindings(definition: TaskDefinition, { main, balancers }: Circumstances): readonly Finding[] {
  const { containerDefinitions: containers = [], networkMode = 'bridge' } = definition;
  const shared = main.launch.on === 'ec2' && networkMode !== 'awsvpc';
  return [
    ...containers.flatMap((container) => [
      ...memberFindings(container),
      ...linuxFindings(container),
      ...resourceFindings(container),
      ...logFindings(container),
      ...limitFindings(container),
      ...(shared ? hostPortFindings(container, balancers) : []),
    ]),
    ...samePortFindings(containers),
  ];
}

const memberFindings = (container: ContainerDefinition): readonly Finding[] =>
  Object.entries(REFUSED)
    .filter(([member]) => isSet(container[member]))
    .map(([member, says]) => refusal(inContainer(container, member), says));

function linuxFindings(container: ContainerDefinition): readonly Finding[] {
  const { linuxParameters = {} } = container;
  const at = (parameter: string) => inContainer(container, `linuxParameters.${parameter}`);
  const added = (linuxParameters.capabilities?.add ?? []).filter((capability) => capability !== 'SYS_PTRACE');
  const swap = linuxParameters.maxSwap ?? 0;
  return [
    ...when(
      added.length > 0,
      refusal(at('capabilities.add'), `Fargate adds SYS_PTRACE only, and this asks for ${added.join(', ')}`),
    ),
    ...Object.entries(REFUSED_LINUX)
      .filter(([member]) => isSet({ ...linuxParameters }[member]))
      .map(([member, says]) => refusal(at(member), says)),
    // Without maxSwap, or with none, swappiness is ignored.
    ...when(swap > 0, refusal(at('maxSwap'), `Fargate has no swap, and this asks for ${swap} MiB`)),
    ...when(
      swap > 0 && linuxParameters.swappiness !== undefined,
      refusal(at('swappiness'), 'Fargate has no swap to tune'),
    ),
  ];
}

const resourceFindings = (container: ContainerDefinition): readonly Finding[] =>
  (container.resourceRequirements ?? []).map(({ type }) =>
    refusal(inContainer(container, 'resourceRequirements'), `Fargate has nothing of the type ${type}`),
  );

function logFindings(container: ContainerDefinition): readonly Finding[] {
  const { logConfiguration } = container;
  const allowed = `Fargate has ${LOG_DRIVERS.join(', ')}`;
  if (!logConfiguration) {
    const says = 'on EC2 its logs stay with the instance; on Fargate nobody sees them without a log driver';
    return [caution(inContainer(container, 'logConfiguration'), `${says} (${allowed})`)];
  }
  const { logDriver = '' } = logConfiguration;
  return when(
    !LOG_DRIVERS.includes(logDriver),
    refusal(inContainer(container, 'logConfiguration.logDriver'), `${allowed}, and this asks for ${logDriver}`),
  );
}

function limitFindings(container: ContainerDefinition): readonly Finding[] {
  const { stopTimeout = stopSeconds.least, ulimits = [] } = container;
  const others = ulimits.flatMap(({ name }) => (name === undefined || name === 'nofile' ? [] : name));
  return [
    ...when(
      stopTimeout > stopSeconds.most,
      caution(
        inContainer(container, 'stopTimeout'),
        `Fargate waits at most ${stopSeconds.most} s, and this asks for ${stopTimeout}: it gets ${stopSeconds.most}`,
      ),
    ),
    ...when(
      others.length > 0,
      caution(
        inContainer(container, 'ulimits'),
        `of ${others.join(', ')}, Fargate's own values may hold; only nofile is sure to be taken over`,
      ),
    ),
  ];
}

/** A fixed port of the host is an address that somebody may use besides the load balancer. */
function hostPortFindings(container: ContainerDefinition, balancers: readonly Balancer[]): readonly Finding[] {
  const balanced = (port: number | undefined): boolean =>
    balancers.some((balancer) => balancer.container === container.name && balancer.port === port);
  const fixed = (container.portMappings ?? []).filter(
    ({ hostPort, containerPort }) => hostPort && !balanced(containerPort),
  );
  const ports = fixed.map(({ hostPort }) => hostPort).join(', ');
  return when(
    fixed.length > 0,
    caution(
      inContainer(container, 'portMappings'),
      `port ${ports} of its host reaches it on EC2; a lent task is not there, and no load balancer leads to it`,
    ),
  );
}

/** In awsvpc mode the containers of a task share one address. */
function samePortFindings(containers: readonly ContainerDefinition[]): readonly Finding[] {
  const owners = new Map<string, string>();
  return containers.flatMap((container) => {
    const { name = '', portMappings = [] } = container;
    const ports = [...new Set(portMappings.filter(({ containerPort }) => containerPort !== undefined).map(portName))];
    return ports.flatMap((port) => {
      const owner = owners.get(port);
      if (owner === undefined) owners.set(port, name);
      const says = `${port} is a port of ${owner} too; on Fargate containers of a task share one address: give each its own`;
      return when(owner !== undefined, refusal(inContainer(container, 'portMappings'), says));
    });
  });
}

/** `80/tcp` */
export const portName = ({ containerPort, protocol = 'tcp' }: PortMapping): string => `${containerPort}/${protocol}`;
