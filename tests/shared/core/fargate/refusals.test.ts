import { describe, expect, test } from 'vitest';
import { settings } from '../../../../shared/settings.ts';
import { app, balancer, type Change, derived, subnet, targetGroup, webService } from './web.ts';

const groupOf = (name: string) => targetGroup.replace('/web/', `/${name}/`);
const bridge = { networkMode: 'bridge' };
const SUBNETS = 'networkConfiguration.awsvpcConfiguration.subnets';
const GROUPS = 'networkConfiguration.awsvpcConfiguration.securityGroups';
const inSubnets = (change: Parameters<typeof subnet>[1]) => [subnet('subnet-a', change), subnet('subnet-b')];

/** What stands against it, and the parameter that does. */
const ofTask: readonly (readonly [string, Change, string])[] = [
  ['more CPU than Fargate has', { definition: { cpu: '16385' } }, 'cpu'],
  ['more memory than Fargate has', { definition: { memory: '122881' } }, 'memory'],
  ['a size that is no number', { definition: { cpu: 'much' } }, 'cpu'],
  [
    'eleven containers',
    {
      definition: {
        containerDefinitions: Array.from({ length: 11 }, (_, n) => ({ ...app, name: `c${n}`, portMappings: [] })),
      },
    },
    'containerDefinitions',
  ],
  ['an IPC mode', { definition: { ipcMode: 'task' } }, 'ipcMode'],
  ['the PID mode of the host', { definition: { pidMode: 'host' } }, 'pidMode'],
  ['inference accelerators', { definition: { inferenceAccelerators: [{ deviceName: 'a' }] } }, 'inferenceAccelerators'],
  [
    'a directory of the host',
    { definition: { volumes: [{ name: 'data', host: { sourcePath: '/data' } }] } },
    'volumes[data].host.sourcePath',
  ],
  [
    'a Docker volume',
    { definition: { volumes: [{ name: 'data', dockerVolumeConfiguration: { scope: 'shared' } }] } },
    'volumes[data].dockerVolumeConfiguration',
  ],
  [
    'FSx',
    { definition: { volumes: [{ name: 'data', fsxWindowsFileServerVolumeConfiguration: {} }] } },
    'volumes[data].fsxWindowsFileServerVolumeConfiguration',
  ],
  [
    'a volume that its service configures',
    { definition: { volumes: [{ name: 'data', configuredAtLaunch: true }] } },
    'volumes[data].configuredAtLaunch',
  ],
  ['an ECR image without an execution role', { definition: { executionRoleArn: undefined } }, 'executionRoleArn'],
  [
    'secrets without an execution role',
    {
      definition: { executionRoleArn: undefined },
      app: { image: 'nginx', logConfiguration: undefined, secrets: [{}] },
    },
    'executionRoleArn',
  ],
  [
    'a private registry without an execution role',
    {
      definition: { executionRoleArn: undefined },
      app: { image: 'nginx', logConfiguration: undefined, repositoryCredentials: {} },
    },
    'executionRoleArn',
  ],
  [
    'ECS Exec without a task role',
    { main: { exec: true }, definition: { taskRoleArn: undefined } },
    'enableExecuteCommand',
  ],
  ['instances of several architectures', { architectures: ['x86_64', 'arm64'] }, 'runtimePlatform.cpuArchitecture'],
  ['an architecture that Fargate lacks', { architectures: ['x86'] }, 'runtimePlatform.cpuArchitecture'],
  ['Windows instances of unknown version', { systems: ['windows'] }, 'runtimePlatform.operatingSystemFamily'],
  [
    'a Windows Server that Fargate lacks',
    { definition: { runtimePlatform: { operatingSystemFamily: 'WINDOWS_SERVER_2016_FULL' } } },
    'runtimePlatform.operatingSystemFamily',
  ],
  [
    'Windows with EFS',
    {
      definition: {
        runtimePlatform: { operatingSystemFamily: 'WINDOWS_SERVER_2022_CORE' },
        volumes: [{ name: 'data', efsVolumeConfiguration: {} }],
      },
    },
    'volumes[data].efsVolumeConfiguration',
  ],
];

const ofContainer: readonly (readonly [NonNullable<Change['app']>, string])[] = [
  [{ privileged: true }, 'privileged'],
  [{ disableNetworking: true }, 'disableNetworking'],
  [{ dnsServers: ['10.0.0.2'] }, 'dnsServers'],
  [{ dnsSearchDomains: ['internal'] }, 'dnsSearchDomains'],
  [{ dockerSecurityOptions: ['no-new-privileges'] }, 'dockerSecurityOptions'],
  [{ extraHosts: [{ hostname: 'a', ipAddress: '10.0.0.3' }] }, 'extraHosts'],
  [{ hostname: 'web' }, 'hostname'],
  [{ links: ['cache'] }, 'links'],
  [{ credentialSpecs: ['credentialspec:arn:aws:s3:::gmsa/spec'] }, 'credentialSpecs'],
  [{ linuxParameters: { capabilities: { add: ['SYS_PTRACE', 'NET_ADMIN'] } } }, 'linuxParameters.capabilities.add'],
  [{ linuxParameters: { devices: [{ hostPath: '/dev/fuse' }] } }, 'linuxParameters.devices'],
  [{ linuxParameters: { sharedMemorySize: 256 } }, 'linuxParameters.sharedMemorySize'],
  [{ linuxParameters: { tmpfs: [{ containerPath: '/tmp' }] } }, 'linuxParameters.tmpfs'],
  [{ linuxParameters: { maxSwap: 100 } }, 'linuxParameters.maxSwap'],
  [{ resourceRequirements: [{ type: 'GPU', value: '1' }] }, 'resourceRequirements'],
  [{ resourceRequirements: [{ type: 'NeuronDevice', value: 'ALL' }] }, 'resourceRequirements'],
  [{ logConfiguration: { logDriver: 'fluentd' } }, 'logConfiguration.logDriver'],
  [{ logConfiguration: { logDriver: 'json-file' } }, 'logConfiguration.logDriver'],
];

const ofService: readonly (readonly [string, Change, string])[] = [
  ['a daemon', { main: { daemon: true } }, 'schedulingStrategy'],
  ['a server of Service Connect', { main: { serviceConnect: 'server' } }, 'serviceConnectConfiguration'],
  ['VPC Lattice', { main: { lattice: true } }, 'vpcLatticeConfigurations'],
  ['a Cloud Map registry', { main: { registries: [{ registryArn: 'arn:registry' }] } }, 'serviceRegistries'],
  ['volumes configured at launch', { main: { volumes: true } }, 'volumeConfigurations'],
  ['an instance target group', { targetTypes: new Map([[targetGroup, 'instance']]) }, 'loadBalancers[web]'],
  ['a target group of a bridge service', { definition: bridge, targetTypes: new Map() }, 'loadBalancers[web]'],
  ['a target group of a Lambda', { targetTypes: new Map([[targetGroup, 'lambda']]) }, 'loadBalancers[web]'],
  ['a Classic Load Balancer', { balancers: [{ ...balancer, targetGroup: 'classic' }] }, 'loadBalancers[classic]'],
  [
    'an ip target group in the settings that is not there',
    { targetTypes: new Map([[targetGroup, 'instance']]), policy: { ipTargetGroup: groupOf('lent') } },
    'spotkeeper:ip-target-group',
  ],
  [
    'an ip target group in the settings that has instance targets',
    {
      targetTypes: new Map([targetGroup, groupOf('lent')].map((arn) => [arn, 'instance'])),
      policy: { ipTargetGroup: groupOf('lent') },
    },
    'spotkeeper:ip-target-group',
  ],
  [
    'one ip target group in the settings for two instance target groups',
    {
      balancers: [balancer, { ...balancer, targetGroup: groupOf('admin') }],
      targetTypes: new Map([
        [targetGroup, 'instance'],
        [groupOf('admin'), 'instance'],
        [groupOf('lent'), 'ip'],
      ]),
      policy: { ipTargetGroup: groupOf('lent') },
    },
    'loadBalancers[admin]',
  ],
  ['no subnets', { network: undefined }, SUBNETS],
  [
    'no security groups',
    { main: { network: undefined }, network: { subnets: ['subnet-a'], securityGroups: [], assignPublicIp: false } },
    GROUPS,
  ],
  ['a subnet without a way out', { subnets: inSubnets({ wayOut: 'none' }) }, SUBNETS],
  ['a public subnet without public addresses', { subnets: inSubnets({ wayOut: 'internet-gateway' }) }, SUBNETS],
  ['subnets of two VPCs', { subnets: inSubnets({ vpc: 'vpc-2' }) }, SUBNETS],
  [
    'an agent on its host, where the settings refuse it',
    { daemons: ['datadog-agent'], policy: { hostDaemons: 'refuse' } },
    'containerDefinitions',
  ],
];

const refusalsOf = (change: Change) =>
  derived(change)
    .findings.filter(({ severity }) => severity === 'refusal')
    .map(({ parameter }) => parameter);

describe('a service is refused on Fargate, with the parameter,', () => {
  test.each([...ofTask, ...ofService])('for %s', (_, change, parameter) => {
    expect(refusalsOf(change)).toEqual([parameter]);
    expect(derived(change).definition).toBeUndefined();
  });

  test.each(ofContainer)('for a container with %o', (container, parameter) => {
    expect(refusalsOf({ app: container })).toEqual([`containerDefinitions[app].${parameter}`]);
  });

  test('for two containers with one port, once both have the address of the task', () => {
    const containerDefinitions = [app, { ...app, name: 'admin', portMappings: [{ containerPort: 80, hostPort: 81 }] }];
    const change = { definition: { ...bridge, containerDefinitions } };
    expect(refusalsOf(change)).toContain('containerDefinitions[admin].portMappings');
  });

  test('for everything that stands against it, not for the first only', () => {
    const change: Change = {
      definition: { ...bridge, ipcMode: 'host', executionRoleArn: undefined },
      app: { privileged: true, linuxParameters: { devices: [{}], maxSwap: 1, swappiness: 10 } },
      main: { lattice: true, network: undefined },
      network: undefined,
      targetTypes: new Map(),
    };
    expect(refusalsOf(change)).toEqual([
      'vpcLatticeConfigurations',
      'loadBalancers[web]',
      SUBNETS,
      'ipcMode',
      'executionRoleArn',
      'containerDefinitions[app].privileged',
      'containerDefinitions[app].linuxParameters.devices',
      'containerDefinitions[app].linuxParameters.maxSwap',
      'containerDefinitions[app].linuxParameters.swappiness',
    ]);
  });
});

test('what a finding says to set is a setting that there is', () => {
  const changes = [...ofTask, ...ofService].map(([, change]) => change);
  const texts = [
    ...changes,
    { definition: { taskRoleArn: undefined } },
    { main: { ...webService, network: undefined } },
  ]
    .flatMap((change) => derived(change).findings)
    .flatMap(({ parameter, says }) => [parameter, says]);
  const named = texts.flatMap((text) => text.match(/spotkeeper:[a-z-]+/g) ?? []);
  const tags = Object.values(settings).flatMap((setting) => ('tag' in setting ? setting.tag : []));
  expect(new Set(named).size).toBeGreaterThan(5);
  expect(tags).toEqual(expect.arrayContaining([...new Set(named)]));
});
