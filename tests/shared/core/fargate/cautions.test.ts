import { describe, expect, test } from 'vitest';
import { app, balancer, type Change, derived, role, subnet, targetGroup, webService } from './web.ts';

const SUBNETS = 'networkConfiguration.awsvpcConfiguration.subnets';
const GROUPS = 'networkConfiguration.awsvpcConfiguration.securityGroups';
const lent = targetGroup.replace('/web/', '/lent/');
const variable = (name: string, value: string) => ({ app: { environment: [{ name, value }] } });

const cautions: readonly (readonly [string, Change, string])[] = [
  ['has no task role', { definition: { taskRoleArn: undefined } }, 'taskRoleArn'],
  ['has no CPU size of its own', { definition: { cpu: undefined } }, 'cpu'],
  [
    'has a soft memory limit only',
    { definition: { memory: undefined }, app: { memory: undefined, memoryReservation: 128 } },
    'memory',
  ],
  ['shows no architecture', { architectures: [] }, 'runtimePlatform.cpuArchitecture'],
  [
    'says where on EC2 its tasks run',
    { definition: { placementConstraints: [{ type: 'memberOf', expression: 'agentConnected == true' }] } },
    'placementConstraints',
  ],
  [
    'says so in the service',
    { main: { constraints: [{ type: 'memberOf', expression: 'agentConnected == true' }] } },
    'service.placementConstraints',
  ],
  [
    'mounts EFS',
    { definition: { volumes: [{ name: 'data', efsVolumeConfiguration: { fileSystemId: 'fs-1' } }] } },
    'volumes[data].efsVolumeConfiguration',
  ],
  ['is in a mesh', { definition: { proxyConfiguration: { type: 'APPMESH' } } }, 'proxyConfiguration'],
  [
    'sets ulimits',
    { app: { ulimits: [{ name: 'nofile' }, { name: 'memlock' }] } },
    'containerDefinitions[app].ulimits',
  ],
  ['stops slowly', { app: { stopTimeout: 300 } }, 'containerDefinitions[app].stopTimeout'],
  ['has no log driver', { app: { logConfiguration: undefined } }, 'containerDefinitions[app].logConfiguration'],
  [
    'is reached only where VPC endpoints are',
    { subnets: [subnet('subnet-a', { wayOut: 'none', endpoints: true }), subnet('subnet-b')] },
    SUBNETS,
  ],
  ['has a subnet of which nothing is known', { subnets: [subnet('subnet-a')] }, SUBNETS],
  [
    'has its security groups from the settings',
    { network: { subnets: ['subnet-a'], securityGroups: ['sg-9'], assignPublicIp: false } },
    GROUPS,
  ],
  [
    'shares a Cloud Map registry',
    { main: { registries: [{ registryArn: 'arn:registry' }] }, policy: { cloudMap: 'share' } },
    'serviceRegistries',
  ],
  ['has task sets without target group', { main: { controller: 'EXTERNAL' }, balancers: [] }, 'deploymentController'],
  [
    'has an ip target group in place of its instance target group',
    {
      targetTypes: new Map([
        [targetGroup, 'instance'],
        [lent, 'ip'],
      ]),
      policy: { ipTargetGroup: lent },
    },
    'loadBalancers[web]',
  ],
  ['may talk to an agent on its host', { daemons: ['prod-datadog-agent', 'backup'] }, 'containerDefinitions'],
  [
    'names the X-Ray daemon of its host',
    variable('AWS_XRAY_DAEMON_ADDRESS', '172.17.0.1:2000'),
    'containerDefinitions[app].environment[AWS_XRAY_DAEMON_ADDRESS]',
  ],
  [
    'names a collector on its host',
    variable('OTEL_EXPORTER_OTLP_ENDPOINT', 'http://collector:4317'),
    'containerDefinitions[app].environment[OTEL_EXPORTER_OTLP_ENDPOINT]',
  ],
  [
    'asks its instance who it is',
    { app: { command: ['sh', '-c', 'curl http://169.254.169.254/latest/meta-data/local-ipv4'] } },
    'containerDefinitions[app].command',
  ],
];

describe('a service is lent tasks, with a caution, when it', () => {
  test.each(cautions)('%s', (_, change, parameter) => {
    const { definition, findings } = derived(change);
    expect(findings).toMatchObject([{ parameter, severity: 'caution' }]);
    expect(definition).toBeDefined();
  });

  test('runs in bridge mode on a fixed port of its host', () => {
    const change: Change = { definition: { networkMode: 'bridge' }, main: { balancers: [] }, balancers: [] };
    expect(derived(change).findings.map(({ parameter }) => parameter)).toEqual([
      'networkMode',
      'containerDefinitions[app].portMappings',
    ]);
  });

  test('runs on Windows, which Fargate Spot does not', () => {
    const runtimePlatform = { operatingSystemFamily: 'WINDOWS_SERVER_2022_CORE' };
    const { definition, findings } = derived({ definition: { runtimePlatform } });
    expect(findings.map(({ severity }) => severity)).toEqual(['caution']);
    expect(definition).toMatchObject({ cpu: '1024', memory: '2048' });
  });
});

const silent: readonly (readonly [string, Change])[] = [
  ['the usual awsvpc service', {}],
  [
    'several architectures when the definition chooses',
    { architectures: ['x86_64', 'arm64'], definition: { runtimePlatform: { cpuArchitecture: 'ARM64' } } },
  ],
  [
    'an empty volume and one of S3 Files',
    {
      definition: {
        volumes: [
          { name: 'a', host: {} },
          { name: 'b', s3filesVolumeConfiguration: {} },
        ],
      },
    },
  ],
  ['the PID mode task, and no IPC', { definition: { pidMode: 'task', ipcMode: 'none' } }],
  [
    'SYS_PTRACE, and swap that is off',
    { app: { linuxParameters: { capabilities: { add: ['SYS_PTRACE'] }, maxSwap: 0, swappiness: 60 } } },
  ],
  [
    'fields that ECS describes as empty',
    { app: { links: [], dnsServers: [], privileged: false, ulimits: [], extraHosts: [] } },
  ],
  [
    'roles from the settings',
    {
      definition: { taskRoleArn: undefined, executionRoleArn: undefined },
      policy: { fargateTaskRole: role, fargateExecutionRole: role },
    },
  ],
  [
    'a public subnet with public addresses',
    {
      network: { subnets: ['subnet-a'], securityGroups: ['sg-1'], assignPublicIp: true },
      subnets: [subnet('subnet-a', { wayOut: 'internet-gateway' })],
    },
  ],
  ['a client of Service Connect', { main: { serviceConnect: 'client' } }],
  [
    'distinct instances, as on Fargate anyway',
    { main: { constraints: [{ type: 'distinctInstance', expression: undefined }] } },
  ],
  ['task sets whose target group is known', { main: { controller: 'EXTERNAL' } }],
  ['daemon services that nobody talks to', { daemons: ['backup', 'node-cleaner'] }],
  [
    'its own agent as a container',
    {
      daemons: ['datadog-agent'],
      definition: { containerDefinitions: [app, { ...app, name: 'dd', image: 'datadog/agent:7', portMappings: [] }] },
    },
  ],
  ['an agent at localhost of the task', variable('DD_AGENT_HOST', 'localhost')],
  ['a collector with a full name', variable('OTEL_EXPORTER_OTLP_ENDPOINT', 'https://otlp.example.com:4317')],
  [
    'a service that runs on Fargate already, whatever EC2 would add',
    {
      main: { launch: { on: 'fargate', spot: true }, network: webService.network },
      definition: { taskRoleArn: undefined, cpu: '256', memory: '512' },
      architectures: [],
      daemons: ['datadog-agent'],
      balancers: [balancer],
    },
  ],
];

test.each(silent)('nothing is found about %s', (_, change) => {
  expect(derived(change).findings).toEqual([]);
});
