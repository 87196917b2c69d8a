import { dueReports } from '../../shared/core/report/periods.ts';
import { instant } from '../../shared/model/instant.ts';
import { policyFromEnv } from '../../shared/policy.ts';
import { defaultStartMs } from '../../sim/account.ts';
import { UsageError } from '../command-line.ts';
import { meanwhile } from '../meanwhile.ts';
import { runDrill } from '../run-drill.ts';
import { regionOf, type Scenario } from '../scenario.ts';
import { messagesIn } from './channel.ts';
import { booksOf, madeReports, reportIn } from './read.ts';
import { type ScheduledSpan, type Since, type Span, spanFrom, spanSince } from './span.ts';
import type { Told } from './told.ts';

export type PreviewAsked = {
  readonly scenario: Scenario;
  readonly seed: number;
  /** undefined: the last report that was made; if none was, all that was played */
  readonly since: Since | undefined;
  /** undefined: that of the scenario's settings */
  readonly timeZone: string | undefined;
};

/**
 * A story that was not written for reports is counted by the minute, and played so much longer: while instances are
 * doomed in a cluster its ledger waits, forty minutes at most.
 */
const LEDGER = { SPOTKEEPER_LEDGER_MINUTES: '1' };
const LEDGER_SECONDS = 2_700;

/** In the simulated account a table is called as in the template. */
const TABLE = 'Table';

/** Plays a scenario with the function report, and reads what a team would have got. Nothing is asked of AWS. */
export async function preview({ scenario: asked, seed, since, timeZone }: PreviewAsked): Promise<Told> {
  const scenario = reported(asked);
  const { account, slack } = await runDrill(scenario, { seed });
  if (!slack) throw new Error(`the scenario ${scenario.name} was played without Slack`);
  const policy = policyFromEnv({ SPOTKEEPER_MODE: 'act', ...scenario.settings });
  const zone = timeZone ?? policy.timeZone;
  const report = await meanwhile(account, async (operator) => {
    const books = await booksOf(operator, { regions: [regionOf(scenario)], name: TABLE });
    const now = operator.runtime.now();
    const made = timeZone === undefined ? await madeReports(books) : new Set();
    const due = dueReports(policy, now).findLast(({ id }) => made.has(id));
    const span = (): Span | ScheduledSpan => {
      if (since) return spanSince(since, { timeZone: zone, now });
      if (due) return { period: due.period, stretches: undefined };
      return spanFrom(instant(defaultStartMs), { to: now, timeZone: zone }, `${scenario.name}, as it was played`);
    };
    return reportIn(books, span());
  });
  return { report, messages: messagesIn(slack) };
}

function reported(scenario: Scenario): Scenario {
  if (scenario.report) return scenario;
  return {
    ...scenario,
    report: true,
    seconds: scenario.seconds + LEDGER_SECONDS,
    settings: { ...LEDGER, ...scenario.settings },
  };
}

/** Of a channel only one message, with its thread. @param n from 1 on. @throws UsageError when there is none */
export function onlyMessage({ report, messages }: Told, n: number): Told {
  const message = messages[n - 1];
  if (message) return { report, messages: [message] };
  const allowed = messages.length === 0 ? 'none, nothing was said in Slack' : `1 to ${messages.length}`;
  throw new UsageError(`--message is ${n}; allowed: ${allowed}`);
}
