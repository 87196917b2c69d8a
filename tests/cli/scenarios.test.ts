import { describe, expect, it } from 'vitest';
import { type Drill, runDrill } from '../../cli/run-drill.ts';
import type { Scenario } from '../../cli/scenario.ts';
import { scenarios } from '../../cli/scenarios.ts';
import { timeline } from '../../cli/timeline/timeline.ts';
import { verdictText } from '../../cli/verdict-text.ts';
import type { JournalKind } from '../../sim/world/journal.ts';

/** What EC2 and AWS Health do, whatever spotkeeper makes of it. */
const MARKET: readonly JournalKind[] = ['notice', 'maintenance-scheduled', 'instance-reclaimed'];

const marketOf = ({ account }: Drill) =>
  account.journal.entries.filter(({ kind }) => MARKET.includes(kind)).map(({ at, text }) => [at, text]);

/** Where spotkeeper loses nothing, users lose something without it. */
const SAVED = ['single-notice', 'storm', 'min-healthy-100'];

const played = new Map<string, Promise<Drill>>();

/** A drill with spotkeeper; each is played once. */
function play(scenario: Scenario, seed: number): Promise<Drill> {
  const key = `${scenario.name} ${seed}`;
  const drill = played.get(key) ?? runDrill(scenario, { seed });
  played.set(key, drill);
  return drill;
}

/** Those of failover and rebalance are played in tests of their own. */
const plain = scenarios.filter(({ failover, rebalance }) => !failover && !rebalance);

const drills = plain.flatMap((scenario) => [1, 2, 3].map((seed) => ({ name: scenario.name, scenario, seed })));

describe('a drill', () => {
  it.each(drills)('of $name, seed $seed: spotkeeper keeps all its promises', async ({ scenario, seed }) => {
    const drill = await play(scenario, seed);
    expect(drill.violations).toEqual([]);
    expect(drill.installation?.deployment.invocations.length).toBeGreaterThan(0);
    const told = [...timeline(drill, { verbose: true, color: false }), ...verdictText(drill)];
    expect(told.filter((line) => line.length > 100)).toEqual([]);
  });

  it.each(plain)('of $name has the same market without spotkeeper', async (scenario) => {
    const alone = await runDrill(scenario, { seed: 1, without: true });
    expect(marketOf(alone)).toEqual(marketOf(await play(scenario, 1)));
    expect(alone.violations).toEqual([]);
    expect(alone.verdict.calls).toEqual({});
    const { requests, tasks, notDrained } = alone.verdict;
    const lost = [requests.dropped, tasks.killedWithoutSigterm.length, notDrained.length];
    if (SAVED.includes(scenario.name)) expect(Math.min(...lost)).toBeGreaterThan(0);
  });
});
