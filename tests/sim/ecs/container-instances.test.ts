import { describe, expect, test } from 'vitest';
import { requiredAttributes } from '../../../sim/ecs/definitions/requires-attributes.ts';
import type { ContainerInstance } from '../../../sim/ecs/model.ts';
import type { InstanceOptions } from '../../../sim/world/options.ts';
import { live } from '../served.ts';
import { anywhere, api, inVpc } from './api.ts';

const zone = 'eu-west-1a';

/** A cluster with instances as told, the last of them at hand. */
const prod = (...instances: Partial<InstanceOptions>[]) => {
  const world = api();
  const { region, ask } = world;
  const cluster = region.createCluster({ name: 'prod' });
  for (const options of instances) region.addInstance({ cluster, type: 'm6i.large', zone, ...options });
  const last = () => [...cluster.instances.values()].at(-1) as ContainerInstance;
  const shape = async () => {
    const answer = await ask((ecs) =>
      ecs.describeContainerInstances({ cluster: 'prod', containerInstances: [last().arn] }),
    );
    return answer.containerInstances?.[0];
  };
  return { ...world, cluster, last, shape };
};

describe('network interfaces', () => {
  test.each([
    ['disabled', 2, undefined],
    ['enabled', 10, 'ecs.awsvpc-trunk-id'],
  ])('with awsvpcTrunking %s an m6i.large holds %i awsvpc tasks', async (value, most, attribute) => {
    const { ask, region, cluster, shape } = prod();
    await ask((ecs) => ecs.putAccountSetting({ name: 'awsvpcTrunking', value }));
    region.addInstance({ cluster, type: 'm6i.large', zone });
    const containerDefinitions = [{ name: 'app', image: 'busybox', cpu: 10, memory: 10 }];
    await ask((ecs) => ecs.registerTaskDefinition({ family: 'tiny', networkMode: 'awsvpc', containerDefinitions }));
    const run = () => ask((ecs) => ecs.runTask({ cluster: 'prod', taskDefinition: 'tiny', count: 10, ...inVpc }));
    const tasks = [...((await run()).tasks ?? []), ...((await run()).tasks ?? [])];
    expect(tasks).toHaveLength(most);
    expect((await run()).failures?.[0]?.reason).toBe('RESOURCE:ENI');
    const names = (await shape())?.attributes?.map(({ name }) => name);
    if (attribute === undefined) expect(names).not.toContain('ecs.awsvpc-trunk-id');
    else expect(names).toContain(attribute);
  });

  test('are counted as the setting was when the instance registered', async () => {
    const { ask, region, cluster, last } = prod();
    await ask((ecs) => ecs.putAccountSettingDefault({ name: 'awsvpcTrunking', value: 'disabled' }));
    region.addInstance({ cluster, type: 'm6i.large', zone });
    await ask((ecs) => ecs.putAccountSettingDefault({ name: 'awsvpcTrunking', value: 'enabled' }));
    expect(last()).toMatchObject({ eniSlots: 2, trunking: false });
    region.addInstance({ cluster, type: 't3.small', zone });
    expect(last()).toMatchObject({ eniSlots: 2, trunking: false });
  });
});

describe('account settings', () => {
  test('are listed as set, or as they are in effect', async () => {
    const { ask } = prod();
    await ask((ecs) => ecs.putAccountSetting({ name: 'containerInsights', value: 'enabled' }));
    const name = 'containerInsights' as const;
    expect((await ask((ecs) => ecs.listAccountSettings({ name }))).settings).toMatchObject([
      { name, value: 'enabled' },
    ]);
    const wait = { name: 'fargateTaskRetirementWaitPeriod' as const };
    expect((await ask((ecs) => ecs.listAccountSettings(wait))).settings).toEqual([]);
    const inEffect = await ask((ecs) => ecs.listAccountSettings({ ...wait, effectiveSettings: true }));
    expect(inEffect.settings).toMatchObject([{ value: '7' }]);
    const put = (value: string) => ask((ecs) => ecs.putAccountSetting({ name, value }));
    await expect(put('perhaps')).rejects.toThrow('Invalid value perhaps');
  });
});

describe('attributes', () => {
  test('say that the agent can do whatever a task definition may require of it', async () => {
    const { shape } = prod({});
    const required = requiredAttributes({
      family: 'demanding',
      networkMode: 'awsvpc',
      pidMode: 'task',
      taskRoleArn: 'arn:aws:iam::123456789012:role/task',
      executionRoleArn: 'arn:aws:iam::123456789012:role/ecsTaskExecutionRole',
      volumes: [{ name: 'shared', efsVolumeConfiguration: { fileSystemId: 'fs-1' } }],
      containerDefinitions: [
        {
          name: 'app',
          image: '123456789012.dkr.ecr.eu-west-1.amazonaws.com/app:1',
          memory: 128,
          logConfiguration: {
            logDriver: 'awslogs',
            options: { 'awslogs-group': 'app', 'awslogs-region': 'eu-west-1' },
          },
          healthCheck: { command: ['CMD-SHELL', 'true'] },
          secrets: [
            { name: 'A', valueFrom: 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:a' },
            { name: 'B', valueFrom: '/b' },
          ],
        },
        { name: 'side', image: 'side', memory: 64, dependsOn: [{ containerName: 'app', condition: 'HEALTHY' }] },
      ],
    });
    const has = new Set((await shape())?.attributes?.map(({ name }) => name));
    expect(required.map(({ name }) => name).filter((name) => !has.has(name))).toEqual([]);
  });

  test('are put, listed by name and value, and deleted', async () => {
    const { ask, last } = prod({}, {});
    const target = { targetId: last().arn, targetType: 'container-instance' as const };
    const put = (name: string, value?: string) =>
      ask((ecs) => ecs.putAttributes({ cluster: 'prod', attributes: [{ name, value, ...target }] }));
    await put('stack', 'blue');
    await put('stack', 'green');
    const list = async (input: object) => {
      const answer = await ask((ecs) =>
        ecs.listAttributes({ cluster: 'prod', targetType: 'container-instance', ...input }),
      );
      return answer.attributes;
    };
    expect(await list({ attributeName: 'stack' })).toEqual([{ name: 'stack', value: 'green', ...target }]);
    expect(await list({ attributeName: 'stack', attributeValue: 'blue' })).toEqual([]);
    expect(await list({ attributeName: 'ecs.os-type' })).toHaveLength(2);
    await ask((ecs) => ecs.deleteAttributes({ cluster: 'prod', attributes: [{ name: 'stack', ...target }] }));
    expect(await list({ attributeName: 'stack' })).toEqual([]);
    await expect(put('ecs.mine', '1')).rejects.toThrow('reserved');
    await expect(put('a b', '1')).rejects.toThrow('not valid');
    for (let n = 0; n < 10; n += 1) await put(`a${n}`);
    await expect(put('a10')).rejects.toMatchObject({ name: 'AttributeLimitExceededException' });
  });

  test('let tasks in that asked for them', async () => {
    const { ask, cluster, region, last, runTo } = prod({});
    const service = region.createService({ cluster, name: 'web', memberOf: ['attribute:stack == blue'] });
    await runTo(20);
    expect(service.tasks.size).toBe(0);
    const attributes = [{ name: 'stack', value: 'blue', targetId: last().arn }];
    await ask((ecs) => ecs.putAttributes({ cluster: 'prod', attributes }));
    await runTo(40);
    expect(service.tasks.size).toBe(1);
  });
});

describe('an agent', () => {
  test('that is disconnected keeps its tasks and gets no more, until it is back', async () => {
    const { region, cluster, last, ask, eventsOf, runTo } = prod({});
    const service = region.createService({ cluster, name: 'web', networkMode: 'bridge' });
    region.settle();
    region.setAgent(last().ec2InstanceId, false);
    await ask((ecs) => ecs.updateService({ cluster: 'prod', service: 'web', desiredCount: 2 }));
    await runTo(60);
    expect(live(service)).toHaveLength(1);
    expect(eventsOf('ECS Container Instance State Change')[0]?.detail).toMatchObject({
      agentConnected: false,
      status: 'ACTIVE',
    });
    const actions = eventsOf('ECS Service Action').map(({ detail }) => (detail as { reason?: string }).reason);
    expect(actions).toContain('AGENT');
    region.setAgent(last().ec2InstanceId, true);
    await runTo(90);
    expect(live(service)).toHaveLength(2);
  });

  test('that is disconnected loses its tasks with its host all the same', async () => {
    const { region, cluster, last } = prod({});
    const service = region.createService({ cluster, name: 'web' });
    region.settle();
    region.setAgent(last().ec2InstanceId, false);
    region.interrupt(last().ec2InstanceId, { notice: false });
    expect(service.tasks.size).toBe(0);
  });
});

describe('a container instance', () => {
  test('whose registration fails says why and takes no tasks', async () => {
    const reason = 'The trunk network interface could not be created.';
    const { shape, runTo, eventsOf, ask, last } = prod({ booting: true, bootMs: 1_000, registrationFails: reason });
    await runTo(10);
    expect(await shape()).toMatchObject({ status: 'REGISTRATION_FAILED', statusReason: reason });
    const [, failed] = eventsOf('ECS Container Instance State Change');
    expect(failed?.detail).toMatchObject({ status: 'REGISTRATION_FAILED', statusReason: reason });
    const containerInstances = [last().arn];
    const drain = ask((ecs) =>
      ecs.updateContainerInstancesState({ cluster: 'prod', containerInstances, status: 'DRAINING' }),
    );
    await expect(drain).rejects.toThrow('REGISTRATION_FAILED');
  });

  test('shows its GPUs and gives them out', async () => {
    const { shape, region, cluster } = prod({ type: 'g4dn.xlarge' });
    const gpus = async () =>
      (await shape())?.registeredResources?.find(({ name }) => name === 'GPU')?.stringSetValue?.length;
    expect(await gpus()).toBe(1);
    region.runTask({ cluster, family: 'train', gpus: 1 });
    const left = (await shape())?.remainingResources?.find(({ name }) => name === 'GPU');
    expect(left?.stringSetValue ?? []).toEqual([]);
    expect(() => region.runTask({ cluster, family: 'train', gpus: 1 })).toThrow('no room');
  });

  test('with tasks is deregistered only by force, and its service starts others', async () => {
    const { ask, region, cluster, last, runTo, eventsOf } = prod({ zone: 'eu-west-1b' }, {});
    const service = region.createService({ cluster, name: 'web', desired: 2 });
    region.settle();
    const instance = last();
    const deregister = (force: boolean) =>
      ask((ecs) => ecs.deregisterContainerInstance({ cluster: 'prod', containerInstance: instance.arn, force }));
    await expect(deregister(false)).rejects.toThrow('Found running tasks on the instance.');
    expect((await deregister(true)).containerInstance?.status).toBe('INACTIVE');
    const stopped = eventsOf('ECS Task State Change').find(({ detail }) => 'stoppedReason' in detail);
    expect(stopped?.detail).toMatchObject({ stoppedReason: 'Container instance deregistration forced by user' });
    await runTo(60);
    expect(live(service).map(({ zone }) => zone)).toEqual(['eu-west-1b', 'eu-west-1b']);
    await expect(deregister(true)).rejects.toThrow('The referenced container instance was not found.');
  });
});

test('a task definition without room for its ports is refused with RESOURCE:PORTS', async () => {
  const { ask } = prod({});
  const containerDefinitions = [
    { ...anywhere.containerDefinitions[0], cpu: 10, memory: 10, portMappings: [{ containerPort: 80, hostPort: 80 }] },
  ];
  await ask((ecs) => ecs.registerTaskDefinition({ family: 'web', containerDefinitions }));
  const { tasks, failures } = await ask((ecs) => ecs.runTask({ cluster: 'prod', taskDefinition: 'web', count: 2 }));
  expect(tasks).toHaveLength(1);
  expect(failures?.[0]?.reason).toBe('RESOURCE:PORTS');
});
