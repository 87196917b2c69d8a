import type { RegisterTaskDefinitionRequest } from '@aws-sdk/client-ecs';
import { describe, expect, test } from 'vitest';
import { anywhere, api } from './api.ts';

const [container] = anywhere.containerDefinitions as [(typeof anywhere.containerDefinitions)[0]];
const onFargate = { ...anywhere, requiresCompatibilities: ['FARGATE' as const] };
const ecr = '123456789012.dkr.ecr.eu-west-1.amazonaws.com/web:1';
const role = 'arn:aws:iam::123456789012:role/execution';
const awslogs = {
  logDriver: 'awslogs' as const,
  options: { 'awslogs-group': 'web', 'awslogs-region': 'eu-west-1', 'awslogs-stream-prefix': 'web' },
};
const withoutPrefix = {
  logDriver: 'awslogs' as const,
  options: { 'awslogs-group': 'web', 'awslogs-region': 'eu-west-1' },
};

const register = async (input: Partial<RegisterTaskDefinitionRequest> = {}) => {
  const { ask } = api();
  const answer = await ask((ecs) => ecs.registerTaskDefinition({ ...anywhere, ...input }));
  return answer.taskDefinition;
};

describe('RegisterTaskDefinition', () => {
  test('numbers the revisions of a family and fills in what was left out', async () => {
    const { ask } = api();
    await ask((ecs) => ecs.registerTaskDefinition(anywhere));
    const { taskDefinition, tags } = await ask((ecs) =>
      ecs.registerTaskDefinition({
        ...anywhere,
        cpu: '.5 vCPU',
        memory: '1 GB',
        containerDefinitions: [{ ...container, portMappings: [{ containerPort: 80 }] }],
        tags: [{ key: 'team', value: 'shop' }],
      }),
    );
    expect(taskDefinition).toMatchObject({
      family: 'job',
      revision: 2,
      status: 'ACTIVE',
      cpu: '512',
      memory: '1024',
      containerDefinitions: [
        { essential: true, cpu: 0, portMappings: [{ containerPort: 80, hostPort: 80, protocol: 'tcp' }] },
      ],
    });
    expect(taskDefinition?.taskDefinitionArn).toMatch(/:task-definition\/job:2$/);
    expect(tags).toEqual([{ key: 'team', value: 'shop' }]);
  });

  test.each<[string, Partial<RegisterTaskDefinitionRequest>, string]>([
    ['a family with a dot', { family: 'a.b' }, 'Invalid family name'],
    ['no containers', { containerDefinitions: [] }, 'Container list cannot be empty.'],
    ['no image', { containerDefinitions: [{ name: 'a' }] }, 'Container.image should not be null or empty.'],
    [
      'eleven containers',
      { containerDefinitions: Array.from({ length: 11 }, (_, n) => ({ ...container, name: `c${n}` })) },
      'at most 10 containers',
    ],
    ['two containers of one name', { containerDefinitions: [container, container] }, 'must be unique'],
    ['nothing essential', { containerDefinitions: [{ ...container, essential: false }] }, 'must be essential'],
    [
      'more than 64 KiB',
      { containerDefinitions: [{ ...container, command: ['x'.repeat(70_000)] }] },
      "Max allowed length is '65536' bytes.",
    ],
    ['a size that is no number', { cpu: 'much' }, "Invalid 'cpu' setting for task."],
    ['too few CPU units', { cpu: '64' }, "Invalid 'cpu' setting for task."],
    [
      'no memory anywhere',
      { memory: undefined, networkMode: 'bridge' },
      "Invalid setting for container 'app'. At least one of 'memory' or 'memoryReservation' must be specified.",
    ],
    [
      'containers that want more CPU than the task has',
      { containerDefinitions: [{ ...container, cpu: 512 }] },
      "The sum of all container 'cpu' values cannot be greater than the value of the task 'cpu'.",
    ],
    [
      'another host port in awsvpc mode',
      { containerDefinitions: [{ ...container, portMappings: [{ containerPort: 80, hostPort: 8080 }] }] },
      'When networkMode=awsvpc, the host ports and container ports in port mappings must match.',
    ],
    [
      'another host port in host mode',
      {
        networkMode: 'host',
        containerDefinitions: [{ ...container, portMappings: [{ containerPort: 80, hostPort: 8080 }] }],
      },
      'When networkMode=host, the host ports and container ports in port mappings must match.',
    ],
    [
      'a port beyond 65535',
      { containerDefinitions: [{ ...container, portMappings: [{ containerPort: 70_000 }] }] },
      "Invalid 'containerPort' setting for container 'app'.",
    ],
    [
      'awslogs without a group',
      { containerDefinitions: [{ ...container, logConfiguration: { logDriver: 'awslogs' } }] },
      'Log driver awslogs requires options: awslogs-region, awslogs-group',
    ],
    [
      'a mount of a volume that is not there',
      { containerDefinitions: [{ ...container, mountPoints: [{ sourceVolume: 'data', containerPath: '/d' }] }] },
      "Unknown volume 'data'.",
    ],
    [
      'secrets without an execution role',
      { containerDefinitions: [{ ...container, secrets: [{ name: 'A', valueFrom: 'a' }] }] },
      "you must also specify a value for 'executionRoleArn'",
    ],
    ['little ephemeral storage', { ephemeralStorage: { sizeInGiB: 20 } }, 'between 21 GiB and 200 GiB'],
  ])('refuses %s', async (_, input, message) => {
    await expect(register(input)).rejects.toMatchObject({
      name: 'ClientException',
      message: expect.stringContaining(message),
    });
  });

  test.each<[string, Partial<RegisterTaskDefinitionRequest>, string]>([
    ['bridge mode', { networkMode: 'bridge' }, 'Fargate only supports network mode ‘awsvpc’.'],
    [
      'no task memory',
      { memory: undefined, containerDefinitions: [{ ...container, memory: 128 }] },
      "Fargate requires that 'memory' be defined at the task level.",
    ],
    ['a size it does not have', { cpu: '256', memory: '4096' }, 'No Fargate configuration exists for given values.'],
    [
      'an ECR image without an execution role',
      { containerDefinitions: [{ ...container, image: ecr }] },
      'Fargate requires task definition to have execution role ARN to support ECR images.',
    ],
    [
      'awslogs without an execution role',
      { containerDefinitions: [{ ...container, logConfiguration: awslogs }] },
      'Fargate requires task definition to have execution role ARN to support log driver awslogs.',
    ],
    [
      'awslogs without a stream prefix',
      { containerDefinitions: [{ ...container, logConfiguration: withoutPrefix }], executionRoleArn: role },
      'Log driver awslogs requires options: awslogs-stream-prefix',
    ],
    ['privileged', { containerDefinitions: [{ ...container, privileged: true }] }, 'privileged'],
    ['a long stopTimeout', { containerDefinitions: [{ ...container, stopTimeout: 121 }] }, 'between 2 and 120'],
    [
      'a GPU',
      { containerDefinitions: [{ ...container, resourceRequirements: [{ type: 'GPU', value: '1' }] }] },
      'resource requirements of type GPU',
    ],
    [
      'placement constraints',
      { placementConstraints: [{ type: 'memberOf', expression: 'agentConnected == true' }] },
      'placement constraints',
    ],
  ])('refuses %s when Fargate is required, and takes it otherwise without Fargate', async (_, input, message) => {
    await expect(register({ ...input, requiresCompatibilities: ['FARGATE'] })).rejects.toMatchObject({
      name: 'ClientException',
      message: expect.stringContaining(message),
    });
    const withMemory = { containerDefinitions: [{ ...container, memory: 128 }], ...input };
    expect((await register(withMemory))?.compatibilities).not.toContain('FARGATE');
  });

  test('lists Fargate among the compatibilities when nothing stands against it, asked for or not', async () => {
    expect((await register())?.compatibilities).toContain('FARGATE');
    expect((await register(onFargate))?.compatibilities).toContain('EC2');
    const withRole = { executionRoleArn: role };
    const containerDefinitions = [{ ...container, image: ecr, logConfiguration: awslogs }];
    expect((await register({ containerDefinitions, ...withRole }))?.compatibilities).toContain('FARGATE');
  });

  test('lists the attributes that the revision needs of an instance', async () => {
    const containerDefinitions = [{ ...container, image: ecr, logConfiguration: awslogs }];
    const names = (await register({ containerDefinitions }))?.requiresAttributes?.map(({ name }) => name);
    expect(names).toEqual(
      expect.arrayContaining([
        'com.amazonaws.ecs.capability.ecr-auth',
        'com.amazonaws.ecs.capability.logging-driver.awslogs',
        'ecs.capability.task-eni',
      ]),
    );
  });

  test('says that Windows is not simulated', async () => {
    const windows = { runtimePlatform: { operatingSystemFamily: 'WINDOWS_SERVER_2022_CORE' as const } };
    await expect(register(windows)).rejects.toMatchObject({ name: 'NotImplemented' });
  });
});

describe('a revision', () => {
  test('that was deregistered can be described, but not run', async () => {
    const { ask } = api();
    await ask((ecs) => ecs.createCluster({}));
    await ask((ecs) => ecs.registerTaskDefinition(anywhere));
    const gone = await ask((ecs) => ecs.deregisterTaskDefinition({ taskDefinition: 'job:1' }));
    expect(gone.taskDefinition).toMatchObject({ status: 'INACTIVE', deregisteredAt: expect.any(Date) });
    const found = await ask((ecs) => ecs.describeTaskDefinition({ taskDefinition: 'job:1' }));
    expect(found.taskDefinition?.status).toBe('INACTIVE');
    await expect(ask((ecs) => ecs.describeTaskDefinition({ taskDefinition: 'job' }))).rejects.toThrow(
      'Unable to describe task definition.',
    );
    await expect(ask((ecs) => ecs.runTask({ taskDefinition: 'job:1' }))).rejects.toThrow('TaskDefinition is inactive');
  });

  test('is listed by family and number, in either order, page by page', async () => {
    const { ask } = api();
    for (const family of ['web', 'job', 'web', 'webhook']) {
      await ask((ecs) => ecs.registerTaskDefinition({ ...anywhere, family }));
    }
    const names = (arns: string[] | undefined) => arns?.map((arn) => arn.split('/').at(-1));
    const all = await ask((ecs) => ecs.listTaskDefinitions({}));
    expect(names(all.taskDefinitionArns)).toEqual(['job:1', 'web:1', 'web:2', 'webhook:1']);
    const web = await ask((ecs) => ecs.listTaskDefinitions({ familyPrefix: 'web', sort: 'DESC', maxResults: 1 }));
    expect(names(web.taskDefinitionArns)).toEqual(['web:2']);
    const nextToken = web.nextToken;
    const rest = await ask((ecs) => ecs.listTaskDefinitions({ familyPrefix: 'web', sort: 'DESC', nextToken }));
    expect(names(rest.taskDefinitionArns)).toEqual(['web:1']);
    await ask((ecs) => ecs.deregisterTaskDefinition({ taskDefinition: 'job:1' }));
    const families = await ask((ecs) => ecs.listTaskDefinitionFamilies({ status: 'ACTIVE' }));
    expect(families.families).toEqual(['web', 'webhook']);
    expect((await ask((ecs) => ecs.listTaskDefinitionFamilies({ status: 'INACTIVE' }))).families).toEqual(['job']);
  });
});
