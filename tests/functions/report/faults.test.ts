import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Outbox } from '../../../shared/model/incident.ts';
import { type Instant, instant } from '../../../shared/model/instant.ts';
import type { KnownCluster } from '../../../shared/model/records.ts';
import { aDoomed, at, aWatch, CLUSTER, NOW, REGION } from '../../given.ts';
import { aLending, aLookout, anEntry } from './report-given.ts';
import { ReportWorld } from './report-world.ts';

const MINUTE = 60_000;

/**
 * What happens to the run of a minute: it lives for so many calls, maybe a second run starts beside it, and maybe Slack
 * answers neither before the next minute's run.
 */
const anyRun = fc.record({
  calls: fc.oneof(fc.nat({ max: 30 }), fc.constant(Number.POSITIVE_INFINITY)),
  twin: fc.boolean(),
  slow: fc.boolean(),
});
const anyRuns = fc.array(anyRun, { minLength: 30, maxLength: 30 });
type Run = { readonly calls: number; readonly twin: boolean; readonly slow: boolean };

const sound: Run = { calls: Number.POSITIVE_INFINITY, twin: false, slow: false };

/** Lets minutes pass. @param happens what happens before the run of each */
async function minutes(world: ReportWorld, runs: readonly Run[], happens: (at: number) => void = () => undefined) {
  let answers: (() => void) | undefined;
  for (const [at, { calls, twin, slow }] of runs.entries()) {
    happens(at);
    const late = answers;
    const answer = slow ? new Promise<void>((resolve) => (answers = resolve)) : undefined;
    if (!slow) answers = undefined;
    await Promise.all([world.tick(calls, answer), ...(twin ? [world.tick(undefined, answer)] : [])]);
    late?.();
    world.passes();
    if (answers === undefined) await world.settles();
  }
  answers?.();
  await world.settles();
}

const soundly = (count: number): readonly Run[] => Array.from({ length: count }, () => sound);

const aKnown: KnownCluster = {
  is: 'cluster',
  region: REGION,
  cluster: CLUSTER,
  manage: 'yes',
  containerInstances: 10,
  sweptAt: NOW,
  expiresAt: at(90 * 86_400),
};

/** A storm: notices in the first minute, tasks lent from the second on, all back in the eighth. */
function happens(world: ReportWorld, at: number): void {
  const doomed = [1, 2, 3].map((n) => aDoomed({}, n));
  if (at === 0) world.put(aWatch(), ...doomed);
  if (at === 2) world.put(aLending(), aLookout());
  if (at === 4) world.put(...doomed.map((one) => ({ ...one, closedAt: world.now })));
  if (at === 8)
    world.put(aLending({ since: undefined, rungs: {} }), aLookout({ lent: { tasks: 0, hourlyNanoUsd: 0 } }));
}

/** What is more than an update of what Slack has. */
const newsOf = (said: readonly Outbox[]) => said.filter(({ revision, saidRevision }) => saidRevision < revision);

const revisionsOf = (said: readonly Outbox[]): readonly number[] => newsOf(said).map(({ revision }) => revision);

test('a storm is told in four messages', async () => {
  const world = new ReportWorld();
  await minutes(world, soundly(30), (at) => happens(world, at));
  expect(revisionsOf(world.said)).toEqual([1, 2, 3, 4]);
  expect(world.all('incident')).toMatchObject([{ told: ['begun', 'lent', 'back', 'over'] }]);
  expect(world.errors).toEqual([]);
});

test('a message of a bot says what a storm has come to, once a minute at most, between its news', async () => {
  const world = new ReportWorld();
  world.isBot = true;
  await minutes(world, soundly(30), (at) => happens(world, at));
  expect(revisionsOf(world.said)).toEqual([1, 2, 3, 4]);
  const texts = world.said.map(({ message }) => message.text);
  // What was lent costs more each minute, from the third to the eighth.
  expect(texts.filter((text) => text.includes('so far')).length).toBeGreaterThanOrEqual(5);
  expect(texts.length).toBeLessThanOrEqual(19);
  expect(world.said.find(({ message }) => message.text.includes('are back on EC2'))?.revision, 'before its news').toBe(
    2,
  );
  expect(world.all('outbox')).toMatchObject([{ outdated: false, message: { text: texts.at(-1) } }]);
  const inVain = world.said.filter((one, index) => newsOf([one]).length === 0 && one.message.text === texts[index - 1]);
  expect(inVain).toEqual([]);
});

test('a storm is told as it stands to who turns alerts on meanwhile, and not at all to who does later', async () => {
  const told = async (minute: number) => {
    const world = new ReportWorld({ alerts: 'off' });
    await minutes(world, soundly(minute), (at) => happens(world, at));
    const later = new ReportWorld({}, world.now);
    later.put(...world.records.values());
    await minutes(later, soundly(20), (at) => happens(later, minute + at));
    return revisionsOf(later.said);
  };
  expect(await told(6)).toEqual([2, 3, 4]);
  expect(await told(60)).toEqual([]);
});

test('a storm that was over before Slack was set up is not told', async () => {
  const world = new ReportWorld();
  world.hasSlack = false;
  await minutes(world, soundly(30), (at) => happens(world, at));
  expect(world.notes.filter((note) => note.includes('slackSecret'))).toHaveLength(4);
  world.passes(60);
  world.hasSlack = true;
  await minutes(world, soundly(5));
  expect(world.said).toEqual([]);
});

test('a storm that is over for a day is filed once, wherever runs die', async () => {
  await fc.assert(
    fc.asyncProperty(anyRuns, async (runs) => {
      const world = new ReportWorld();
      await minutes(world, soundly(30), (at) => happens(world, at));
      world.passes(24 * 60);
      await minutes(world, runs);
      await minutes(world, soundly(2));
      expect(world.all('incident')).toMatchObject([{ filed: true, told: ['begun', 'lent', 'back', 'over'] }]);
      expect(newsOf(world.said)).toHaveLength(4);
    }),
    { numRuns: 10 },
  );
});

test('a storm is told whole, and nothing of it twice, wherever runs die and whoever runs at the same time', async () => {
  await fc.assert(
    fc.asyncProperty(anyRuns, fc.boolean(), async (runs, isBot) => {
      const world = new ReportWorld();
      world.isBot = isBot;
      await minutes(world, runs, (at) => happens(world, at));
      await minutes(world, soundly(15));
      const [incident, ...others] = world.all('incident');
      expect(others).toEqual([]);
      // Whoever sees no run in all of its minutes has no storm to tell.
      const revisions = revisionsOf(world.said);
      expect(revisions.at(-1)).toBe(incident?.told.length);
      expect(revisions).toEqual([...new Set(revisions)].toSorted((a, b) => a - b));
      expect(revisions.length).toBeLessThanOrEqual(4);
    }),
    { numRuns: 25 },
  );
});

describe('the ledger', () => {
  const covered = (world: ReportWorld) =>
    world
      .all('ledger')
      .map(({ from, to }) => ({ from, to }))
      .sort((a, b) => a.from - b.from);

  test('holds each minute once, wherever runs die and whoever runs at the same time', async () => {
    await fc.assert(
      fc.asyncProperty(anyRuns, async (runs) => {
        const world = new ReportWorld({ ledgerMinutes: 1 });
        world.put(aKnown);
        await minutes(world, runs);
        await minutes(world, soundly(3));
        const spans = covered(world);
        for (const [index, { from }] of spans.entries()) if (index > 0) expect(from).toBe(spans[index - 1]?.to);
        expect(spans.at(-1)?.to).toBe(world.all('counted')[0]?.to);
        expect(world.all('ledger').every(({ gapMs }) => gapMs === 0)).toBe(true);
      }),
      { numRuns: 25 },
    );
  });

  test('says how long nobody read what ran, after more than an hour', async () => {
    const world = new ReportWorld();
    world.put(aKnown);
    await minutes(world, [sound]);
    world.passes(120);
    await minutes(world, [sound]);
    const [first] = covered(world);
    const gaps = world.all('ledger').filter(({ gapMs }) => gapMs > 0);
    const lost = gaps.reduce((sum, { gapMs }) => sum + gapMs, 0);
    expect(lost).toBe((gaps[0]?.from ?? 0) - (first?.to ?? 0));
    expect(world.notes.join()).toContain('prod was not read for more than an hour');
  });
});

describe('a report', () => {
  const nine: Instant = instant(Date.parse('2026-08-14T08:55:00Z'));
  const theDay = (world: ReportWorld): void => {
    const midnight = Date.parse('2026-08-13T00:00:00Z');
    for (let hour = 0; hour < 24; hour += 1) world.put(anEntry(instant(midnight + hour * 60 * MINUTE)));
  };

  test('is said once in its hour, wherever runs die and whoever runs at the same time', async () => {
    await fc.assert(
      fc.asyncProperty(anyRuns, async (runs) => {
        const world = new ReportWorld({ reports: 'daily' }, nine);
        theDay(world);
        await minutes(world, runs);
        await minutes(world, soundly(5));
        expect(world.said.map(({ id }) => id)).toEqual(['daily 2026-08-13']);
        expect(JSON.stringify(world.said[0]?.message)).toContain('Thursday 13 August 2026');
      }),
      { numRuns: 20 },
    );
  });

  test('of a day without a ledger is not made, which is found out once', async () => {
    const world = new ReportWorld({ reports: 'daily' }, nine);
    await minutes(world, soundly(10));
    expect(world.said).toEqual([]);
    expect(world.notes).toEqual(['daily 2026-08-13 is not made: nothing is known of Thursday 13 August 2026']);
    expect(world.all('reported').map(({ id }) => id)).toEqual(['daily 2026-08-13']);
  });

  test('waits where there is no Slack, which is said once, and goes before a month of them has gathered', async () => {
    const world = new ReportWorld({ reports: 'daily' }, nine);
    world.hasSlack = false;
    theDay(world);
    await minutes(world, soundly(10));
    expect(world.said).toEqual([]);
    expect(world.notes.filter((note) => note.includes('slackSecret'))).toHaveLength(1);
    world.passes(3 * 24 * 60);
    expect(world.all('outbox')).toEqual([]);
  });
});
