import { describe, expect, it } from 'vitest';
import { runDrill } from '../../cli/run-drill.ts';
import { scenarios } from '../../cli/scenarios.ts';
import { timeline } from '../../cli/timeline/timeline.ts';
import { verdictText } from '../../cli/verdict-text.ts';

const failover = scenarios.filter((scenario) => scenario.failover);

/** A thousand tasks, or a day: fifteen seconds a seed. Others are played by `npm run drill -- --seed`. */
const long = new Set(['storm-no-room', 'stormy-day']);

const drills = failover.flatMap((scenario) =>
  (long.has(scenario.name) ? [1] : [1, 2, 3]).map((seed) => ({ name: scenario.name, scenario, seed })),
);

describe('with failover', () => {
  it.each(drills)('$name, seed $seed: spotkeeper keeps all its promises', async ({ scenario, seed }) => {
    const drill = await runDrill(scenario, { seed });
    expect(drill.violations).toEqual([]);
    const told = [...timeline(drill, { verbose: false, color: false }), ...verdictText(drill)];
    expect(told.filter((line) => line.length > 100)).toEqual([]);
  });
});

describe('without spotkeeper', () => {
  it.each(failover)('$name leaves a service below its desired count for minutes', async (scenario) => {
    const drill = await runDrill(scenario, { seed: 1, without: true });
    const { below, most } = drill.verdict.lending;
    expect(most).toBe(0);
    expect(Math.max(...below.map(({ seconds }) => seconds))).toBeGreaterThan(300);
    const told = [...timeline(drill, { verbose: true, color: false }), ...verdictText(drill)];
    expect(told.filter((line) => line.length > 100)).toEqual([]);
    expect(told).toContain('lending     no task was lent');
  });
});
