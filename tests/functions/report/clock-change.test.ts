import { expect, test } from 'vitest';
import { type Instant, instant, later } from '../../../shared/model/instant.ts';
import { anEntry, aServiceLine } from './report-given.ts';
import { ReportWorld } from './report-world.ts';

const HOUR_MS = 3_600_000;
const at = (text: string): Instant => instant(Date.parse(text));

/** Each hour costs a dollar: what a day cost tells how many hours were counted. */
const anHour = (hour: Instant) =>
  anEntry(hour, { services: [aServiceLine({ cost: 1e9, onDemand: 3e9 })], expiresAt: later(hour, 100 * 24 * HOUR_MS) });

test.each([
  ['set back', 'Sunday 25 October 2026', '2026-10-26T09:30Z', 25],
  ['set forward', 'Sunday 29 March 2026', '2026-03-30T09:30Z', 23],
  ['left alone', 'Saturday 24 October 2026', '2026-10-25T08:30Z', 24],
])('the report of a day on which clocks are %s is about all of its hours, once', async (_, name, now, hours) => {
  const settings = { reports: 'daily', timeZone: 'Europe/Berlin', reportHour: 9 } as const;
  const world = new ReportWorld(settings, at(now));
  const first = later(at(now), -57.5 * HOUR_MS);
  for (let n = 0; n < 57; n += 1) world.put(anHour(later(first, n * HOUR_MS)));
  for (let minute = 0; minute < 60; minute += 1) {
    await world.tick();
    await world.settles();
    world.passes();
  }
  const [report, ...others] = world.said;
  expect(others).toEqual([]);
  expect(report?.message.text).toContain(`ECS on Spot: ${name}\n`);
  expect(report?.message.text).toContain(`What ran on ECS cost $${hours}.00;`);
  expect(report?.message.text).not.toContain('The ledger begins');
});
