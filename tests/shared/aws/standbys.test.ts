import { CreateServiceCommand, DescribeServicesCommand, UpdateServiceCommand } from '@aws-sdk/client-ecs';
import { describe, expect, test } from 'vitest';
import { createStandby, followMain, removeStandby, runProof, setDesired } from '../../../shared/aws/standbys.ts';
import { writeOutcome } from '../../../shared/aws/write-outcome.ts';
import { PROOF, type StandbySpec } from '../../../shared/model/lending.ts';
import { AwsError } from '../../../sim/service.ts';
import { aPrepared } from '../../given.ts';
import { because, counted, lendingShop } from './lending-shop.ts';

type Shop = ReturnType<typeof lendingShop>;

/** The standby's acts as the ports perform them. */
const actsIn = ({ run, failover: { ecs }, cluster }: Shop) => {
  const thing = 'checkout-fargate in shop';
  const about = { ...because, cluster: cluster.arn, main: 'checkout', standby: 'checkout-fargate', rung: 'fargate' };
  return {
    create: (spec: StandbySpec) => {
      const action = {
        ...because,
        do: 'create-standby',
        spec,
        fingerprint: 'as asked',
        ifRefused: aPrepared(),
      } as const;
      return run(writeOutcome(action, thing, () => createStandby(ecs, action)));
    },
    follow: (spec: StandbySpec) => {
      const action = { ...because, do: 'follow', spec } as const;
      return run(writeOutcome(action, thing, () => followMain(ecs, action)));
    },
    lend: (desired: number) => {
      const action = counted('lend', cluster.arn, desired);
      return run(writeOutcome(action, thing, () => setDesired(ecs, action)));
    },
    remove: () => {
      const action = { ...about, do: 'remove-standby', rung: 'fargate' } as const;
      return run(writeOutcome(action, thing, () => removeStandby(ecs, action)));
    },
    prove: (spec: StandbySpec) => {
      const action = { ...because, do: 'prove', spec } as const;
      return run(writeOutcome(action, 'proof', () => runProof(ecs, action)));
    },
  };
};

const described = async ({ run, failover: { ecs }, cluster }: Shop) => {
  const command = new DescribeServicesCommand({
    cluster: cluster.arn,
    services: ['checkout-fargate'],
    include: ['TAGS'],
  });
  const { services } = await run(ecs.send(command));
  return services?.[0];
};

describe('a standby', () => {
  test('stands ready on its rung at no task, with the load balancer and the tags of its main', async () => {
    const shop = lendingShop();
    expect(await actsIn(shop).create(shop.spec)).toMatchObject({ result: 'done' });
    expect(await described(shop)).toMatchObject({
      desiredCount: 0,
      capacityProviderStrategy: [{ capacityProvider: 'FARGATE', weight: 1 }],
      platformVersion: 'LATEST',
      taskDefinition: shop.definition,
      loadBalancers: [{ targetGroupArn: shop.targetGroup.arn, containerName: 'app', containerPort: 8_080 }],
      deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: true }, strategy: 'ROLLING' },
      availabilityZoneRebalancing: 'DISABLED',
      healthCheckGracePeriodSeconds: 20,
      enableECSManagedTags: true,
      propagateTags: 'SERVICE',
      tags: [
        { key: 'spotkeeper:standby-of', value: 'checkout' },
        { key: 'team', value: 'checkout' },
      ],
    });
  });

  test('is created once, whoever asks again', async () => {
    const shop = lendingShop();
    const { create } = actsIn(shop);
    await create(shop.spec);
    expect(await create(shop.spec)).toMatchObject({ result: 'already' });
  });

  test('is there when the answer to its creation was lost', async () => {
    let lost = 0;
    const shop = lendingShop({
      faults: ({ operation }) => {
        if (operation !== 'CreateService' || lost > 0) return undefined;
        lost += 1;
        return { error: new AwsError('ServerException', 'Service Unavailable', 503), when: 'after' };
      },
    });
    expect(await actsIn(shop).create(shop.spec)).toMatchObject({ result: 'already' });
  });

  test('without a load balancer has no grace period either, which ECS would refuse', async () => {
    const shop = lendingShop();
    expect(await actsIn(shop).create({ ...shop.spec, balancers: [] })).toMatchObject({ result: 'done' });
  });

  test('that Fargate refuses is not asked for again: the outcome has the words of AWS, and names it', async () => {
    const shop = lendingShop();
    const ec2Only = shop.region.createService({ cluster: shop.cluster, name: 'ec2-only' });
    const outcome = await actsIn(shop).create({
      ...shop.spec,
      definition: ec2Only.deployments[0]?.definition.arn ?? '',
    });
    const refusal = 'InvalidParameterException: Task definition does not support launch_type FARGATE.';
    expect(outcome).toMatchObject({
      result: 'failed',
      retry: false,
      failedFor: ['record'],
      error: `checkout-fargate in shop: ${refusal}`,
      refusal,
    });
  });

  test('is lent tasks and gives them back without a deployment', async () => {
    const shop = lendingShop();
    const { create, lend } = actsIn(shop);
    await create(shop.spec);
    const before = (await described(shop))?.deployments?.[0]?.id;
    expect(await lend(2)).toMatchObject({ result: 'done' });
    await shop.account.clock.run(shop.account.clock.now() + 120_000);
    const lent = await described(shop);
    expect({ running: lent?.runningCount, id: lent?.deployments?.[0]?.id }).toEqual({ running: 2, id: before });
    expect(shop.main.desired).toBe(3);
    await lend(0);
    expect((await described(shop))?.desiredCount).toBe(0);
  });

  test('follows its main without a change of its count', async () => {
    const shop = lendingShop();
    const { create, lend, follow } = actsIn(shop);
    await create(shop.spec);
    await lend(2);
    const network = { ...shop.spec.network, subnets: ['subnet-eu-west-1b', 'subnet-eu-west-1c'] };
    const tags = { ...shop.spec.tags, team: 'payments' };
    expect(await follow({ ...shop.spec, network, exec: true, tags })).toMatchObject({ result: 'done' });
    expect(await described(shop)).toMatchObject({
      desiredCount: 2,
      enableExecuteCommand: true,
      networkConfiguration: { awsvpcConfiguration: { subnets: network.subnets } },
      tags: expect.arrayContaining([{ key: 'team', value: 'payments' }]),
    });
  });

  test('is deleted with its tasks; one that is gone is no failure', async () => {
    const shop = lendingShop();
    const { create, lend, follow, remove } = actsIn(shop);
    await create(shop.spec);
    await lend(2);
    expect(await remove()).toMatchObject({ result: 'done' });
    // While it is DRAINING its name cannot be given again; that passes.
    expect(await create(shop.spec)).toMatchObject({ result: 'failed', retry: true });
    await shop.account.clock.run(shop.account.clock.now() + 120_000);
    expect(await remove()).toMatchObject({ result: 'gone' });
    expect(await lend(1)).toMatchObject({ result: 'gone' });
    expect(await follow(shop.spec)).toMatchObject({ result: 'gone' });
    expect(await create(shop.spec)).toMatchObject({ result: 'done' });
  });

  test('of a throttled account is lent its tasks with the next delivery', async () => {
    const shop = lendingShop({
      faults: ({ operation }) =>
        operation === 'UpdateService'
          ? { error: new AwsError('ThrottlingException', 'Rate exceeded', 400), when: 'before' }
          : undefined,
    });
    expect(await actsIn(shop).lend(1)).toMatchObject({ result: 'failed', retry: true, failedFor: ['record'] });
  });

  test('keeps the names of Service Connect to its main', async () => {
    const shop = lendingShop();
    const server = {
      enabled: true,
      namespace: 'prod',
      services: [{ portName: 'http', discoveryName: 'checkout' }],
    };
    const { ecs } = shop.failover;
    const { cluster } = shop.spec;
    await shop.run(
      ecs.send(new UpdateServiceCommand({ cluster, service: 'checkout', serviceConnectConfiguration: server })),
    );
    const outcome = await actsIn(shop).create({ ...shop.spec, connectConfiguration: server });
    expect(outcome).toMatchObject({ result: 'failed', retry: false, refusal: expect.stringContaining('checkout') });
    const client = { enabled: true, namespace: 'prod' };
    expect(await actsIn(shop).create({ ...shop.spec, connectConfiguration: client })).toMatchObject({ result: 'done' });
  });
});

test('a hundred services are lent tasks within half a minute, and the account never throttles', async () => {
  const shop = lendingShop();
  const { ecs } = shop.failover;
  const { clock } = shop.account;
  const names = Array.from({ length: 100 }, (_, index) => `standby-${index}`);
  const { cluster, definition: taskDefinition } = shop.spec;
  const networkConfiguration = { awsvpcConfiguration: { subnets: ['subnet-eu-west-1a'] } };
  const create = (serviceName: string) =>
    ecs.send(new CreateServiceCommand({ cluster, serviceName, taskDefinition, desiredCount: 0, networkConfiguration }));
  await shop.run(Promise.all(names.map(create)));
  await clock.run(clock.now() + 60_000);
  const began = clock.now();
  const lend = (standby: string) => setDesired(ecs, { ...counted('lend', cluster, 1), standby });
  await shop.run(Promise.all(names.map(lend)));
  expect((clock.now() - began) / 1_000).toBeLessThan(30);
  expect(new Set(shop.calls('UpdateService'))).toEqual(new Set(['ok']));
});

describe('a proof', () => {
  const proofs = ({ cluster }: Shop) => [...cluster.tasks.values()].filter(({ startedBy }) => startedBy === PROOF);

  test('is one task in the network of the standby and outside its target group, however often it is asked for', async () => {
    const shop = lendingShop();
    const { prove } = actsIn(shop);
    expect([await prove(shop.spec), await prove(shop.spec)]).toMatchObject([{ result: 'done' }, { result: 'done' }]);
    expect(proofs(shop)).toMatchObject([{ capacityProviderName: 'FARGATE', zone: 'eu-west-1a', service: undefined }]);
    expect(proofs(shop)[0]?.targets.size).toBe(0);
  });

  test('that finds no room fails for now, and no event comes back for it', async () => {
    const shop = lendingShop();
    shop.region.setFargateCapacity({ spot: false, vcpus: 0 });
    expect(await actsIn(shop).prove(shop.spec)).toMatchObject({
      result: 'failed',
      retry: false,
      error: expect.stringMatching(/^proof: ECS started no task: Capacity is unavailable/),
    });
  });
});
