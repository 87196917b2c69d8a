import { writeFileSync } from 'node:fs';
import { reportMessage } from '../shared/slack/message/report.ts';
import { TraceError } from '../sim/market/traces.ts';
import { toldHelp } from './help.ts';
import { type Operator, oneLine, operatorAt, regionsOf } from './operator.ts';
import { type PreviewArguments, REPORT_ALLOWED, type ReportArguments, reportArguments } from './report/arguments.ts';
import { screenshot } from './report/browser.ts';
import { checkAgainstCostExplorer } from './report/cost-explorer/check.ts';
import { costCheckLines } from './report/cost-explorer/text.ts';
import { csvOf } from './report/csv.ts';
import { pageOf } from './report/page/page.ts';
import { onlyMessage, preview } from './report/preview.ts';
import { booksOf, reportIn } from './report/read.ts';
import { spanSince } from './report/span.ts';
import { reportLines } from './report/text/report.ts';
import type { ChannelMessage, Told } from './report/told.ts';
import { loadScenario } from './scenario-file/load.ts';
import { ScenarioFileError } from './scenario-file/read.ts';
import { processTerminal, type Terminal } from './terminal.ts';
import { WIDTH } from './timeline/timeline.ts';

const PURPOSE =
  'Shows what ECS on Spot cost and what went wrong: of an account, whose table it only reads, or of a scenario that is played.';
const LAST_DAYS = { days: 7 };

/**
 * `npm run report`: the report of an account from its ledger, or with --preview that of a scenario and the Slack messages
 * that a team would have got; to the terminal, or as a page, JSON, CSV or a picture.
 * @param given time and network of a simulated account; undefined: real ones
 * @returns the exit code: 0, or 2 when the command line, a file, AWS or the network does not allow it
 */
export async function reportCommand(argv: readonly string[], terminal: Terminal, given?: Operator): Promise<number> {
  if (toldHelp(argv, terminal, { purpose: PURPOSE, allowed: REPORT_ALLOWED })) return 0;
  try {
    const asked = reportArguments(argv);
    const { told, beside } = asked.preview
      ? { told: await previewed(asked, asked.preview), beside: [] }
      : await ofAccount(asked, terminal, given);
    if (!asked.onlyPicture) write(told, asked, terminal);
    for (const line of beside) terminal.print(line);
    if (asked.screenshot !== undefined) {
      await screenshot(pageFor(told), asked.screenshot, process.env);
      terminal.complain(`wrote ${asked.screenshot}`);
    }
    return 0;
  } catch (error) {
    const isBadFile = error instanceof ScenarioFileError || error instanceof TraceError;
    terminal.complain(isBadFile ? error.message : oneLine(error));
    return 2;
  }
}

async function previewed(asked: ReportArguments, of: PreviewArguments): Promise<Told> {
  const scenario = of.file === undefined ? of.scenario : await loadScenario(of.file);
  const { seed = scenario.seed ?? 1, message } = of;
  const told = await preview({ scenario, seed, since: asked.since, timeZone: asked.timeZone });
  return message === undefined ? told : onlyMessage(told, message);
}

/** `beside`: lines on what Cost Explorer says of the same time, where that was asked for. */
async function ofAccount(
  asked: ReportArguments,
  terminal: Terminal,
  given: Operator | undefined,
): Promise<{ readonly told: Told; readonly beside: readonly string[] }> {
  const operator = given ?? operatorAt(asked.endpoint, terminal);
  const now = operator.runtime.now();
  const span = spanSince(asked.since ?? LAST_DAYS, { timeZone: asked.timeZone ?? 'UTC', now });
  const books = await booksOf(operator, { regions: regionsOf(asked.regions), name: asked.table });
  const told = { report: await reportIn(books, span), messages: [] };
  if (!asked.costExplorer) return { told, beside: [] };
  const check = await checkAgainstCostExplorer(operator, books, span.period);
  return { told, beside: ['', ...costCheckLines(check, { width: WIDTH, color: terminal.color })] };
}

function write(told: Told, { format, by, out }: ReportArguments, terminal: Terminal): void {
  const text = textOf(told, { format, by, color: out === undefined && terminal.color });
  if (out === undefined) {
    terminal.print(text.replace(/\n$/, ''));
    return;
  }
  writeFileSync(out, text);
  terminal.complain(`wrote ${out}`);
}

function textOf(
  told: Told,
  { format, by, color }: Pick<ReportArguments, 'format' | 'by'> & { readonly color: boolean },
): string {
  switch (format) {
    case 'terminal':
      return `${reportLines(told, by, { width: WIDTH, color }).join('\n')}\n`;
    case 'html':
      return pageFor(told);
    case 'json':
      return `${JSON.stringify({ ...told.report, messages: told.messages }, undefined, 2)}\n`;
    case 'csv':
      return csvOf(told.report, by);
  }
}

/** What Slack shows; of an account it is the report as it would be said. */
function pageFor({ report, messages }: Told): string {
  const { name, timeZone, to } = report.period;
  const { text, blocks } = reportMessage(report);
  const own: ChannelMessage = { at: to, editedAt: undefined, text, blocks, replies: [] };
  const shown = messages.length > 0 ? messages : [own];
  return pageOf(shown, { title: `ECS on Spot: ${name}`, timeZone });
}

if (import.meta.main) process.exitCode = await reportCommand(process.argv.slice(2), processTerminal());
