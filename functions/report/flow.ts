import type { Flow, Phase } from '../../shared/flow.ts';
import { emptyPlan } from '../../shared/plan/action.ts';
import { homeOf } from '../../shared/policy.ts';
import { type Acts, acts } from './acts.ts';
import { type Accepted, accepts } from './decide/accepts.ts';
import { type AlertsView, decideAlerts } from './decide/alerts.ts';
import { figures } from './decide/figures.ts';
import { decideLedger, type LedgerView } from './decide/ledger.ts';
import { decidePost, type PostView } from './decide/post.ts';
import { decideReports, type ReportsView } from './decide/reports.ts';
import { decideTell, type TellView } from './decide/tell.ts';
import { observeAlerts } from './observe/alerts.ts';
import { observeLedger } from './observe/ledger.ts';
import { observePost } from './observe/post.ts';
import { observeReports } from './observe/reports.ts';
import { observeTell } from './observe/tell.ts';
import type { Reader } from './reader.ts';

/** Counts what ran and what it cost, follows incidents, and says in Slack what there is to say. */
export const report: Flow<Accepted, Reader, Acts> = {
  name: 'report',
  accepts,
  acts,
  // Each rests on what the one before wrote: a message that is lost between two of them is made anew a minute later.
  phases: [alerts(), tell(), atHome(post()), ledger(), atHome(reports())],
  figures,
};

/** Whether there is a storm, and how it goes. */
function alerts(): Phase<Accepted, Reader, AlertsView> {
  return { name: 'alerts', observe: observeAlerts, decide: (seen, _, context) => decideAlerts(seen, context) };
}

/** What of it is to be said. */
function tell(): Phase<Accepted, Reader, TellView> {
  return { name: 'tell', observe: observeTell, decide: (seen, _, context) => decideTell(seen, context) };
}

/** Says it. */
function post(): Phase<Accepted, Reader, PostView> {
  return { name: 'post', observe: observePost, decide: (seen, _, context) => decidePost(seen, context) };
}

/** What ran, and what it cost. */
function ledger(): Phase<Accepted, Reader, LedgerView> {
  return { name: 'ledger', observe: observeLedger, decide: (seen, _, context) => decideLedger(seen, context) };
}

/** The reports whose hour has come; the next minute says them. */
function reports(): Phase<Accepted, Reader, ReportsView> {
  return { name: 'reports', observe: observeReports, decide: (seen, _, context) => decideReports(seen, context) };
}

/** What one region does for all. */
function atHome<O>({ name, observe, decide }: Phase<Accepted, Reader, O>): Phase<Accepted, Reader, O | undefined> {
  return {
    name,
    observe: async (read, events, context) =>
      context.region === homeOf(context) ? observe(read, events, context) : undefined,
    decide: (seen, events, context) => (seen === undefined ? emptyPlan : decide(seen, events, context)),
  };
}
