import { describe, expect, it } from 'vitest';
import { runDrill } from '../../cli/run-drill.ts';
import { scenarios } from '../../cli/scenarios.ts';
import { timeline } from '../../cli/timeline/timeline.ts';
import { verdictText } from '../../cli/verdict-text.ts';

/** A month takes minutes to play: `npm run drill -- --scenario calm-month`, and a week of it below. */
const rebalanced = scenarios.filter(({ rebalance, tickMinutes }) => rebalance && tickMinutes === undefined);

const drills = rebalanced.flatMap((scenario) => [1, 2].map((seed) => ({ name: scenario.name, scenario, seed })));

describe('with rebalance', () => {
  it.each(drills)('$name keeps what it promises, seed $seed', async ({ scenario, seed }) => {
    const drill = await runDrill(scenario, { seed });
    expect(drill.violations).toEqual([]);
    const told = [...timeline(drill, { verbose: true, color: false }), ...verdictText(drill)];
    expect(told.filter((line) => line.length > 100)).toEqual([]);
  });

  it('three calm days change nothing after the first review', async () => {
    const calm = scenarios.find(({ name }) => name === 'calm-month');
    if (!calm) throw new Error('there is no calm month');
    const { violations, rebalance } = await runDrill({ ...calm, seconds: 3 * 86_400 }, { seed: 2 });
    expect(violations).toEqual([]);
    expect(rebalance.changes.length).toBeLessThanOrEqual(1);
  });
});
