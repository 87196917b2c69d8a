import { readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { expect, test } from 'vitest';
import { serviceStories } from './ecs/service-stories.ts';
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

const sent = [...(await everything()), ...(await serviceStories())];

const fargateSpot = { launchType: 'FARGATE', capacityProviderName: 'FARGATE_SPOT', lastStatus: 'STOPPED' };
const failure = (reason: string, provider?: string) => ({
  eventName: 'SERVICE_TASK_PLACEMENT_FAILURE',
  reason,
  ...(provider === undefined
    ? {}
    : { capacityProviderArns: [`arn:aws:ecs:eu-west-1:123456789012:capacity-provider/${provider}`] }),
});

// The samples of tasks that have not started give them the times of later steps.
const notYet = ['pullStartedAt', 'pullStoppedAt', 'startedAt'];

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
  ['ecs-service-action.steady-state', { eventName: 'SERVICE_STEADY_STATE' }],
  ['ecs-service-action.capacity-provider-steady-state', { eventName: 'CAPACITY_PROVIDER_STEADY_STATE' }],
  ['ecs-service-action.desired-count-updated', { eventName: 'SERVICE_DESIRED_COUNT_UPDATED' }],
  ['ecs-service-action.operation-throttled', { eventName: 'ECS_OPERATION_THROTTLED' }],
  ['ecs-service-action.task-start-impaired', { eventName: 'SERVICE_TASK_START_IMPAIRED' }],
  ['ecs-service-action.placement-failure.agent', failure('AGENT')],
  ['ecs-service-action.placement-failure.ec2-cpu', failure('RESOURCE:CPU')],
  ['ecs-service-action.placement-failure.ec2-eni', failure('RESOURCE:ENI')],
  ['ecs-service-action.placement-failure.ec2-memory', failure('RESOURCE:MEMORY')],
  ['ecs-service-action.placement-failure.ec2-ports', failure('RESOURCE:PORTS')],
  ['ecs-service-action.placement-failure.fargate', failure('RESOURCE:FARGATE', 'FARGATE')],
  ['ecs-service-action.placement-failure.fargate-spot', failure('RESOURCE:FARGATE', 'FARGATE_SPOT')],
  ['ecs-deployment.in-progress', { eventName: 'SERVICE_DEPLOYMENT_IN_PROGRESS' }],
  ['ecs-deployment.completed', { eventName: 'SERVICE_DEPLOYMENT_COMPLETED' }],
  ['ecs-deployment.failed', { reason: 'ECS deployment circuit breaker: task failed to start.' }],
  [
    'ecs-deployment.rollback',
    { reason: /^ECS deployment circuit breaker: rolling back to deploymentId ecs-svc.\d+\.$/ },
  ],
  ['ecs-task.ec2-pending', { lastStatus: 'PENDING', capacityProviderName: 'prod-spot' }],
  [
    'ecs-task.ec2-stopped-scheduler-draining',
    { lastStatus: 'STOPPED', capacityProviderName: 'prod-spot', stopCode: 'ServiceSchedulerInitiated' },
  ],
  [
    'ecs-task.stopped-elb-health-check',
    { ...fargateSpot, stoppedReason: /^Task failed ELB health checks in \(target-/ },
  ],
  ['ecs-task.stopped-essential-container-exited', { ...fargateSpot, stopCode: 'EssentialContainerExited' }],
  ['ecs-task.stopped-scaling-activity', { ...fargateSpot, stoppedReason: /^Scaling activity initiated by/ }],
  ['ecs-task.stopped-user-initiated', { ...fargateSpot, stopCode: 'UserInitiated' }],
] as [string, Readonly<Record<string, unknown>>][])(
  'a simulated event has the fields and types of the sample %s',
  (name, wanted) => {
    const expected = { ...sample(name) } as Sample & { 'detail-type': string };
    const found = sent.find(
      (event) =>
        event['detail-type'] === expected['detail-type'] &&
        Object.entries(wanted).every(([key, value]) => isLike((event.detail as Record<string, unknown>)[key], value)),
    );
    expect(found?.source).toBe(expected.source);
    const actual: Record<string, unknown> = JSON.parse(JSON.stringify(found?.detail));
    expect(actual.eventType).toBe(expected.detail.eventType);
    const fields = Object.entries(typesOf(expected.detail)).filter(
      ([key]) => expected.detail.lastStatus !== 'PENDING' || !notYet.includes(key),
    );
    expect(typesOf(actual)).toMatchObject(Object.fromEntries(fields));
  },
);

const isLike = (value: unknown, wanted: unknown): boolean =>
  wanted instanceof RegExp ? wanted.test(String(value)) : isDeepStrictEqual(value, wanted);

const typesOf = (detail: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(
    Object.entries(detail).map(([key, value]) => [key, Array.isArray(value) ? 'array' : typeof value]),
  );
