import { describe, expect, it } from 'vitest';
import { defaultStartMs } from '../../../sim/account.ts';
import type { HappenedFault } from '../../../sim/faults/happened.ts';
import { actByHand, type ManualAction, readManualActions } from '../../../sim/faults/manual-actions.ts';
import { readFaultPlan } from '../../../sim/faults/plan.ts';
import { served } from '../served.ts';

const region = 'eu-west-1';

/** Three instances with a service of three tasks; says what a person's actions did to them. */
const worldWith = (actionsOf: (world: ReturnType<typeof served>) => readonly ManualAction[]) => {
  const world = served();
  const { account, runTo } = world;
  const happened: HappenedFault[] = [];
  const { clock, endpoint } = account;
  actByHand(actionsOf(world), { clock, endpoint, startMs: defaultStartMs, happened });
  return { ...world, runTo, happened };
};

const stateChange = (world: ReturnType<typeof served>, atMs: number, status: string): ManualAction => ({
  atMs,
  service: 'ecs',
  operation: 'UpdateContainerInstancesState',
  region,
  input: { cluster: 'prod', containerInstances: [world.task.instance?.arn], status },
});

describe('a person who changes things by hand', () => {
  it('drains an instance and sets it back to ACTIVE, each at its time', async () => {
    const { task, runTo } = worldWith((world) => [
      stateChange(world, 10_000, 'DRAINING'),
      stateChange(world, 20_000, 'ACTIVE'),
    ]);
    await runTo(9);
    expect(task.instance?.status).toBe('ACTIVE');
    await runTo(15);
    expect(task.instance?.status).toBe('DRAINING');
    await runTo(25);
    expect(task.instance?.status).toBe('ACTIVE');
  });

  it('stops a task and deregisters a target over their own APIs', async () => {
    const { task, targetGroup, runTo, happened } = worldWith(({ task, targetGroup }) => [
      {
        atMs: 1_000,
        service: 'elbv2',
        operation: 'DeregisterTargets',
        region,
        input: { TargetGroupArn: targetGroup.arn, Targets: [{ Id: task.privateIp, Port: 8_080 }] },
      },
      { atMs: 5_000, service: 'ecs', operation: 'StopTask', region, input: { cluster: 'prod', task: task.arn } },
    ]);
    await runTo(2);
    expect(targetGroup.find(task.privateIp ?? '', 8_080)?.state).toBe('draining');
    await runTo(6);
    expect(task.desiredStatus).toBe('STOPPED');
    expect(happened.map(({ target }) => target)).toEqual([
      'elbv2:DeregisterTargets by person: ok',
      'ecs:StopTask by person: ok',
    ]);
  });

  it('finds what to act on at the moment of acting, and does nothing when there is nothing', async () => {
    const asked: number[] = [];
    const { runTo, happened, account } = worldWith(({ account: { clock } }) => [
      {
        atMs: 3_000,
        service: 'ecs',
        operation: 'StopTask',
        region,
        input: () => {
          asked.push(clock.now());
          return undefined;
        },
      },
    ]);
    await runTo(10);
    expect(asked).toEqual([defaultStartMs + 3_000]);
    expect(happened).toEqual([]);
    expect(account.endpoint.calls.entries).toEqual([]);
  });

  it('is refused like everybody else, which is on record', async () => {
    const { runTo, happened } = worldWith(() => [
      { atMs: 0, service: 'ecs', operation: 'StopTask', region, input: { cluster: 'none', task: 'x' } },
    ]);
    await runTo(1);
    expect(happened).toEqual([
      { at: defaultStartMs, kind: 'manual', target: 'ecs:StopTask by person: ClusterNotFoundException' },
    ]);
  });
});

describe('the script of a person', () => {
  const action = { atMs: 0, service: 'ecs', operation: 'StopTask', region, input: {} };

  it('is read as it is written, alone or within a fault plan', () => {
    expect(readManualActions([action])).toEqual([action]);
    expect(readFaultPlan({ manual: [action] }).manual).toEqual([action]);
  });

  it.each([
    ['not a list', {}, 'faults.manual is {}; it must be a list'],
    ['a negative time', [{ ...action, atMs: -1 }], 'faults.manual[0].atMs is -1; it must be a number from 0'],
    [
      'an unknown service',
      [{ ...action, service: 's3' }],
      'faults.manual[0].service is "s3"; it must be one of ecs, ec2, autoscaling, elbv2',
    ],
    [
      'an unknown operation',
      [{ ...action, operation: 'Stop' }],
      'faults.manual[0].operation is "Stop"; it must be an operation of ecs',
    ],
    [
      'an input left out',
      [{ ...action, input: undefined }],
      'faults.manual[0].input is undefined; it must be an object',
    ],
    [
      'a missing region',
      [{ atMs: 0, service: 'ecs', operation: 'StopTask', input: {} }],
      'faults.manual[0].region is missing; it must be text that is not empty',
    ],
    ['an unknown field', [{ ...action, who: 'me' }], 'faults.manual[0].who is unknown'],
  ])('is refused for %s', (_, data, message) => {
    expect(() => readManualActions(data)).toThrow(message);
  });
});
