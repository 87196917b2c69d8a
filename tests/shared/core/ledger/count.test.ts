import { describe, expect, test } from 'vitest';
import { countLedger } from '../../../../shared/core/ledger/count.ts';
import type { LedgerAsked } from '../../../../shared/core/ledger/counted.ts';
import {
  aRanInstance,
  aRanTask,
  aReading,
  HOURLY,
  linesOf,
  onEc2,
  poolsOf,
  service,
  somePrices,
  steps,
  time,
} from './ran.ts';

const entriesOf = (about: Partial<LedgerAsked>) => countLedger(aReading(about)).entries;
const minute = 60_000;

describe('the cost of an instance', () => {
  test('belongs to its tasks by the larger of CPU and memory share, the rest to nobody', () => {
    const tasks = [
      aRanTask(1, { cpu: 512, memory: 512 }),
      aRanTask(2, { consumer: service('search'), cpu: 128, memory: 4_096 }),
    ];
    expect(linesOf(entriesOf({ instances: [aRanInstance()], tasks }))).toEqual([
      '09 idle spot: 225000 / 675000 / 0 225s',
      '09 checkout spot: 225000 / 675000 / 2700000 900s',
      '09 search spot: 450000 / 1350000 / 5400000 900s',
    ]);
  });

  test('is the same money by services and by pools', () => {
    const [entry] = entriesOf({ instances: [aRanInstance()], tasks: [aRanTask()] });
    expect(poolsOf(entry ? [entry] : [])).toEqual(['spot m6i.large eu-west-1a 900000 / 2700000 / 2700000 900s']);
    expect(entry?.services.reduce((sum, { cost }) => sum + cost, 0)).toBe(900_000);
  });

  test('is all idle before the instance has registered', () => {
    const instances = [aRanInstance(1, { containerInstance: undefined, room: undefined })];
    expect(linesOf(entriesOf({ instances }))).toEqual(['09 idle spot: 900000 / 2700000 / 0 900s']);
  });

  test('is scaled to the instance while its tasks reserve more than there is', () => {
    const tasks = [
      aRanTask(1, { cpu: 2_048, memory: 128, to: time('09:10') }),
      aRanTask(2, { consumer: service('cache'), cpu: 0, memory: 4_096 }),
    ];
    const lines = linesOf(entriesOf({ instances: [aRanInstance()], tasks }));
    // Ten minutes are shared 2 to 1; in the last five the cache has a half, and nobody the other.
    expect(lines.map((line) => line.split(' / ')[0])).toEqual([
      `09 idle spot: ${2.5 * minute}`,
      `09 cache spot: ${Math.round((10 * minute) / 3) + 2.5 * minute}`,
      `09 checkout spot: ${Math.round((20 * minute) / 3)}`,
    ]);
  });

  test('never exceeds what it cost, whatever a task reserves', () => {
    const lines = linesOf(entriesOf({ instances: [aRanInstance()], tasks: [aRanTask(1, { cpu: 8_192 })] }));
    expect(lines).toEqual([`09 checkout spot: 900000 / 2700000 / ${900_000 * (4 * 8 + 16)} 900s`]);
  });

  test('follows the Spot price within the hour', () => {
    const spot = new Map([
      ['m6i.large eu-west-1a', steps(['08:00', HOURLY], ['09:05', 2 * HOURLY], ['09:12', HOURLY])],
    ]);
    const entries = entriesOf({ instances: [aRanInstance()], prices: somePrices({ spot }) });
    expect(poolsOf(entries)).toEqual([`spot m6i.large eu-west-1a ${22 * minute} / ${45 * minute} / 0 900s`]);
  });

  test('is cut at UTC hours, whatever the clocks of a zone do', () => {
    // At 01:00 UTC of this day Europe sets its clocks back.
    const window = { from: time('00:50'), to: time('02:10') };
    const instances = [aRanInstance(1, { launchedAt: time('00:00') })];
    const entries = entriesOf({ ...window, first: true, instances });
    expect(entries.map(({ hour, from, to, pools }) => [hour, from, to, pools[0]?.cost])).toEqual([
      [time('00:00'), time('00:50'), time('01:00'), 10 * minute],
      [time('01:00'), time('01:00'), time('02:00'), 60 * minute],
      [time('02:00'), time('02:00'), time('02:10'), 10 * minute],
    ]);
  });

  test('is a minute at least, booked where the instance ended', () => {
    const instances = [aRanInstance(1, { spot: false, launchedAt: time('08:59:50'), endedAt: time('09:00:10') })];
    const young = [{ instanceId: instances[0]?.instanceId ?? '', launchedAt: time('08:59:50'), booked: [] }];
    const ten = 3 * 10_000;
    expect(linesOf(entriesOf({ instances, young }))).toEqual([`09 idle on-demand: ${5 * ten} / ${5 * ten} / 0 10s`]);
  });

  test('of Windows or RHEL is not counted as Linux: its price has a licence in it, and is named', () => {
    const instances = [
      aRanInstance(1, { platform: 'Windows' }),
      aRanInstance(2, { platform: 'Red Hat Enterprise Linux', spot: false }),
    ];
    const entries = entriesOf({ instances, tasks: [aRanTask(1)] });
    expect(entries[0]?.missingPrices).toEqual([
      'm6i.large Red Hat Enterprise Linux On-Demand',
      'm6i.large Windows On-Demand',
      'm6i.large eu-west-1a Windows Spot',
    ]);
    expect(linesOf(entries)).toEqual([
      '09 idle spot: 0 / 0 / 0 675s (675s unpriced)',
      '09 checkout spot: 0 / 0 / 0 900s (900s unpriced)',
      '09 idle on-demand: 0 / 0 / 0 900s (900s unpriced)',
    ]);
  });

  test('without a price is in no sum, and is named', () => {
    const instances = [
      aRanInstance(1, { pool: { type: 'm9z.large', zone: 'eu-west-1a' } }),
      aRanInstance(2, { pool: { type: 'm9z.large', zone: 'eu-west-1b' }, spot: false }),
    ];
    const entries = entriesOf({ instances, tasks: [aRanTask(1, { on: onEc2(2) })] });
    expect(entries[0]?.missingPrices).toEqual(['m9z.large On-Demand', 'm9z.large eu-west-1a Spot']);
    expect(linesOf(entries)).toEqual([
      '09 idle spot: 0 / 0 / 0 900s (900s unpriced)',
      '09 idle on-demand: 0 / 0 / 0 675s (675s unpriced)',
      '09 checkout on-demand: 0 / 0 / 0 900s (900s unpriced)',
    ]);
  });

  test('claims no saving on a price that is not known', () => {
    const prices = somePrices({
      onDemand: new Map(),
      fargate: { x86: undefined, arm: undefined, storageGb: undefined },
    });
    const entries = entriesOf({ instances: [aRanInstance()], tasks: [aRanTask()], prices });
    expect(entries[0]?.missingPrices).toEqual(['Fargate x86', 'm6i.large On-Demand']);
    expect(linesOf(entries)).toEqual([
      '09 idle spot: 675000 / 675000 / 0 675s',
      '09 checkout spot: 225000 / 225000 / 225000 900s',
    ]);
  });

  test('of a Graviton is compared with Fargate on Graviton', () => {
    const pool = { type: 'c7g.large', zone: 'eu-west-1b' };
    const lines = linesOf(entriesOf({ instances: [aRanInstance(1, { pool })], tasks: [aRanTask()] }));
    expect(lines).toContain('09 checkout spot: 225000 / 675000 / 1800000 900s');
  });
});

describe('a reading', () => {
  test('of a quiet hour says that nothing ran', () => {
    const from = time('09:05');
    expect(entriesOf({ from, gapMs: 5 * minute })).toEqual([
      expect.objectContaining({ hour: time('09:00'), services: [], pools: [], gapMs: 5 * minute, missingPrices: [] }),
    ]);
  });

  test('names lost time in the hours that it was lost in', () => {
    const found = entriesOf({ from: time('09:05'), gapMs: 85 * minute });
    expect(found.map(({ hour, from, to, gapMs }) => [hour, from, to, gapMs / minute])).toEqual([
      [time('07:00'), time('09:05'), time('09:05'), 20],
      [time('08:00'), time('09:05'), time('09:05'), 60],
      [time('09:00'), time('09:05'), time('09:15'), 5],
    ]);
  });

  test('of no time counts nothing', () => {
    const young = [{ instanceId: 'i-1', launchedAt: time('08:50'), booked: [] }];
    expect(countLedger(aReading({ to: time('09:00'), instances: [aRanInstance()], young }))).toEqual({
      entries: [],
      young,
    });
  });

  test('made twice is the same keys and lines', () => {
    const asked = aReading({
      ...{ from: time('08:50'), to: time('09:05') },
      instances: [aRanInstance(1, { launchedAt: time('08:30'), endedAt: time('09:01'), reclaimed: true })],
      tasks: [aRanTask(1, { from: time('08:40') })],
    });
    expect(countLedger(asked)).toEqual(countLedger(structuredClone(asked)));
  });

  test('keeps the time of tasks whose instance nobody knows, and says so', () => {
    const tasks = [aRanTask(1, { on: onEc2(7) }), aRanTask(2, { on: onEc2(8), to: time('09:05') })];
    const entries = entriesOf({ tasks });
    expect(linesOf(entries)).toEqual(['09 checkout on-demand: 0 / 0 / 0 1200s (1200s unpriced)']);
    expect(entries[0]?.missingPrices).toEqual(['the instance of 2 tasks']);
  });

  test('takes the room of a type for that of an instance whose own is not known', () => {
    const instances = [aRanInstance(1, { room: undefined }), aRanInstance(2)];
    expect(linesOf(entriesOf({ instances, tasks: [aRanTask()] }))).toContain(
      '09 checkout spot: 225000 / 675000 / 2700000 900s',
    );
  });

  test('ends tasks with their instance', () => {
    const instances = [aRanInstance(1, { endedAt: time('09:05') })];
    expect(linesOf(entriesOf({ instances, tasks: [aRanTask()] }))).toContain(
      '09 checkout spot: 75000 / 225000 / 900000 300s',
    );
  });
});

describe('an instance that the reading before did not find', () => {
  const instances = [aRanInstance(1, { launchedAt: time('08:57') })];

  test('is counted since its launch, in the hours in which it ran', () => {
    const { entries } = countLedger(aReading({ instances }));
    expect(entries.map(({ hour, from, to, pools }) => [hour, from, to, pools[0]?.cost])).toEqual([
      [time('08:00'), time('09:00'), time('09:00'), 3 * minute],
      [time('09:00'), time('09:00'), time('09:15'), 15 * minute],
    ]);
  });

  test('is counted from the window on by the first reading of a cluster and after a gap', () => {
    expect(entriesOf({ instances, first: true }).map(({ pools }) => pools[0]?.cost)).toEqual([15 * minute]);
    expect(entriesOf({ instances, gapMs: minute }).map(({ pools }) => pools[0]?.cost)).toEqual([
      undefined,
      15 * minute,
    ]);
  });

  test('is remembered, and not counted again', () => {
    const { young } = countLedger(aReading({ instances }));
    const next = aReading({ instances, young, from: time('09:15'), to: time('09:30') });
    expect(countLedger(next).entries.map(({ hour, pools }) => [hour, pools[0]?.cost])).toEqual([
      [time('09:00'), 15 * minute],
    ]);
  });

  test('is counted from the window on if it was launched more than 70 minutes before', () => {
    const old = [aRanInstance(1, { launchedAt: time('07:49') })];
    expect(entriesOf({ instances: old })).toHaveLength(1);
  });

  test('is forgotten after 70 minutes', () => {
    const { young } = countLedger(
      aReading({ instances: [...instances, aRanInstance(2, { launchedAt: time('08:04') })] }),
    );
    expect(young.map(({ launchedAt }) => launchedAt)).toEqual([time('08:57')]);
  });
});
