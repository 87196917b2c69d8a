import { describe, expect, test } from 'vitest';
import type { FaultCall } from '../../../sim/endpoint.ts';
import { AwsError } from '../../../sim/service.ts';
import { installed, POOL, shop } from './installed.ts';

const down = { error: new AwsError('InternalServerError', 'Internal server error', 500), when: 'before' } as const;

/** The named service or operation answers 500 from one second to another. */
const failing = (isMeant: (call: FaultCall) => boolean, from: number, until: number) => {
  const startsAt = Date.UTC(2026, 7, 14, 9);
  const second = (at: number) => (at - startsAt) / 1000;
  return (call: FaultCall) =>
    call.caller.startsWith('spotkeeper') && isMeant(call) && second(call.at) >= from && second(call.at) < until
      ? down
      : undefined;
};

describe('a scale-in', () => {
  test('waits for its tasks though the look-up of the instance failed at first', async () => {
    const lab = await installed(failing(({ operation }) => operation === 'ListContainerInstances', 0, 25));
    const { group } = shop(lab, { hook: true });
    lab.start();
    lab.at(5, () => lab.region.scaleIn(group));
    await lab.runTo(200);
    expect(lab.tasks().killedWithoutSigterm).toEqual([]);
    expect(lab.tasks().stoppedByScheduler).toBeGreaterThan(0);
    expect(lab.times('hook-completed')).toHaveLength(1);
  });

  test('is looked after though writing down that the instance goes took longer than the wake-up for it', async () => {
    const lab = await installed(failing(({ operation }) => operation === 'BatchWriteItem', 71, 73.5));
    const { group } = shop(lab, { hook: true });
    lab.start();
    lab.at(70, () => lab.region.scaleIn(group));
    await lab.runTo(250);
    expect(lab.times('hook-completed')).toHaveLength(1);
    expect(lab.tasks().killedWithoutSigterm).toEqual([]);
  });

  test('is answered though the function dies when it is about to answer', async () => {
    let deaths = 0;
    const lab = await installed(({ operation }) => {
      if (operation !== 'CompleteLifecycleAction' || deaths > 0) return undefined;
      deaths += 1;
      return { kill: 'before' };
    });
    const { group } = shop(lab, { hook: true });
    lab.start();
    lab.at(70, () => lab.region.scaleIn(group));
    await lab.runTo(300);
    expect(deaths).toBe(1);
    expect(lab.times('hook-completed')).toHaveLength(1);
  });

  test('in an opted-out cluster is not answered: its tasks run until the hook ends by itself', async () => {
    const lab = await installed();
    const { group } = shop(lab, { hook: true, tags: { 'spotkeeper:manage': 'false' } });
    lab.start();
    lab.at(5, () => lab.region.scaleIn(group));
    lab.at(130, () => lab.region.scaleIn(group));
    await lab.runTo(300);
    expect(lab.times('hook-completed')).toEqual([]);
    expect(lab.times('draining')).toEqual([]);
  });
});

describe('a notice', () => {
  test('is followed by DRAINING within seconds though the table cannot be read', async () => {
    const lab = await installed(failing(({ service }) => service === 'dynamodb', 65, 180));
    const { first } = shop(lab);
    lab.start();
    lab.at(70, () => lab.region.interrupt(first.ec2InstanceId));
    await lab.runTo(200);
    expect(lab.times('draining')[0]).toBeLessThan(95);
  });

  test('ends with SIGTERM for every task though load balancers cannot be read', async () => {
    const lab = await installed(failing(({ service }) => service === 'elbv2', 65, 200));
    const { first, cluster } = shop(lab);
    lab.region.createService({ cluster, name: 'filler', desired: 8, cpu: 512 });
    lab.region.settle();
    lab.region.setAvailable(POOL, false);
    lab.start();
    lab.at(70, () => lab.region.interrupt(first.ec2InstanceId));
    await lab.runTo(220);
    expect(lab.tasks().stoppedByCaller).toBeGreaterThan(0);
    expect(lab.tasks().killedWithoutSigterm).toEqual([]);
  });

  test('holds for an instance that registers anew, and for one that somebody sets ACTIVE again', async () => {
    const lab = await installed();
    const { first, cluster } = shop(lab);
    lab.start();
    const { ecs, fleet } = lab.region.parts;
    lab.at(70, () => lab.region.interrupt(first.ec2InstanceId));
    lab.at(80, () => {
      ecs.instances.setStatus(first, 'ACTIVE', 'a person');
    });
    lab.at(120, () => {
      first.status = 'INACTIVE';
      cluster.instances.delete(first.id);
      ecs.join({ cluster, ec2: fleet.find(first.ec2InstanceId), capacityProviderName: undefined });
    });
    await lab.runTo(185);
    const now = ecs.instances.byEc2Id.get(first.ec2InstanceId);
    expect(now?.arn).not.toBe(first.arn);
    expect(now?.status).toBe('DRAINING');
    expect(lab.times('draining').filter((at) => at > 80 && at < 120)).toHaveLength(1);
  });

  test('in a cluster that is deleted meanwhile leaves the ticks of the region alone', async () => {
    const lab = await installed();
    const { first, cluster } = shop(lab);
    const { transcript } = lab.start();
    lab.at(70, () => lab.region.interrupt(first.ec2InstanceId));
    lab.at(90, () => lab.region.parts.ecs.state.clusters.delete(cluster.name));
    await lab.runTo(400);
    expect(transcript.lines.filter(({ level }) => level === 'error')).toEqual([]);
  });

  test('before the instance registers does not keep the map from being swept', async () => {
    const lab = await installed();
    const { cluster } = shop(lab);
    const young = lab.region.addInstance({ ...POOL, cluster, booting: true, bootMs: 120_000 });
    const { transcript } = lab.start();
    lab.at(70, () => lab.region.interrupt(young.id));
    await lab.runTo(900);
    const sweeps = transcript.lines.filter(({ fields }) => /sweep/.test(JSON.stringify(fields)));
    expect(sweeps.length).toBeGreaterThan(5);
  });
});

test('a pass whose guard was written, but whose answer was lost, goes on', async () => {
  let lost = 0;
  const lab = await installed(({ operation, at }) => {
    if (operation !== 'PutItem' || at < Date.UTC(2026, 7, 14, 9, 1, 12)) return undefined;
    lost += 1;
    return lost % 2 === 1 ? { ...down, when: 'after' } : undefined;
  });
  const { first } = shop(lab);
  const { deployment } = lab.start();
  lab.at(70, () => lab.region.interrupt(first.ec2InstanceId));
  await lab.runTo(110);
  const passes = deployment.invocations.filter(({ source }) => source.includes('WakeUp'));
  expect(passes.length).toBeGreaterThan(5);
});

test('observe mode changes nothing, and tells each thing once', async () => {
  const lab = await installed(undefined, { SPOTKEEPER_MODE: 'observe' });
  const { first } = shop(lab);
  const { transcript } = lab.start();
  lab.at(70, () => lab.region.interrupt(first.ec2InstanceId));
  await lab.runTo(230);
  const told = transcript.lines.flatMap(({ fields }) => (fields.actions as string[] | undefined) ?? []);
  const about = (verb: string) => told.filter((line) => line.startsWith(verb));
  expect(lab.times('draining')).toEqual([]);
  expect(about('drain').length).toBeLessThanOrEqual(2);
  expect(about('stop task')).toHaveLength(2);
  expect(new Set(about('stop task').map((line) => line.slice(0, 60))).size).toBe(2);
});
