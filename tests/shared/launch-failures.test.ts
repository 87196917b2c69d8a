import { describe, expect, test } from 'vitest';
import { launchFailureOf, standingFailures } from '../../shared/core/launch-failures.ts';
import { instant } from '../../shared/model/instant.ts';
import type { Launch } from '../../shared/model/surroundings.ts';

test.each([
  [
    'capacity',
    'Could not launch Spot Instances. UnfulfillableCapacity - Unable to fulfill capacity due to your request configuration. Please adjust your request and try again. Launching EC2 instance failed.',
  ],
  ['capacity', 'There is no Spot capacity available that matches your request. Launching EC2 instance failed.'],
  [
    'capacity',
    'We currently do not have sufficient m6i.large capacity in the Availability Zone you requested (eu-west-1a). Our system will be working on provisioning additional capacity.',
  ],
  ['capacity', 'Could not launch On-Demand Instances. InsufficientInstanceCapacity - nothing left'],
  ['quota', 'Could not launch Spot Instances. MaxSpotInstanceCountExceeded - Max spot instance count exceeded'],
  ['quota', 'Could not launch On-Demand Instances. VcpuLimitExceeded - You have requested more vCPU capacity'],
  ['zone', 'Your requested instance type (m7i.large) is not supported in your requested Availability Zone (use1-az3).'],
  ['configuration', 'The requested configuration is currently not supported. Launching EC2 instance failed.'],
  ['configuration', 'You are not authorized to use launch template: lt-0a'],
  ['configuration', ''],
] as const)('a launch failure is a matter of %s: %s', (kind, message) => {
  expect(launchFailureOf(message)).toBe(kind);
});

describe('a launch that failed', () => {
  const none = 'Could not launch Spot Instances. InsufficientInstanceCapacity - none. Launching EC2 instance failed.';
  const failed = (seconds: number, failure = none): Launch => ({
    startedAt: instant(seconds * 1_000 + 300),
    endedAt: instant(seconds * 1_000),
    instanceId: '',
    failure,
  });
  const worked = (seconds: number, instanceId = 'i-spot'): Launch => ({
    startedAt: instant(seconds * 1_000 + 300),
    endedAt: instant(seconds * 1_000 + 20_000),
    instanceId,
    failure: undefined,
  });
  const members = new Map([
    ['i-spot', true],
    ['i-on-demand', false],
  ]);
  const standing = (...launches: readonly Launch[]) =>
    standingFailures(
      launches.toSorted((a, b) => b.startedAt - a.startedAt),
      (id) => members.get(id),
    );

  test('stands while none worked since', () => {
    expect(standing(failed(100), worked(40))).toEqual([none]);
  });

  test('stands no more when one that began later worked', () => {
    expect(standing(failed(100), failed(70), worked(130))).toEqual([]);
  });

  test('stands again with the next failure, alone', () => {
    expect(standing(failed(100, 'no Spot capacity available'), worked(130), failed(160))).toEqual([none]);
  });

  test.each([-2, 0, 1])('stands although its batch brought a part, which began %i s after it', (seconds) => {
    expect(standing(failed(100), worked(100 + seconds - 0.3))).toEqual([none]);
  });

  test('stands although a launch that began before it worked after it', () => {
    expect(standing(failed(100), worked(90))).toEqual([none]);
  });

  test.each([
    ['stands', none, 'an On-Demand Instance', 'i-on-demand'],
    ['is over', none, 'a Spot Instance', 'i-spot'],
    ['is over', none, 'an instance that has left the group since', 'i-gone'],
    ['stands', none.replace('Spot', 'On-Demand'), 'a Spot Instance', 'i-spot'],
    ['is over', 'We currently do not have sufficient capacity', 'any instance', 'i-on-demand'],
  ])('%s, "%s", after the launch of %s', (what, message, _, instanceId) => {
    expect(standing(failed(100, message), worked(160, instanceId))).toEqual(what === 'stands' ? [message] : []);
  });
});
