import type { Task } from '@aws-sdk/client-ecs';
import { expect, test } from 'vitest';
import { reservedBy } from '../../../../shared/aws/ran/reservation.ts';

const proxy = { name: 'proxy', cpu: '128', memory: '256', memoryReservation: '64' };
const app = { name: 'app', cpu: '512', memory: '1024' };

const cases: readonly (readonly [string, Task, { readonly cpu: number; readonly memory: number }])[] = [
  ['the size of the task', { cpu: '256', memory: '512', containers: [app] }, { cpu: 256, memory: 512 }],
  ['that size in its large units', { cpu: '.5 vCPU', memory: '1 GB' }, { cpu: 512, memory: 1_024 }],
  ['the sum of its containers, soft limits first', { containers: [proxy, app] }, { cpu: 640, memory: 1_088 }],
  [
    'the size of the task and its containers, each where it has one',
    { memory: '2048', containers: [proxy, app] },
    { cpu: 640, memory: 2_048 },
  ],
  [
    'what RunTask put in the place of the task’s size',
    { cpu: '256', memory: '512', overrides: { cpu: '1024', memory: '4096' } },
    { cpu: 1_024, memory: 4_096 },
  ],
  [
    'what RunTask put in the place of a container’s',
    { containers: [proxy, app], overrides: { containerOverrides: [{ name: 'app', cpu: 64, memoryReservation: 100 }] } },
    { cpu: 192, memory: 164 },
  ],
  ['nothing that is not told', { cpu: '0', containers: [{ name: 'app' }] }, { cpu: 0, memory: 0 }],
];

test.each(cases)('a task reserves %s', (_, task, reserved) => {
  expect(reservedBy(task)).toEqual(reserved);
});
