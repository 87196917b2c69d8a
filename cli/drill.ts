import { styleText } from 'node:util';
import { policyFromEnv } from '../shared/policy.ts';
import { TraceError } from '../sim/market/traces.ts';
import { DRILL_ALLOWED, type DrillArguments, drillArguments, UsageError } from './command-line.ts';
import { toldHelp } from './help.ts';
import { metricsOf } from './metrics.ts';
import { replayCommand } from './replay/replay.ts';
import { messagesIn } from './report/channel.ts';
import { styled } from './report/text/blocks.ts';
import { channelLines } from './report/text/report.ts';
import { type Drill, runDrill } from './run-drill.ts';
import type { Scenario } from './scenario.ts';
import { loadScenario } from './scenario-file/load.ts';
import { ScenarioFileError } from './scenario-file/read.ts';
import { scenarios } from './scenarios.ts';
import { processTerminal, type Terminal } from './terminal.ts';
import { timeline, WIDTH, wrapped } from './timeline/timeline.ts';
import { sideBySide, verdictText } from './verdict-text.ts';

const PURPOSE = 'Plays a scenario in a simulated account, and tells its timeline and verdict.';

/**
 * `npm run drill`: plays a scenario and tells its timeline and verdict.
 * @returns the exit code: 0, 1 when a promise was broken, 2 when the command line or the file is not understood
 */
export async function drillCommand(argv: readonly string[], terminal: Terminal): Promise<number> {
  if (toldHelp(argv, terminal, { purpose: PURPOSE, allowed: DRILL_ALLOWED })) return 0;
  try {
    const asked = drillArguments(argv);
    if (asked.list) {
      for (const line of scenarios.flatMap(listed)) terminal.print(line);
      return 0;
    }
    if (asked.replay) {
      await replayCommand(asked.replay, { ...asked, seed: asked.seed ?? 1 }, terminal);
      return 0;
    }
    return await play(asked, terminal);
  } catch (error) {
    const isBadInput = [UsageError, ScenarioFileError, TraceError].some((kind) => error instanceof kind);
    if (!(isBadInput && error instanceof Error)) throw error;
    terminal.complain(error.message);
    return 2;
  }
}

async function play(asked: DrillArguments, { print, color }: Terminal): Promise<number> {
  const scenario = asked.file === undefined ? asked.scenario : await loadScenario(asked.file);
  const { seed = scenario.seed ?? 1, without } = asked;
  const drill = await runDrill(scenario, { seed, without });
  if (asked.json) print(JSON.stringify(asJson(drill, without)));
  else {
    const bold = (text: string) => (color ? styleText('bold', text, { validateStream: false }) : text);
    print(bold(`${scenario.name}, seed ${seed}${without ? ', without spotkeeper' : ''}`));
    for (const line of wrapped(scenario.title, WIDTH)) print(line);
    print('');
    for (const line of timeline(drill, { verbose: asked.verbose, color })) print(line);
    print('');
    print(bold('Verdict'));
    for (const line of verdictText(drill)) print(line);
    for (const line of inSlack(drill, color)) print(line);
    if ((asked.isDefault || asked.file !== undefined || scenario.failover) && !without) {
      const alone = await runDrill(scenario, { seed, without: true });
      print('');
      for (const line of sideBySide(drill.verdict, alone.verdict, scenario.failover ?? false)) print(line);
    }
  }
  return drill.violations.length > 0 ? 1 : 0;
}

/** What the team would have read, where the function report was in the stack. */
export function inSlack({ slack, scenario }: Drill, color: boolean): readonly string[] {
  if (!slack) return [];
  const { timeZone } = policyFromEnv(scenario.settings ?? {});
  const look = { width: WIDTH, color };
  return ['', styled('In Slack', 'bold', look), ...channelLines(messagesIn(slack), timeZone, look).slice(0, -1)];
}

const NAME = 28;

const listed = ({ name, title }: Scenario): readonly string[] =>
  wrapped(title, WIDTH - NAME).map((line, index) => (index === 0 ? name : '').padEnd(NAME) + line);

const asJson = ({ seed, scenario, verdict, installation, violations }: Drill, without: boolean) => ({
  seed,
  scenario: scenario.name,
  without,
  verdict,
  metrics: metricsOf(installation?.transcript.measurements ?? []),
  violations,
});

if (import.meta.main) {
  process.exitCode = await drillCommand(process.argv.slice(2), processTerminal());
}
