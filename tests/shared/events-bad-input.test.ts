import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decode } from '../../shared/events/event.ts';
import { CLUSTER } from '../given.ts';
import { changed, fixture, fixtures, type Raw } from './event-fixtures.ts';

const absent = undefined;

describe('bad input is named, not acted upon', () => {
  test.each([
    ['', 'not JSON: ""'],
    ['{"id":', 'not JSON: "{\\"id\\":"'],
    ['Hello', 'not JSON: "Hello"'],
    ['null', 'not a JSON object: "null"'],
    ['7', 'not a JSON object: "7"'],
    ['"text"', 'not a JSON object: "\\"text\\""'],
    ['[{"id":"1"}]', 'not a JSON object: "[{\\"id\\":\\"1\\"}]"'],
    ['{}', 'id is missing; expected text'],
  ])('a record that is %j', (body, detail) => {
    expect(decode('record-1', body)).toEqual({ ok: false, recordId: 'record-1', why: 'unparsable', detail });
  });

  test.each([
    ['id', '', 'id is ""; expected text'],
    ['source', 7, 'source is 7; expected text'],
    ['detail-type', null, 'detail-type is null; expected text'],
    ['account', '12345678901', 'account is "12345678901"; expected twelve digits'],
    ['account', 123456789012, 'account is 123456789012; expected twelve digits'],
    ['region', 'Ireland', 'region is "Ireland"; expected a region such as eu-west-1'],
    ['region', ['eu-west-1'], 'region is ["eu-west-1"]; expected a region such as eu-west-1'],
    ['time', 'soon', 'time is "soon"; expected a time'],
    ['time', 1_786_700_000, 'time is 1786700000; expected a time'],
    ['time', absent, 'time is missing; expected a time'],
  ])('an event whose %s is %j', (field, value, detail) => {
    const body = changed('ec2-spot-interruption-warning.terminate', (event) => {
      event[field] = value;
    });
    expect(decode('record-1', body)).toEqual({ ok: false, recordId: 'record-1', why: 'unparsable', detail });
  });

  const anInstanceId = 'an instance id such as i-0a1b2c3d4e5f60718';
  test.each([
    ['ec2-spot-interruption-warning.terminate', 'instance-id', absent, anInstanceId],
    ['ec2-spot-interruption-warning.terminate', 'instance-id', 'i-0a1b2c3d4e5f6071', anInstanceId],
    ['ec2-spot-interruption-warning.terminate', 'instance-id', 'i-0A1B2C3D4E5F60718', anInstanceId],
    ['ec2-spot-interruption-warning.terminate', 'instance-id', ' i-0a1b2c3d4e5f60718', anInstanceId],
    ['ec2-spot-interruption-warning.terminate', 'instance-id', 'mi-0a1b2c3d4e5f60718', anInstanceId],
    ['ec2-spot-interruption-warning.terminate', 'instance-id', ['i-0a1b2c3d4e5f60718'], anInstanceId],
    ['ec2-spot-interruption-warning.terminate', 'instance-action', 'explode', 'terminate, stop or hibernate'],
    ['ec2-spot-interruption-warning.terminate', 'instance-action', absent, 'terminate, stop or hibernate'],
    ['ec2-rebalance-recommendation', 'instance-id', '*', anInstanceId],
    ['ec2-state-change.terminated', 'instance-id', null, anInstanceId],
    ['ec2-state-change.terminated', 'state', '', 'text'],
    ['ecs-container-instance.active', 'clusterArn', 'prod', 'a cluster ARN'],
    ['ecs-container-instance.active', 'containerInstanceArn', CLUSTER, 'a container instance ARN'],
    ['ecs-container-instance.active', 'ec2InstanceId', {}, anInstanceId],
    ['ecs-container-instance.active', 'status', absent, 'text'],
    ['ecs-task.ec2-running', 'clusterArn', absent, 'a cluster ARN'],
    ['ecs-task.ec2-running', 'taskArn', 'c13b4cb4', 'a task ARN'],
    ['ecs-task.ec2-running', 'lastStatus', 3, 'text'],
    ['ecs-task.failed-to-start-capacity', 'clusterArn', absent, 'a cluster ARN'],
    ['ecs-task.failed-to-start-capacity', 'taskArn', 'c13b4cb4', 'a task ARN'],
    ['ecs-task.fargate-spot-notice', 'clusterArn', 'prod', 'a cluster ARN'],
    ['ecs-task.fargate-spot-notice', 'taskArn', {}, 'a task ARN'],
    ['ecs-service-action.placement-failure.ec2-eni', 'clusterArn', '*', 'a cluster ARN'],
    ['ecs-service-action.placement-failure.ec2-eni', 'eventName', '', 'text'],
    ['asg-terminate-lifecycle-action', 'EC2InstanceId', '', anInstanceId],
    ['asg-terminate-lifecycle-action', 'AutoScalingGroupName', absent, 'text'],
    ['asg-terminate-lifecycle-action', 'LifecycleHookName', 1, 'text'],
    ['asg-terminate-lifecycle-action', 'LifecycleActionToken', '', 'text'],
    ['health-ec2-scheduled-change', 'affectedEntities', absent, 'a list'],
    ['health-ec2-scheduled-change', 'eventTypeCode', absent, 'text'],
    ['health-ec2-scheduled-change', 'startTime', 'next week', 'a time'],
  ])('%s whose %s is %j', (name, field, value, expected) => {
    const body = changed(name, (event) => {
      event.detail[field] = value;
    });
    const detail = `${field} is ${JSON.stringify(value) ?? 'missing'}; expected ${expected}`;
    expect(decode('record-1', body)).toEqual({ ok: false, recordId: 'record-1', why: 'unparsable', detail });
  });

  test.each(['ecs-service-action.steady-state', 'ecs-deployment.completed'])('%s that names no service', (name) => {
    for (const resources of [[], ['checkout-api'], [`${CLUSTER}`], 'text', [7, null]]) {
      const body = changed(name, (event) => {
        event.resources = resources;
      });
      const detail = expect.stringMatching(/^resources is .*; expected a service ARN$/);
      expect(decode('record-1', body)).toEqual({ ok: false, recordId: 'record-1', why: 'unparsable', detail });
    }
  });

  test.each([[absent], [null], [[]], ['text']])('an event whose detail is %j', (detail) => {
    const body = JSON.stringify({ ...JSON.parse(fixture('ec2-rebalance-recommendation')), detail });
    expect(decode('record-1', body)).toMatchObject({
      why: 'unparsable',
      detail: expect.stringMatching('instance-id is missing'),
    });
  });

  test('a long value is cut short in the message', () => {
    const decoded = decode('record-1', 'x'.repeat(100_000));
    expect(decoded.ok ? 0 : decoded.detail.length).toBeLessThan(100);
  });

  test('an event nested deeper than any stack', () => {
    const deep = `{"id":${'['.repeat(100_000)}${']'.repeat(100_000)}}`;
    expect(decode('record-1', deep)).toMatchObject({ ok: false, why: 'unparsable' });
  });
});

describe('whatever arrives', () => {
  const isAnswer = (body: string): void => {
    const decoded = decode('record-1', body);
    expect(decoded.ok ? decoded.event.recordId : decoded.recordId).toBe('record-1');
  };

  test('no text makes the decoder throw', () => {
    fc.assert(fc.property(fc.string(), isAnswer));
  });

  test('no JSON makes the decoder throw', () => {
    fc.assert(fc.property(fc.json(), isAnswer));
  });

  test('no detail makes the decoder of any kind throw, nor does a field that is anything', () => {
    fc.assert(
      fc.property(fc.constantFrom(...fixtures), fc.jsonValue(), fc.nat(), (name, value, n) => {
        const event: Raw = JSON.parse(fixture(name));
        const fields = Object.keys(event.detail);
        isAnswer(JSON.stringify({ ...event, detail: value }));
        isAnswer(JSON.stringify({ ...event, detail: { ...event.detail, [fields[n % fields.length] ?? '']: value } }));
      }),
    );
  });

  test('an instance id in an event is one that EC2 could have given', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^i-[0-9a-f]{7,18}$/)), (id) => {
        const body = changed('ec2-spot-interruption-warning.terminate', (event) => {
          event.detail['instance-id'] = id;
        });
        expect(decode('record-1', body).ok).toBe(/^i-([0-9a-f]{8}|[0-9a-f]{17})$/.test(id));
      }),
    );
  });
});
