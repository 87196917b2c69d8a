import {
  type RegisterTaskDefinitionRequest,
  RegisterTaskDefinitionRequest$,
  TaskDefinition$,
} from '@aws-sdk/client-ecs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { deriveFargate } from '../../../../shared/core/fargate/derive.ts';
import { standbyNetwork } from '../../../../shared/core/fargate/network.ts';
import { rungsFor } from '../../../../shared/core/fargate/platform.ts';
import { standbyBalancers } from '../../../../shared/core/fargate/service.ts';
import { standbySpec } from '../../../../shared/core/fargate/standby.ts';
import { taskShapeOf } from '../../../../shared/core/task-shape.ts';
import { RESPONSE_ONLY, type TaskDefinition } from '../../../../shared/model/task-definition.ts';
import { api, inVpc } from '../../../sim/ecs/api.ts';
import { app, derived, given, policy, role, webService } from './web.ts';

const asGiven = (definition: TaskDefinition) => definition as RegisterTaskDefinitionRequest;
const { awsvpcConfiguration: network } = inVpc.networkConfiguration;

describe('a derived task definition', () => {
  test('is the same, apart from what Fargate wants otherwise', () => {
    const { definition } = derived({
      definition: { networkMode: 'bridge', memory: undefined, cpu: undefined },
      architectures: ['arm64'],
      balancers: [],
      app: {
        cpu: 300,
        memory: 900,
        stopTimeout: 200,
        essential: true,
        portMappings: [
          { containerPort: 80, hostPort: 8080 },
          { containerPort: 80, hostPort: 0 },
          { containerPortRange: '9000-9010' },
        ],
        logConfiguration: { logDriver: 'awslogs', options: { 'awslogs-group': 'web', 'awslogs-region': 'eu-west-1' } },
        linuxParameters: { initProcessEnabled: true, devices: [], maxSwap: 0 },
        links: [],
      },
    });
    expect(definition).toEqual({
      family: 'prod-web-spotkeeper-fargate',
      networkMode: 'awsvpc',
      requiresCompatibilities: ['FARGATE'],
      runtimePlatform: { cpuArchitecture: 'ARM64', operatingSystemFamily: 'LINUX' },
      cpu: '512',
      memory: '1024',
      taskRoleArn: role,
      executionRoleArn: role,
      volumes: [],
      containerDefinitions: [
        {
          name: 'app',
          image: app.image,
          cpu: 300,
          memory: 900,
          stopTimeout: 120,
          essential: true,
          portMappings: [{ containerPort: 80, hostPort: 80 }, { containerPortRange: '9000-9010' }],
          logConfiguration: {
            logDriver: 'awslogs',
            options: { 'awslogs-group': 'web', 'awslogs-region': 'eu-west-1', 'awslogs-stream-prefix': 'web' },
          },
          linuxParameters: { initProcessEnabled: true },
        },
      ],
    });
  });

  test('has no field that ECS only answers', () => {
    const members = (schema: typeof TaskDefinition$) => schema[4];
    const asked = new Set(members(RegisterTaskDefinitionRequest$));
    expect([...RESPONSE_ONLY].sort()).toEqual(
      members(TaskDefinition$)
        .filter((member) => !asked.has(member))
        .sort(),
    );
  });

  test('takes roles from the settings where the service has none', () => {
    const { definition } = derived({
      definition: { taskRoleArn: undefined, executionRoleArn: undefined },
      policy: { fargateTaskRole: `${role}-task`, fargateExecutionRole: `${role}-execution` },
    });
    expect(definition).toMatchObject({ taskRoleArn: `${role}-task`, executionRoleArn: `${role}-execution` });
  });

  test('has a family that ECS takes, however long the name is', () => {
    const { definition } = derived({ main: { ...webService, name: 'w'.repeat(255) } });
    expect(definition?.family).toMatch(/^[\w-]{255}$/);
  });

  test('can run on Fargate Spot unless it is Windows', () => {
    expect(rungsFor({})).toEqual(['fargate-spot', 'fargate']);
    expect(rungsFor({ runtimePlatform: { operatingSystemFamily: 'WINDOWS_SERVER_2022_CORE' } })).toEqual(['fargate']);
  });
});

describe('the network of lent tasks', () => {
  const own = { subnets: ['subnet-a'], securityGroups: ['sg-1'], assignPublicIp: false };
  const named = {
    ...policy,
    fargateSubnets: ['subnet-z'],
    fargateSecurityGroups: ['sg-9'],
    fargatePublicIp: 'on' as const,
  };

  test("is the service's own where the settings name none", () => {
    expect(standbyNetwork({ network: own }, policy)).toEqual(own);
    expect(standbyNetwork({ network: undefined }, policy)).toBeUndefined();
  });

  test('is what the settings name, public address and all', () => {
    const wanted = { subnets: ['subnet-z'], securityGroups: ['sg-9'], assignPublicIp: true };
    expect(standbyNetwork({ network: own }, named)).toEqual(wanted);
    expect(standbyNetwork({ network: undefined }, named)).toEqual(wanted);
  });
});

describe('ECS takes', () => {
  test('a derived task definition, and a standby service that runs it on Fargate Spot', async () => {
    const { ask, region, runTo, seconds } = api();
    await ask((ecs) => ecs.createCluster({ clusterName: 'prod', capacityProviders: ['FARGATE_SPOT', 'FARGATE'] }));
    const group = region.createTargetGroup({ name: 'web', targetType: 'ip' });
    const target = {
      targetGroup: group.arn,
      alternate: undefined,
      productionRule: 'arn:rule',
      container: 'app',
      port: 80,
    };
    const { circumstances } = given({ balancers: [target], targetTypes: new Map([[group.arn, 'ip']]) });
    const main = await ask((ecs) => ecs.registerTaskDefinition(asGiven(given().definition)));
    const described = main.taskDefinition as TaskDefinition;
    const { definition, findings } = deriveFargate(described, circumstances);
    expect(findings).toEqual([]);
    const { taskDefinition } = await ask((ecs) => ecs.registerTaskDefinition(asGiven(definition ?? {})));
    const { balancers } = standbyBalancers(described, circumstances);
    const spec = standbySpec(webService, {
      rung: 'fargate-spot',
      definition: taskDefinition?.taskDefinitionArn ?? '',
      network: { ...network, assignPublicIp: false },
      balancers,
    });
    await ask((ecs) =>
      ecs.createService({
        cluster: spec.cluster,
        serviceName: spec.name,
        taskDefinition: spec.definition,
        desiredCount: 2,
        capacityProviderStrategy: [{ capacityProvider: 'FARGATE_SPOT', weight: 1 }],
        networkConfiguration: inVpc.networkConfiguration,
        loadBalancers: spec.balancers.map(({ targetGroup, container, port }) => ({
          targetGroupArn: targetGroup,
          containerName: container,
          containerPort: port,
        })),
        ...(spec.graceSeconds === undefined ? {} : { healthCheckGracePeriodSeconds: spec.graceSeconds }),
        tags: Object.entries(spec.tags).map(([key, value]) => ({ key, value })),
      }),
    );
    await runTo(seconds() + 120);
    const { services } = await ask((ecs) => ecs.describeServices({ cluster: 'prod', services: [spec.name] }));
    expect(services).toMatchObject([{ serviceName: 'web-fargate-spot', runningCount: 2 }]);
  });

  test('every definition that is derived, whatever it was derived from', async () => {
    const { ask } = api();
    const register = (definition: TaskDefinition) => ask((ecs) => ecs.registerTaskDefinition(asGiven(definition)));
    let taken = 0;
    await fc.assert(
      fc.asyncProperty(anyDefinition, async (drawn) => {
        const main = await register(drawn).catch(() => undefined);
        if (!main) return;
        const { circumstances } = given({ balancers: [], policy: { fargateExecutionRole: role } });
        const { definition } = deriveFargate(main.taskDefinition as TaskDefinition, circumstances);
        if (!definition) return;
        const { taskDefinition } = await register(definition);
        expect(taskDefinition?.compatibilities).toContain('FARGATE');
        expect(taskShapeOf(taskDefinition as TaskDefinition).interfaces).toBe(1);
        taken += 1;
      }),
      { numRuns: 300 },
    );
    expect(taken).toBeGreaterThan(20);
  });
});

const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined, freq: 2 });
/** Something that Fargate does not take: seldom, or nothing would be left to derive. */
const seldom = <T>(value: T) =>
  fc.oneof({ weight: 12, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: fc.constant(value) });

const anyContainer = fc.record({
  image: fc.constantFrom('nginx', app.image ?? ''),
  cpu: maybe(fc.integer({ min: 0, max: 2_000 })),
  memory: maybe(fc.integer({ min: 64, max: 9_000 })),
  memoryReservation: maybe(fc.integer({ min: 6, max: 64 })),
  portMappings: fc.array(
    fc.record({ containerPort: fc.integer({ min: 80, max: 150 }), hostPort: fc.constantFrom(0, 0, 0, 8080) }),
    { maxLength: 2 },
  ),
  logConfiguration: maybe(fc.constantFrom(app.logConfiguration, { logDriver: 'splunk' })),
  stopTimeout: maybe(fc.integer({ min: 0, max: 400 })),
  linuxParameters: maybe(
    fc.constant({ capabilities: { add: ['SYS_PTRACE'] }, devices: [], maxSwap: 0, swappiness: 0 }),
  ),
  privileged: seldom(true),
  links: seldom(['other']),
  hostname: seldom('web'),
  dnsServers: seldom(['10.0.0.2']),
  resourceRequirements: seldom([{ type: 'GPU', value: '1' }]),
});

const anyDefinition: fc.Arbitrary<TaskDefinition> = fc.record({
  family: fc.constant('drawn'),
  networkMode: maybe(fc.constantFrom('awsvpc', 'bridge', 'host', 'none')),
  cpu: maybe(fc.integer({ min: 2_000, max: 17_000 }).map(String)),
  memory: maybe(fc.integer({ min: 9_000, max: 130_000 }).map(String)),
  ipcMode: seldom('none'),
  pidMode: seldom('host'),
  volumes: fc.constantFrom([], [{ name: 'data', host: {} }], [{ name: 'data', configuredAtLaunch: false }]),
  placementConstraints: fc.constantFrom([], [{ type: 'memberOf', expression: 'agentConnected == true' }]),
  containerDefinitions: fc
    .array(anyContainer, { minLength: 1, maxLength: 3 })
    .map((containers) => containers.map((container, n) => ({ name: `c${n}`, ...container }))),
});
