import { expect, test } from 'vitest';
import { launchFailureOf } from '../../shared/core/launch-failures.ts';

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
