import { describe, expect, test } from 'vitest';
import { live, served } from './served.ts';

describe('a task that the scheduler stops', () => {
  test('gets SIGTERM only when its target has left draining, which an idle one does early', async () => {
    const { task, drain, runTo, health, account, dropped } = served({
      targetGroup: { deregistrationDelaySeconds: 300 },
    });
    drain();
    await runTo(60);
    expect(task).toMatchObject({ lastStatus: 'STOPPED', exitCode: 0 });
    const at = (kind: string) => account.journal.entries.find((entry) => entry.kind === kind)?.at ?? Number.NaN;
    expect(at('task-sigterm') - at('task-deregistered')).toBeGreaterThanOrEqual(4_000);
    expect(at('task-sigterm') - at('task-deregistered')).toBeLessThan(6_000);
    expect(health()).toMatchObject([{ State: 'unused', Reason: 'Target.NotRegistered' }]);
    expect(dropped()).toEqual({});
  });

  test('waits through the whole delay of a busy target and so dies with its host, without SIGTERM', async () => {
    const { task, drain, region, runTo, account, targetGroup, dropped } = served({
      targetGroup: { deregistrationDelaySeconds: 300 },
      service: { requestMs: 600_000, startMs: 1_000 },
    });
    await runTo(30);
    region.interrupt(task.instance?.ec2InstanceId ?? '');
    drain();
    await runTo(100);
    expect(task.lastStatus).toBe('DEACTIVATING');
    await runTo(200);
    expect(task).toMatchObject({ lastStatus: 'STOPPED', stopCode: 'ServiceSchedulerInitiated', exitCode: 137 });
    expect(account.tally().tasks.killedWithoutSigterm).toMatchObject([
      { service: 'web', targetGroup: targetGroup.arn, deregistrationDelaySeconds: 300, waitedForTarget: true },
    ]);
    expect(dropped()['host-lost']).toBeGreaterThan(100);
  });

  test.each([
    [false, 'ServiceSchedulerInitiated'],
    [true, 'TerminationNotice'],
  ])('and loses its host meanwhile: hostLossReplacesStopCode %s says %s', async (replaces, stopCode) => {
    const { task, drain, region, runTo } = served({
      account: { switches: { hostLossReplacesStopCode: replaces } },
      targetGroup: { deregistrationDelaySeconds: 300 },
      service: { requestMs: 600_000, startMs: 1_000 },
    });
    await runTo(30);
    region.interrupt(task.instance?.ec2InstanceId ?? '');
    drain();
    await runTo(160);
    expect(task).toMatchObject({ lastStatus: 'STOPPED', stopCode });
  });

  test('loses the requests that are in flight when the deregistration delay ends', async () => {
    const { drain, runTo, dropped, task } = served({
      targetGroup: { deregistrationDelaySeconds: 5 },
      service: { requestMs: 600_000, startMs: 1_000 },
    });
    await runTo(30);
    drain();
    await runTo(90);
    expect(task.lastStatus).toBe('STOPPED');
    expect(Object.keys(dropped())).toEqual(['deregistration-delay']);
  });
});

describe('a task that a caller stops', () => {
  test('gets SIGTERM at once, and what the load balancer still sends it is dropped', async () => {
    const { task, stop, runTo, dropped, health } = served();
    await runTo(10);
    stop();
    expect(task.lastStatus).toBe('STOPPING');
    expect(health()).toMatchObject([{ State: 'draining' }]);
    await runTo(30);
    expect(task).toMatchObject({ lastStatus: 'STOPPED', stopCode: 'UserInitiated', exitCode: 0 });
    // 10 requests a second over three targets, for the 4 s until the load balancer has let go.
    expect(dropped()['target-stopping']).toBeGreaterThanOrEqual(12);
    expect(dropped()['target-stopping']).toBeLessThanOrEqual(15);
  });

  test('drops nothing when its target was deregistered before and the requests had time to end', async () => {
    const { stop, deregister, runTo, dropped } = served();
    await runTo(10);
    deregister();
    await runTo(20);
    stop();
    await runTo(60);
    expect(dropped()).toEqual({});
  });

  test('finishes its requests within stopTimeout and is killed after it', async () => {
    const { task, stop, deregister, runTo, dropped, account } = served({
      service: { requestMs: 60_000, stopTimeoutSeconds: 10 },
    });
    await runTo(5);
    deregister();
    await runTo(10);
    stop();
    await runTo(19);
    expect(task.lastStatus).toBe('STOPPING');
    await runTo(21);
    expect(task).toMatchObject({ lastStatus: 'STOPPED', exitCode: 137 });
    expect(account.tally().tasks.killedAfterStopTimeout).toBe(1);
    expect(dropped()['task-killed']).toBeGreaterThan(0);
  });

  test.each([
    [false, 'DEACTIVATING'],
    [true, 'STOPPING'],
  ])('while it waits for its target: stopTaskOverridesDraining %s leaves it %s', async (overrides, status) => {
    const { task, drain, stop, runTo } = served({
      account: { switches: { stopTaskOverridesDraining: overrides } },
      targetGroup: { deregistrationDelaySeconds: 300 },
      service: { requestMs: 600_000, startMs: 1_000 },
    });
    await runTo(20);
    drain();
    await runTo(60);
    expect(task.lastStatus).toBe('DEACTIVATING');
    stop();
    expect(task.lastStatus).toBe(status);
  });

  test('has its SIGTERM cut short when the host goes before it has ended', async () => {
    const { task, stop, region, runTo, account } = served({ service: { stopMs: 20_000 } });
    region.interrupt(task.instance?.ec2InstanceId ?? '');
    await runTo(110);
    stop();
    await runTo(125);
    expect(account.tally().tasks.sigtermCutShort).toMatchObject([{ taskArn: task.arn }]);
    expect(account.tally().tasks.killedWithoutSigterm).toEqual([]);
  });
});

describe('a Network Load Balancer', () => {
  test('sends new requests to a deregistered target for a minute and keeps it draining for the whole delay', async () => {
    const { task, stop, deregister, runTo, dropped, health } = served({
      targetGroup: { kind: 'network', deregistrationDelaySeconds: 90 },
    });
    await runTo(10);
    deregister();
    await runTo(40);
    expect(health()).toMatchObject([{ State: 'draining', Reason: 'Target.DeregistrationInProgress' }]);
    expect(task.lastStatus).toBe('RUNNING');
    stop();
    await runTo(99);
    expect(health()).toMatchObject([{ State: 'draining' }]);
    expect(dropped()['target-stopping']).toBeGreaterThanOrEqual(90);
    await runTo(101);
    expect(health()).toMatchObject([{ State: 'unused' }]);
  });
});

describe('a target that somebody else deregistered', () => {
  test('is ignored by ECS unless a switch says otherwise', async () => {
    const { task, deregister, runTo, health } = served();
    deregister();
    await runTo(60);
    expect([task.desiredStatus, task.healthy]).toEqual(['RUNNING', true]);
    expect(health()).toMatchObject([{ State: 'unused' }]);
  });

  test('can be registered again by ECS', async () => {
    const { task, deregister, runTo, health } = served({
      account: { switches: { afterForeignDeregistration: 'reregistered' } },
    });
    deregister();
    await runTo(60);
    expect(health()).toMatchObject([{ State: 'healthy' }]);
    expect(task.desiredStatus).toBe('RUNNING');
  });

  test('can make ECS replace the task', async () => {
    const { task, deregister, runTo, service } = served({
      account: { switches: { afterForeignDeregistration: 'replaced' } },
    });
    deregister();
    await runTo(60);
    expect(task.stoppedReason).toMatch(/^Task failed ELB health checks in \(target-group arn:/);
    expect(live(service)).toHaveLength(3);
  });
});
