import { DescribeAutoScalingGroupsCommand } from '@aws-sdk/client-auto-scaling';
import { DescribeInstancesCommand } from '@aws-sdk/client-ec2';
import { ListContainerInstancesCommand, ListServicesCommand, ListTasksCommand } from '@aws-sdk/client-ecs';
import { DescribeTargetHealthCommand, RegisterTargetsCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { describe, expect, it } from 'vitest';
import { Faults } from '../../../sim/faults/faults.ts';
import { readFaultPlan } from '../../../sim/faults/plan.ts';
import { clientsOf } from '../clients.ts';
import { pools, smallAccount } from '../small-account.ts';

const startMs = Date.UTC(2026, 7, 14, 9);

/** Something old and something new of each kind, and the counts that clients see of them. */
const account = async (forMs: number) => {
  const plan = readFaultPlan({ calls: [{ fault: 'unseen', forMs }] });
  const faults = new Faults(plan, { seed: 1, startMs });
  const world = smallAccount({ startMs, faults: faults.onCall, latencyMs: 0 });
  const { region, runTo } = world;
  const cluster = region.createCluster({ name: 'prod' });
  const group = region.createGroup({ name: 'old', cluster, pools, desired: 3, maxSize: 4, bootMs: 0 });
  const { arn: TargetGroupArn } = region.createTargetGroup({ name: 'web' });
  const service = region.createService({ cluster, name: 'old', desired: 3 });
  region.settle();
  const { ecs, ec2, autoscaling, elbv2 } = clientsOf(world.account.endpoint);
  const register = (Id: string) =>
    elbv2.send(new RegisterTargetsCommand({ TargetGroupArn, Targets: [{ Id, Port: 8_080 }] }));
  void register('10.0.0.1');
  await runTo(600);
  region.createGroup({ name: 'new', cluster, pools, desired: 0 });
  region.parts.autoScaling.setDesired(group, 4);
  region.createService({ cluster, name: 'new', desired: 0 });
  region.setDesiredCount(service, 4);
  void register('10.0.0.2');
  await runTo(608);
  const fresh = [...group.instances.keys()].at(-1) ?? '';
  const cut = async <T>(work: Promise<T>): Promise<T> => {
    const outcome = world.account.clock.track(work).then(
      (value) => () => value,
      (error: unknown) => () => {
        throw error;
      },
    );
    await world.account.clock.run(world.account.clock.now());
    return (await outcome)();
  };
  return { ...world, faults, fresh, ecs, ec2, autoscaling, elbv2, TargetGroupArn, cut };
};

const counts = async ({ ecs, ec2, autoscaling, elbv2, TargetGroupArn, cut }: Awaited<ReturnType<typeof account>>) => {
  const cluster = 'prod';
  const groups = (await cut(autoscaling.send(new DescribeAutoScalingGroupsCommand({})))).AutoScalingGroups ?? [];
  return {
    instances: (await cut(ec2.send(new DescribeInstancesCommand({})))).Reservations?.length,
    containerInstances: (await cut(ecs.send(new ListContainerInstancesCommand({ cluster })))).containerInstanceArns
      ?.length,
    services: (await cut(ecs.send(new ListServicesCommand({ cluster })))).serviceArns?.length,
    tasks: (await cut(ecs.send(new ListTasksCommand({ cluster })))).taskArns?.length,
    groups: groups.length,
    members: groups[0]?.Instances?.length,
    targets: (await cut(elbv2.send(new DescribeTargetHealthCommand({ TargetGroupArn })))).TargetHealthDescriptions
      ?.length,
  };
};

describe('a list that does not see yet what was made a moment ago', () => {
  it('leaves it out of every kind', async () => {
    const world = await account(30_000);
    const old = { instances: 3, containerInstances: 3, services: 1, tasks: 3, groups: 1, members: 3, targets: 1 };
    expect(await counts(world)).toEqual(old);
    expect(world.faults.happened.map(({ target }) => target.split(' ')[0])).toEqual([
      'autoscaling:DescribeAutoScalingGroups',
      'ec2:DescribeInstances',
      'ecs:ListContainerInstances',
      'ecs:ListServices',
      'ecs:ListTasks',
      'elbv2:DescribeTargetHealth',
    ]);
  });

  it('has it when it is old enough, and then nothing is on record', async () => {
    const world = await account(1_000);
    const all = { instances: 4, containerInstances: 4, services: 2, tasks: 4, groups: 2, members: 4, targets: 2 };
    expect(await counts(world)).toEqual(all);
    expect(world.faults.happened).toEqual([]);
  });

  it('does not know it by its id either', async () => {
    const { ec2, fresh, cut } = await account(30_000);
    const send = cut(ec2.send(new DescribeInstancesCommand({ InstanceIds: [fresh] })));
    await expect(send).rejects.toMatchObject({ name: 'InvalidInstanceID.NotFound' });
  });

  it('strikes no other operation', async () => {
    const faults = new Faults({ calls: [{ fault: 'unseen' }] }, { seed: 1, startMs });
    const call = { service: 'ecs', operation: 'DescribeTasks', region: 'eu-west-1', caller: 'x', n: 0, at: startMs };
    expect(faults.onCall({ ...call, service: 'ecs' })).toBeUndefined();
  });
});
