import { describe, expect, test } from 'vitest';
import { launchFailureOf } from '../../../shared/core/launch-failures.ts';
import { isCapacityReason } from '../../../shared/core/shortage.ts';
import { fixture, fixtures } from '../event-fixtures.ts';

const noUnits = 'no container instance met all of its requirements. The closest matching container-instance ab12';

describe('a reason of ECS', () => {
  test.each([
    'RESOURCE:CPU',
    'RESOURCE:MEMORY',
    'RESOURCE:PORTS',
    'RESOURCE:ENI',
    'RESOURCE:GPU',
    'RESOURCE:FARGATE',
    'TaskFailedToStart: RESOURCE:CPU',
    'TaskFailedToStart: EMPTY CAPACITY PROVIDER',
    'EMPTY CAPACITY PROVIDER',
    'TaskFailedToStart: NO ACTIVE INSTANCES',
    'Capacity is unavailable at this time. Please try again later or in a different availability zone',
    'You’ve reached the limit on the number of vCPUs you can run concurrently',
    "You've reached the limit on the number of tasks you can run concurrently",
    '(service checkout) was unable to place a task. Reason: No Container Instances were found in your cluster.',
    `(service checkout) was unable to place a task because ${noUnits} has insufficient CPU units available.`,
    `(service checkout) was unable to place a task because ${noUnits} has insufficient memory available.`,
    `(service checkout) was unable to place a task because ${noUnits} encountered error "RESOURCE:ENI".`,
  ])('is a want of capacity: %s', (reason) => {
    expect(isCapacityReason(reason)).toBe(true);
  });

  test.each([
    '',
    'AGENT',
    'TaskFailedToStart: AGENT',
    'ATTRIBUTE',
    'TaskFailedToStart: ATTRIBUTE',
    'LOCATION',
    'MISSING',
    'INACTIVE',
    'TaskFailedToStart: MemberOf placement constraint unsatisfied',
    'CannotPullContainerError: pull image manifest has been retried 5 time(s): not found',
    'ResourceInitializationError: unable to pull secrets or registry auth',
    'ECS was unable to assume the role that was provided for this task',
    'Essential container in task exited',
    'Scaling activity initiated by (deployment ecs-svc/1234567890123456789)',
    'Host EC2 (instance i-0a1b2c3d4e5f60718) terminated.',
    `(service checkout) was unable to place a task because ${noUnits} encountered error "AGENT".`,
    `(service checkout) was unable to place a task because ${noUnits} is missing an attribute required by your task.`,
    '(service checkout) was unable to place a task. Reason: Internal error.',
    '(service checkout) is unable to consistently start tasks successfully.',
  ])('is none: %s', (reason) => {
    expect(isCapacityReason(reason)).toBe(false);
  });

  test('is told right for every sample of an event that has one', () => {
    const reasons = fixtures.flatMap((name) => {
      const { reason, stoppedReason } = JSON.parse(fixture(name)).detail;
      const text = reason ?? stoppedReason;
      return typeof text === 'string' && isCapacityReason(text) ? [name] : [];
    });
    expect(reasons.sort()).toEqual([
      'ecs-service-action.placement-failure.asg-capacity-provider',
      'ecs-service-action.placement-failure.ec2-cpu',
      'ecs-service-action.placement-failure.ec2-eni',
      'ecs-service-action.placement-failure.ec2-memory',
      'ecs-service-action.placement-failure.ec2-ports',
      'ecs-service-action.placement-failure.fargate',
      'ecs-service-action.placement-failure.fargate-spot',
      'ecs-task.ec2-failed-to-start-empty-capacity-provider',
      'ecs-task.failed-to-start-capacity',
    ]);
  });
});

describe('a launch that failed', () => {
  test.each(fixtures.filter((name) => name.startsWith('asg-launch-unsuccessful')))(
    'for want of capacity: %s',
    (name) => {
      expect(launchFailureOf(JSON.parse(fixture(name)).detail.StatusMessage)).not.toBe('configuration');
    },
  );

  test.each([
    'Your requested instance type (p5.48xlarge) is not supported in your requested Availability Zone (eu-west-1c).',
    'There is no Spot capacity available that matches your request. Launching EC2 instance failed.',
  ])('for want of capacity: %s', (message) => {
    expect(launchFailureOf(message)).not.toBe('configuration');
  });

  test.each([
    "The image id '[ami-0123456789abcdef0]' does not exist. Launching EC2 instance failed.",
    'The requested configuration is currently not supported. Launching EC2 instance failed.',
    'You are not authorized to use launch template: lt-0123456789abcdef0',
  ])('for another reason: %s', (message) => {
    expect(launchFailureOf(message)).toBe('configuration');
  });
});
