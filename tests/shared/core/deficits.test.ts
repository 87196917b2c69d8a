import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Deficit, deficits, type Question } from '../../../shared/core/deficits.ts';
import { roomOf } from '../../../shared/core/placement.ts';
import { awsvpcTasks, type Standing, standings } from '../../../shared/core/standings.ts';
import type { Task } from '../../../shared/model/fleet.ts';
import type { Host, ServiceDetail } from '../../../shared/model/lending.ts';
import { aHost, aService, aShape, aTask } from './small-cluster.ts';

const [staying, going] = [aHost(1), aHost(2)];
const doomed = new Set([going.arn]);
const full = { cpu: 0, memory: 0 };

const shapes = new Map([['checkout:7', aShape()]]);

const standing = (service: ServiceDetail, tasks: readonly Task[]): Standing => {
  const [found] = standings([service], new Map([[service.name, tasks]]), doomed);
  if (!found) throw new Error('no standing');
  return found;
};

function deficitOf(given: Standing, hosts: readonly Host[] = [], about: Partial<Question> = {}): Deficit {
  const room = roomOf(hosts, doomed);
  const found = deficits({ standings: [given], room, shapes, matches: new Map(), zones: new Map(), ...about });
  return found.get(given.service.name) ?? expect.fail('no deficit');
}

const tasksOn = (host: Host | undefined, count: number): Task[] => Array.from({ length: count }, () => aTask(host));

describe('a standing', () => {
  test('tells tasks that stay, tasks that go and tasks without a place apart', () => {
    const starting = aTask(going, { lastStatus: 'PENDING' });
    const stopping = [aTask(staying, { desiredStatus: 'STOPPED' }), aTask(staying, { lastStatus: 'STOPPED' })];
    const tasks = [...tasksOn(staying, 2), ...tasksOn(going, 1), starting, ...tasksOn(undefined, 3), ...stopping];
    expect(standing(aService(), tasks)).toMatchObject({ kept: 2, displaced: 2, displacedStarting: 1, waiting: 3 });
  });

  test('counts a task with an instance as kept while its network interface is made', () => {
    const task = aTask(staying, { lastStatus: 'PROVISIONING' });
    expect(standing(aService(), [task])).toMatchObject({ kept: 1, waiting: 0 });
  });

  test('keeps tasks on Fargate that are past PROVISIONING', () => {
    const tasks = [aTask(undefined, { lastStatus: 'RUNNING' }), aTask(undefined)];
    const service = aService({ launch: { on: 'fargate', spot: true } });
    expect(standing(service, tasks)).toMatchObject({ kept: 1, waiting: 1 });
  });

  test('of a service whose tasks were not read is taken from its counts', () => {
    const plain = aService({ running: 3, pending: 2 });
    const provided = aService({ running: 3, pending: 2, launch: { on: 'ec2', providers: ['spot'] } });
    const found = standings([plain, provided], new Map(), doomed);
    expect(found).toMatchObject([
      { kept: 5, waiting: 0, displaced: 0 },
      { kept: 3, waiting: 2, displaced: 0 },
    ]);
  });

  test('of network interfaces counts awsvpc tasks by instance', () => {
    const awsvpc = new Map([['api:1', aShape({ interfaces: 1 })]]);
    const tasks = [
      aTask(staying, { definition: 'api:1' }),
      aTask(staying, { definition: 'gone:1', ips: ['10.0.0.7'] }),
      aTask(staying, { definition: 'gone:2' }),
      aTask(going, { definition: 'api:1', lastStatus: 'STOPPED' }),
      aTask(undefined, { definition: 'api:1' }),
    ];
    expect(awsvpcTasks(tasks, awsvpc)).toEqual(new Map([[staying.arn, 2]]));
  });
});

describe('a deficit', () => {
  test('is what a notice will cost and the room cannot hold, in one sentence with the numbers', () => {
    const given = standing(aService({ desired: 12, running: 12 }), [...tasksOn(staying, 8), ...tasksOn(going, 4)]);
    const why = 'desired 12, 8 kept, 4 on instances that are about to go, room for 1: 3 are missing';
    expect(deficitOf(given, [aHost(3, { cpu: 512 })])).toEqual({
      observed: 0,
      predicted: 3,
      held: 1,
      lendable: 3,
      allowed: 11,
      why,
    });
  });

  test('is none where the room holds all that goes', () => {
    const given = standing(aService(), [...tasksOn(staying, 2), ...tasksOn(going, 2)]);
    expect(deficitOf(given, [aHost(3)])).toMatchObject({ observed: 0, predicted: 0, held: 2, lendable: 0 });
  });

  test('is not held by the room on the instance that goes', () => {
    const given = standing(aService(), [...tasksOn(staying, 2), ...tasksOn(going, 2)]);
    expect(deficitOf(given, [going])).toMatchObject({ predicted: 2, held: 0 });
  });

  test('of a shortage of network interfaces: desired 5, running 2, lends 3', () => {
    const t3 = (n: number) => aHost(n, { attributes: new Map(), tasks: 1, pool: { type: 't3a.small', zone: 'a' } });
    const given = standing(aService({ desired: 5, running: 2 }), tasksOn(t3(1), 2));
    const awsvpc = new Map([['checkout:7', aShape({ interfaces: 1 })]]);
    expect(deficitOf(given, [t3(1), t3(3)], { shapes: awsvpc })).toMatchObject({ observed: 3, lendable: 3 });
  });

  test('counts tasks that wait for a place as missing, and the room goes to what is missing first', () => {
    const service = aService({ desired: 6, running: 3, pending: 2, launch: { on: 'ec2', providers: ['spot'] } });
    const given = standing(service, [...tasksOn(staying, 2), ...tasksOn(going, 1), ...tasksOn(undefined, 2)]);
    expect(deficitOf(given)).toMatchObject({ observed: 3, predicted: 1 });
    expect(deficitOf(given, [aHost(3, { cpu: 512 })])).toMatchObject({ observed: 2, predicted: 1, held: 1 });
  });

  test('is none for a daemon, nor for a service that has more than it wants', () => {
    const daemon = standings([aService({ daemon: true })], new Map(), doomed);
    expect(deficits({ standings: daemon, room: [], shapes, matches: new Map(), zones: new Map() })).toEqual(new Map());
    const shrinking = standing(aService({ desired: 2 }), tasksOn(staying, 4));
    expect(deficitOf(shrinking)).toMatchObject({
      observed: 0,
      predicted: 0,
      why: 'desired 2, 4 kept: none is missing',
    });
  });

  test('is not held where the shape of the tasks, or an answer to a memberOf expression, is not known', () => {
    const constraints = [{ type: 'memberOf', expression: 'attribute:rack == 1' }];
    const given = standing(aService({ constraints }), tasksOn(going, 4));
    expect(deficitOf(given, [staying])).toMatchObject({ held: 0 });
    const matches = new Map([['attribute:rack == 1', new Set([staying.arn])]]);
    expect(deficitOf(given, [staying], { matches })).toMatchObject({ held: 4 });
    expect(deficitOf(given, [staying], { matches, shapes: new Map() })).toMatchObject({ held: 0 });
  });

  test('is held in the zones of the subnets, and with distinctInstance on instances without such a task', () => {
    const network = { subnets: ['subnet-b'], securityGroups: [], assignPublicIp: false };
    const inZone = standing(aService({ network }), tasksOn(going, 4));
    expect(deficitOf(inZone, [staying], { zones: new Map([['subnet-b', 'eu-west-1b']]) })).toMatchObject({ held: 0 });
    expect(deficitOf(inZone, [staying])).toMatchObject({ held: 4 });
    const constraints = [{ type: 'distinctInstance', expression: undefined }];
    const distinct = standing(aService({ constraints, desired: 2, running: 2 }), [aTask(staying), aTask(going)]);
    expect(deficitOf(distinct, [staying])).toMatchObject({ held: 0 });
    expect(deficitOf(distinct, [staying, aHost(3)])).toMatchObject({ held: 1 });
  });

  test('shares the room with every service of the cluster', () => {
    const [one, other] = ['one', 'other'].map((name) => standing(aService({ name }), tasksOn(going, 4)));
    const found = deficits({
      standings: [one, other].flatMap((each) => each ?? []),
      room: roomOf([aHost(3)], doomed),
      shapes,
      matches: new Map(),
      zones: new Map(),
    });
    expect([...found.values()].map(({ held, predicted }) => [held, predicted])).toEqual([
      [2, 2],
      [2, 2],
    ]);
  });
});

describe('the percents of a service', () => {
  const percents = (least: number, most: number, about: Partial<ServiceDetail> = {}) =>
    aService({ minimumHealthyPercent: least, maximumPercent: most, ...about });

  test('a singleton with maximum 100 is lent a task only when its old one has stopped', () => {
    const singleton = percents(100, 100, { desired: 1, running: 1 });
    const before = deficitOf(standing(singleton, [aTask(going)]), [staying]);
    expect(before).toMatchObject({ predicted: 1, held: 0, lendable: 0 });
    expect(before.why).toBe(
      'desired 1, 0 kept, 1 on instances that are about to go, ECS may start 0, room for 0: 1 is missing; within 100 % of desired, 0 can be lent',
    );
    const stopped = { ...singleton, running: 0 };
    expect(deficitOf(standing(stopped, []))).toMatchObject({ observed: 1, lendable: 1 });
    expect(deficitOf(standing(stopped, []), [staying])).toMatchObject({ observed: 0, held: 1, lendable: 0 });
    const waits = { ...stopped, pending: 1 };
    expect(deficitOf(standing(waits, [aTask()]))).toMatchObject({ observed: 1, lendable: 1 });
  });

  test('with minimum 50 ECS makes headroom by stopping what goes', () => {
    const given = standing(percents(50, 100), tasksOn(going, 4));
    expect(deficitOf(given, [staying])).toMatchObject({ held: 2, predicted: 2, lendable: 0 });
  });

  test('are rounded: 75 % of 2 lets nothing be stopped, 125 % of 3 lets nothing be started', () => {
    const two = standing(percents(75, 100, { desired: 2, running: 2 }), tasksOn(going, 2));
    expect(deficitOf(two, [staying])).toMatchObject({ held: 0 });
    const three = standing(percents(100, 125, { desired: 3, running: 3 }), tasksOn(going, 3));
    expect(deficitOf(three, [staying])).toMatchObject({ held: 0, lendable: 0 });
  });

  test('tasks that still start on an instance that goes are stopped at once and replaced', () => {
    const given = standing(percents(100, 100, { running: 2, pending: 2 }), [
      ...tasksOn(staying, 2),
      aTask(going, { lastStatus: 'PENDING' }),
      aTask(going, { lastStatus: 'PENDING' }),
    ]);
    expect(deficitOf(given, [aHost(3)])).toMatchObject({ held: 2, predicted: 0 });
  });

  const aCase = fc.record({
    desired: fc.nat(20),
    least: fc.integer({ min: 0, max: 100 }),
    more: fc.nat(200),
    kept: fc.nat(20),
    displaced: fc.nat(20),
    waiting: fc.nat(10),
    room: fc.nat(12),
  });

  test('main and lent tasks together never exceed the maximum, and no more is lent than is missing', () => {
    fc.assert(
      fc.property(aCase, ({ desired, least, more, kept, displaced, waiting, room }) => {
        const running = kept + displaced;
        const service = percents(least, 100 + more, { desired, running, pending: waiting });
        const tasks = [...tasksOn(staying, kept), ...tasksOn(going, displaced), ...tasksOn(undefined, waiting)];
        const found = deficitOf(standing(service, tasks), [aHost(3, { cpu: 512 * room, memory: 99_999 })]);
        const { observed, predicted, held, lendable } = found;
        expect(Math.min(observed, predicted, held, lendable)).toBeGreaterThanOrEqual(0);
        expect(observed + predicted + held).toBe(Math.max(0, desired - kept));
        expect(observed).toBeLessThanOrEqual(Math.max(0, desired - running));
        expect(predicted).toBeLessThanOrEqual(displaced);
        expect(lendable).toBeLessThanOrEqual(observed + predicted);
        if (lendable === 0) return;
        expect(running + held + lendable).toBeLessThanOrEqual(Math.floor((desired * (100 + more)) / 100));
      }),
    );
  });

  test('what is missing without room is as much as is lent, where the maximum allows twice the desired count', () => {
    const given = standing(aService({ pending: 4 }), [...tasksOn(going, 4), ...tasksOn(undefined, 4)]);
    expect(deficitOf(given, [aHost(3, full)])).toMatchObject({ predicted: 4, lendable: 4 });
  });
});
