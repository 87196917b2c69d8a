import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { pools, smallAccount } from './small-account.ts';

type Sample = { readonly source: string; readonly detail: Readonly<Record<string, unknown>> };

const sample = (name: string): Sample =>
  JSON.parse(readFileSync(new URL(`../fixtures/events/${name}.json`, import.meta.url), 'utf8'));

/** Everything that one instance, its task, its group and its hook can send. */
const everything = async () => {
  const world = smallAccount();
  const { region } = world;
  const cluster = region.createCluster({ name: 'prod', capacityProviders: ['FARGATE_SPOT'] });
  const hooks = [{ name: 'drain', heartbeatTimeoutSeconds: 60, notificationMetadata: 'note' }];
  const group = region.createGroup({ name: 'spot', cluster, pools, desired: 3, capacityProvider: 'prod-spot', hooks });
  region.createService({ cluster, name: 'web', desired: 3, capacityProvider: 'prod-spot' });
  const strategy = [{ capacityProvider: 'FARGATE_SPOT', weight: 1, base: 0 }];
  region.createService({ cluster, name: 'overflow', desired: 1, fargate: true, strategy });
  const single = { cluster, type: 'm6i.large', zone: 'eu-west-1a', capacityProvider: 'prod-spot', booting: true };
  region.addInstance({ ...single, bootMs: 1_000, registrationFails: 'no trunk interface' });
  const lonely = region.addInstance({ ...single, bootMs: 2_000 });
  const [first] = [...group.instances.values()];
  region.recommendRebalance(first?.ec2.id ?? '');
  region.retire(first?.ec2.id ?? '', { inMs: 86_400_000 });
  await world.runTo(60);
  region.interruptFargateSpot(1);
  region.setAgent(lonely.id, false);
  region.interrupt(first?.ec2.id ?? '');
  await world.runTo(200);
  region.scaleIn(group);
  for (const pool of pools) region.setAvailable(pool, false);
  const [second] = [...group.instances.values()].filter(({ stays }) => stays);
  region.interrupt(second?.ec2.id ?? '', { notice: false });
  await world.runTo(300);
  return world.events;
};

const sent = await everything();

test.each([
  ['ec2-spot-interruption-warning.terminate', {}],
  ['ec2-rebalance-recommendation', {}],
  ['ec2-state-change.shutting-down', { state: 'shutting-down' }],
  ['ec2-state-change.terminated', { state: 'terminated' }],
  ['ecs-container-instance.active', { status: 'ACTIVE' }],
  ['ecs-container-instance.inactive', { status: 'INACTIVE' }],
  ['ecs-container-instance.agent-disconnected', { agentConnected: false, status: 'ACTIVE' }],
  ['ecs-container-instance.registration-failed', { status: 'REGISTRATION_FAILED' }],
  ['ecs-task.fargate-running', { lastStatus: 'RUNNING', desiredStatus: 'RUNNING', launchType: 'FARGATE' }],
  ['ecs-task.fargate-spot-notice', { lastStatus: 'RUNNING', stopCode: 'SpotInterruption' }],
  ['ecs-task.fargate-spot-stopped', { lastStatus: 'STOPPED', stopCode: 'SpotInterruption' }],
  ['ecs-task.ec2-running', { lastStatus: 'RUNNING' }],
  ['ecs-task.ec2-stopped-host-terminated', { lastStatus: 'STOPPED', stopCode: 'TerminationNotice' }],
  ['asg-terminate-lifecycle-action', {}],
  ['asg-launch-successful', {}],
  ['asg-terminate-successful', {}],
  ['asg-launch-unsuccessful.spot-no-capacity', {}],
  ['health-ec2-scheduled-change', {}],
])('a simulated event has the fields and types of the sample %s', (name, wanted) => {
  const expected = { ...sample(name) } as Sample & { 'detail-type': string };
  const found = sent.find(
    (event) =>
      event['detail-type'] === expected['detail-type'] &&
      Object.entries(wanted).every(([key, value]) => (event.detail as Record<string, unknown>)[key] === value),
  );
  expect(found?.source).toBe(expected.source);
  const actual: Record<string, unknown> = JSON.parse(JSON.stringify(found?.detail));
  const types = (detail: Readonly<Record<string, unknown>>) =>
    Object.fromEntries(
      Object.entries(detail).map(([key, value]) => [key, Array.isArray(value) ? 'array' : typeof value]),
    );
  expect(types(actual)).toMatchObject(types(expected.detail));
});
