import fc from 'fast-check';
import { type Instant, instant } from '../../../../shared/model/instant.ts';
import type { Consumer, PriceBook, RanInstance, RanTask } from '../../../../shared/model/ledger.ts';
import { containerInstanceArn, instanceId, taskArn } from '../../../given.ts';
import { onEc2, onFargate, service, time } from './ran.ts';

/** Two hours and a half, from a quarter past an hour on: what runs may begin before, and end after. */
export const FROM = time('09:15');
export const TO = time('11:45');
export const HOUR = 3_600_000;

const second = (from: Instant, to: Instant) =>
  fc.integer({ min: 0, max: (to - from) / 1000 }).map((seconds) => instant(from + seconds * 1000));
const moment = fc.oneof(
  { weight: 4, arbitrary: second(time('08:00'), time('12:30')) },
  { weight: 1, arbitrary: fc.constantFrom(FROM, TO, time('10:00'), time('11:00')) },
);
const lasting = fc.option(
  fc.oneof(
    { weight: 1, arbitrary: fc.integer({ min: 1, max: 90_000 }) },
    { weight: 3, arbitrary: fc.integer({ min: 1, max: 2 * HOUR }) },
  ),
  { nil: undefined },
);
const ending = (from: Instant, ms: number | undefined): Instant | undefined => (ms ? instant(from + ms) : undefined);

const somePool = fc.record({
  type: fc.constantFrom('m6i.large', 'c7g.large', 'm9z.large'),
  zone: fc.constantFrom('eu-west-1a', 'eu-west-1b'),
});

const someInstances = fc
  .array(
    fc.record({
      pool: somePool,
      spot: fc.boolean(),
      platform: fc.constantFrom(undefined, undefined, undefined, 'Windows'),
      launchedAt: moment,
      ms: lasting,
      reclaimed: fc.boolean(),
      registered: fc.integer({ min: 0, max: 5 }).map((n) => n > 0),
      room: fc.constantFrom({ cpu: 2_048, memory: 7_600 }, { cpu: 1_024, memory: 3_900 }),
    }),
    { maxLength: 8 },
  )
  .map((all) =>
    all.map(
      ({ pool, spot, platform, launchedAt, ms, reclaimed, registered, room }, n): RanInstance => ({
        ...{ instanceId: instanceId(n), pool, spot, platform, launchedAt, endedAt: ending(launchedAt, ms) },
        reclaimed: reclaimed && spot && ms !== undefined,
        containerInstance: registered ? containerInstanceArn(n) : undefined,
        room: registered ? room : undefined,
      }),
    ),
  );

const someConsumer: fc.Arbitrary<Consumer> = fc.constantFrom(
  service('checkout'),
  service('search'),
  service('<b>&`🛒`'),
  { of: 'tasks', name: 'checkout' },
);

const somePlace = fc.oneof(
  { weight: 3, arbitrary: fc.integer({ min: 0, max: 8 }).map(onEc2) },
  {
    weight: 1,
    arbitrary: fc
      .record({
        spot: fc.boolean(),
        arm: fc.boolean(),
        windows: fc.constantFrom(false, false, false, true),
        zone: fc.constantFrom('eu-west-1a', undefined),
        extraStorageGb: fc.constantFrom(0, 0, 30),
      })
      .map(onFargate),
  },
);

const someTasks = fc
  .array(
    fc.record({
      consumer: someConsumer,
      on: somePlace,
      cpu: fc.integer({ min: 0, max: 2_500 }),
      memory: fc.integer({ min: 0, max: 8_000 }),
      from: moment,
      ms: lasting,
      lent: fc.boolean(),
    }),
    { maxLength: 20 },
  )
  .map((all) =>
    all.map(
      ({ from, ms, lent, ...task }, n): RanTask => ({
        ...{ arn: taskArn(n), ...task, from, to: ending(from, ms) },
        lent: lent && task.on.is === 'fargate',
      }),
    ),
  );

const nano = fc.integer({ min: 1, max: 2_000_000_000 });
const someSteps = fc
  .array(fc.record({ from: second(time('08:00'), time('12:00')), hourly: nano }), { minLength: 1, maxLength: 4 })
  .map((all) => all.toSorted((a, b) => a.from - b.from));
const someRate = fc.option(fc.record({ vcpu: nano, gb: nano }), { nil: undefined, freq: 8 });
const someFargate = fc.record({ x86: someRate, arm: someRate, storageGb: fc.option(nano, { nil: undefined }) });

/** There are none for m9z.large. */
const somePrices: fc.Arbitrary<PriceBook> = fc
  .record({
    steps: fc.array(someSteps, { minLength: 4, maxLength: 4 }),
    m6i: nano,
    c7g: nano,
    all: someFargate,
    spot: someFargate,
  })
  .map(({ steps: [a = [], b = [], c = [], d = []], m6i, c7g, all, spot }) => ({
    spot: new Map([
      ['m6i.large eu-west-1a', a],
      ['m6i.large eu-west-1b', b],
      ['c7g.large eu-west-1a', c],
      ['c7g.large eu-west-1b', d],
    ]),
    onDemand: new Map([
      ['m6i.large', m6i],
      ['c7g.large', c7g],
    ]),
    fargate: all,
    fargateSpot: spot,
  }));

/** What ran, and prices for most of it. */
export const someDay = fc.record({ instances: someInstances, tasks: someTasks, prices: somePrices });
export type Day = typeof someDay extends fc.Arbitrary<infer T> ? T : never;

/** The same; its tasks begin and end within the life of their instance. */
export const tidyDay = someDay.map((day): Day => {
  const hosts = new Map(day.instances.map((one) => [one.containerInstance, one]));
  const tasks = day.tasks.flatMap((task) => {
    const host = task.on.is === 'ec2' ? hosts.get(task.on.containerInstance) : undefined;
    const from = instant(Math.max(task.from, host?.launchedAt ?? 0));
    const to = host?.endedAt === undefined ? task.to : instant(Math.min(host.endedAt, task.to ?? Infinity));
    return to === undefined || to > from ? { ...task, from, to } : [];
  });
  return { ...day, tasks };
});
