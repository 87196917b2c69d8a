import { describe, expect, test } from 'vitest';
import { decode, decoders, type Kind } from '../../shared/events/event.ts';
import { encodeWakeUp } from '../../shared/events/wake-up.ts';
import { compilePattern } from '../../sim/delivery/pattern.ts';
import { ACCOUNT, at, CLUSTER, NOW, REGION } from '../given.ts';
import { changed, fixture, fixtures } from './event-fixtures.ts';

const INSTANCE = 'i-0a1b2c3d4e5f60718';
const CONTAINER_INSTANCE = `arn:aws:ecs:${REGION}:${ACCOUNT}:container-instance/prod/1c3be8eddf3047b48f1e6e68ebd01f34`;
const TASK = `arn:aws:ecs:${REGION}:${ACCOUNT}:task/prod/c13b4cb40f1f4fe4a2971f76ae5a47ad`;

const spot = { kind: 'spot-interrupted', instanceId: INSTANCE };
const containerInstance = {
  kind: 'container-instance-changed',
  cluster: CLUSTER,
  containerInstance: CONTAINER_INSTANCE,
  instanceId: INSTANCE,
  pool: { type: 'm6i.large', zone: 'eu-west-1a' },
};
const task = { kind: 'task-changed', cluster: CLUSTER, task: TASK, host: undefined };
const stoppedTask = { ...task, lastStatus: 'STOPPED' };
const SERVICE = { cluster: CLUSTER, service: 'checkout-api' };
const acted = { kind: 'service-acted', ...SERVICE, reason: undefined };
const noPlace = { ...acted, action: 'SERVICE_TASK_PLACEMENT_FAILURE' };
const notStarted = { kind: 'task-not-started', task: TASK, ...SERVICE };
const fargateSpot = { kind: 'fargate-spot-interrupted', task: TASK, ...SERVICE };

/** What each fixture of a kind we know says. */
const known: Readonly<Record<string, object>> = {
  'ec2-spot-interruption-warning.terminate': { ...spot, action: 'terminate', deadline: at(120) },
  'ec2-spot-interruption-warning.stop': { ...spot, action: 'stop', deadline: at(120) },
  'ec2-spot-interruption-warning.hibernate': { ...spot, action: 'hibernate', deadline: NOW },
  'ec2-spot-interruption-warning.arn-with-account': { ...spot, action: 'terminate', deadline: at(120) },
  'ec2-rebalance-recommendation': { kind: 'rebalance-recommended', instanceId: INSTANCE },
  ...Object.fromEntries(
    ['pending', 'running', 'shutting-down', 'stopped', 'stopping', 'terminated'].map((state) => [
      `ec2-state-change.${state}`,
      { kind: 'instance-state-changed', instanceId: INSTANCE, state },
    ]),
  ),
  'ecs-container-instance.active': { ...containerInstance, status: 'ACTIVE' },
  'ecs-container-instance.agent-disconnected': { ...containerInstance, status: 'ACTIVE' },
  'ecs-container-instance.draining': { ...containerInstance, status: 'DRAINING' },
  'ecs-container-instance.drained': { ...containerInstance, status: 'DRAINING' },
  'ecs-container-instance.inactive': { ...containerInstance, status: 'INACTIVE' },
  'ecs-container-instance.registration-failed': { ...containerInstance, status: 'REGISTRATION_FAILED' },
  'ecs-task.ec2-stopped-host-terminated': {
    ...stoppedTask,
    containerInstance: CONTAINER_INSTANCE,
    group: 'service:checkout-api',
    stopCode: 'TerminationNotice',
    host: INSTANCE,
  },
  'ecs-task.ec2-stopped-scheduler-draining': { ...stoppedTask, stopCode: 'ServiceSchedulerInitiated' },
  'ecs-task.ec2-failed-to-start-empty-capacity-provider': { ...notStarted, reason: 'EMPTY CAPACITY PROVIDER' },
  'ecs-task.ec2-pending': { ...task, lastStatus: 'PENDING', stopCode: undefined },
  'ecs-task.ec2-running': { ...task, lastStatus: 'RUNNING', stopCode: undefined },
  'ecs-task.failed-to-start-capacity': { ...notStarted, reason: expect.stringMatching(/^Capacity is unavailable/) },
  'ecs-task.fargate-running': { ...task, lastStatus: 'RUNNING', containerInstance: undefined },
  'ecs-task.fargate-spot-notice': fargateSpot,
  'ecs-task.fargate-spot-notice.legacy-termination-notice': fargateSpot,
  'ecs-task.fargate-spot-stopped': fargateSpot,
  'ecs-task.stopped-elb-health-check': { ...stoppedTask, stopCode: 'ServiceSchedulerInitiated' },
  'ecs-task.stopped-essential-container-exited': { ...stoppedTask, stopCode: 'EssentialContainerExited' },
  'ecs-task.stopped-scaling-activity': { ...stoppedTask, stopCode: 'ServiceSchedulerInitiated' },
  'ecs-task.stopped-user-initiated': { ...stoppedTask, stopCode: 'UserInitiated' },
  'ecs-deployment.completed': { kind: 'deployment-completed', ...SERVICE },
  'ecs-service-action.placement-failure.agent': { ...noPlace, reason: 'AGENT' },
  'ecs-service-action.placement-failure.asg-capacity-provider': { ...noPlace, reason: 'RESOURCE:CPU' },
  'ecs-service-action.placement-failure.ec2-cpu': { ...noPlace, reason: 'RESOURCE:CPU' },
  'ecs-service-action.placement-failure.ec2-eni': { ...noPlace, reason: 'RESOURCE:ENI' },
  'ecs-service-action.placement-failure.ec2-memory': { ...noPlace, reason: 'RESOURCE:MEMORY' },
  'ecs-service-action.placement-failure.ec2-ports': { ...noPlace, reason: 'RESOURCE:PORTS' },
  'ecs-service-action.placement-failure.fargate': { ...noPlace, reason: 'RESOURCE:FARGATE' },
  'ecs-service-action.placement-failure.fargate-spot': { ...noPlace, reason: 'RESOURCE:FARGATE' },
  'ecs-service-action.steady-state': { ...acted, action: 'SERVICE_STEADY_STATE' },
  'ecs-service-action.desired-count-updated': { ...acted, action: 'SERVICE_DESIRED_COUNT_UPDATED' },
  'ecs-service-action.capacity-provider-steady-state': { ...acted, action: 'CAPACITY_PROVIDER_STEADY_STATE' },
  'ecs-service-action.task-start-impaired': { ...acted, action: 'SERVICE_TASK_START_IMPAIRED' },
  'ecs-service-action.operation-throttled': {
    ...acted,
    action: 'ECS_OPERATION_THROTTLED',
    reason: 'Rate exceeded',
  },
  'ecs-service-action.configuration-failure': {
    ...acted,
    action: 'SERVICE_TASK_CONFIGURATION_FAILURE',
    reason: expect.stringMatching(/^ECS was unable to assume the role/),
  },
  'asg-terminate-lifecycle-action': {
    kind: 'instance-terminating',
    instanceId: INSTANCE,
    group: 'prod-ecs-spot',
    hook: 'drain',
    token: '0befcbdb-6ecd-498a-9ff7-ae9b54447cd6',
  },
  'health-ec2-scheduled-change': {
    kind: 'maintenance-scheduled',
    code: 'AWS_EC2_PERSISTENT_INSTANCE_RETIREMENT_SCHEDULED',
    closed: false,
    startsAt: Date.parse('2026-08-21T05:00:00Z'),
    instanceIds: [INSTANCE],
  },
  'health-ecs-task-retirement': { kind: 'maintenance-scheduled', instanceIds: [] },
  'scheduled-event': { kind: 'ticked' },
};

describe('events as AWS sends them', () => {
  test.each(Object.entries(known))('%s is understood', (name, expected) => {
    const { id, time } = JSON.parse(fixture(name));
    expect(decode('record-1', fixture(name))).toMatchObject({
      ok: true,
      event: { recordId: 'record-1', eventId: id, account: ACCOUNT, region: REGION, at: Date.parse(time), ...expected },
    });
  });

  test.each(fixtures.filter((name) => !(name in known)))('%s is passed over as unknown', (name) => {
    const { source, 'detail-type': type } = JSON.parse(fixture(name));
    const detail = `${source} "${type}"`;
    expect(decode('record-1', fixture(name))).toEqual({ ok: false, recordId: 'record-1', why: 'unknown', detail });
  });

  test('each kind that AWS sends has a fixture', () => {
    const kinds = Object.values(known).map((expected) => (expected as { kind: Kind }).kind);
    expect([...new Set(kinds)].sort()).toEqual(
      Object.keys(decoders)
        .filter((kind) => kind !== 'woken')
        .sort(),
    );
  });

  test.each(Object.entries(decoders))('what the rule of %s lets through is decoded as that', (kind, { pattern }) => {
    const passes = compilePattern(pattern);
    for (const name of fixtures.filter((one) => passes(JSON.parse(fixture(one))))) {
      expect([name, decode('record-1', fixture(name))]).toMatchObject([name, { ok: true, event: { kind } }]);
    }
  });

  test('a task on Fargate Spot that ends for another reason, or on an instance, is not taken back by Fargate', () => {
    for (const stopCode of ['UserInitiated', 'EssentialContainerExited', undefined]) {
      const ended = changed('ecs-task.fargate-spot-stopped', ({ detail }) => {
        detail.stopCode = stopCode;
      });
      expect(decode('record-1', ended)).toMatchObject({ ok: true, event: { kind: 'task-changed' } });
    }
    const onInstance = changed('ecs-task.fargate-spot-stopped', ({ detail }) => {
      detail.capacityProviderName = 'prod-ec2-spot';
    });
    expect(decode('record-1', onInstance)).toMatchObject({ ok: true, event: { kind: 'task-changed' } });
  });

  test('a task that no service started has no service', () => {
    for (const name of ['ecs-task.failed-to-start-capacity', 'ecs-task.fargate-spot-notice']) {
      for (const group of [undefined, 'family:job', 7]) {
        const alone = changed(name, ({ detail }) => {
          detail.group = group;
        });
        expect(decode('record-1', alone)).toMatchObject({ ok: true, event: { task: TASK, service: undefined } });
      }
    }
  });

  test('a task that was not started without a reason is known without one', () => {
    const silent = changed('ecs-task.failed-to-start-capacity', ({ detail }) => {
      detail.stoppedReason = undefined;
    });
    expect(decode('record-1', silent)).toMatchObject({ ok: true, event: { kind: 'task-not-started', reason: '' } });
  });

  test('a service ARN of the old form names no cluster: a deployment is then of the default cluster', () => {
    const old = changed('ecs-deployment.completed', (event) => {
      event.resources = [`arn:aws:ecs:${REGION}:${ACCOUNT}:service/checkout-api`];
    });
    const cluster = `arn:aws:ecs:${REGION}:${ACCOUNT}:cluster/default`;
    expect(decode('record-1', old)).toMatchObject({ ok: true, event: { cluster, service: 'checkout-api' } });
  });

  test('instances of the older, shorter ids are understood too', () => {
    const older = changed('ec2-spot-interruption-warning.terminate', (event) => {
      event.detail['instance-id'] = 'i-1a2b3c4d';
    });
    expect(decode('record-1', older)).toMatchObject({ ok: true, event: { instanceId: 'i-1a2b3c4d' } });
  });

  test('a container instance without the attributes of its pool is known without a pool', () => {
    for (const attributes of [undefined, 'none', [null, { name: 'ecs.instance-type', value: 7 }]]) {
      const bare = changed('ecs-container-instance.active', (event) => {
        event.detail.attributes = attributes;
      });
      expect(decode('record-1', bare)).toMatchObject({ ok: true, event: { instanceId: INSTANCE, pool: undefined } });
    }
  });

  test('maintenance that AWS called off is marked as closed', () => {
    const off = changed('health-ec2-scheduled-change', (event) => {
      event.detail.statusCode = 'closed';
    });
    expect(decode('record-1', off)).toMatchObject({ ok: true, event: { closed: true } });
  });

  test('maintenance passes over entities that are no EC2 instances', () => {
    const mixed = changed('health-ec2-scheduled-change', (event) => {
      const values = ['vol-0a1b2c3d4e5f60718', INSTANCE, '', 'i-123456789', 'i-0A1B2C3D4E5F60718', 7];
      event.detail.affectedEntities = [...values.map((entityValue) => ({ entityValue })), null, 'i-1a2b3c4d'];
    });
    expect(decode('record-1', mixed)).toMatchObject({ ok: true, event: { instanceIds: [INSTANCE] } });
  });
});

test.each([CLUSTER, 'unregistered'])('a wake-up for %s that we send ourselves comes back as it was', (watch) => {
  const body = encodeWakeUp({ account: ACCOUNT, region: REGION }, watch, at(30));
  expect(decode('record-1', body)).toEqual({
    ok: true,
    event: {
      kind: 'woken',
      recordId: 'record-1',
      eventId: `${watch}@${at(30)}`,
      account: ACCOUNT,
      region: REGION,
      at: at(30),
      watch,
    },
  });
});
