import type { Installation } from '../../cli/installation.ts';
import type { Template } from '../../sim/delivery/template.ts';
import type { Market } from '../market.ts';
import type { Usage } from './cost.ts';
import { TableUse } from './table-use.ts';

/** What is assumed where nothing is counted. */
export const assumed = {
  /** of one mapping while its queue is empty: five pollers, 20 s of long polling each (docs/operations.md) */
  idlePollsPerMinute: 15,
  /** a function's own work with 1,024 MB, beside the calls that it waits for; it has CPU in proportion to its memory */
  workMs: 50,
  /** what Lambda writes around an invocation, bytes: START, END and REPORT */
  logAroundInvocation: 350,
  /** what the logger and CloudWatch add to a line, bytes */
  logAroundLine: 250,
  /** what the ledger and other records keep, beside those of the time that was watched, days */
  keptDays: 100,
  /** decryptions a month: a report a day, and a message of an incident each day */
  decryptions: 60,
} as const;

const MONTH_HOURS = 730;
const HOUR_MS = 3_600_000;
const GB = 1e9;

/** Counts what spotkeeper uses in a market from now on. */
export function watchUsage(market: Market, installation: Installation, template: Template) {
  const { account, dynamodb } = market;
  const from = account.clock.now();
  const table = new TableUse(account.endpoint, dynamodb, account.account);
  const [passedBefore, sentBefore] = [passed(installation), sent(installation)];
  /** Scaled to a month. */
  return (): Usage => {
    const now = account.clock.now();
    const month = (MONTH_HOURS * HOUR_MS) / (now - from);
    const runs = installation.deployment.invocations.filter(({ startedAt }) => startedAt >= from);
    const gbSeconds = runs.reduce((sum, { logicalId, startedAt, endedAt = now }) => {
      const gb = memoryGb(template, logicalId);
      return sum + (gb * (endedAt - startedAt + assumed.workMs / gb)) / 1_000;
    }, 0);
    const lines = installation.transcript.lines.filter(({ at }) => at >= from);
    const logBytes = lines.reduce(
      (sum, { message, fields }) => sum + message.length + JSON.stringify(fields).length + assumed.logAroundLine,
      runs.length * assumed.logAroundInvocation,
    );
    const measured = installation.transcript.measurements.filter(({ at }) => at >= from);
    const metricHours = new Set(measured.map(({ at, metric }) => `${metric} ${Math.floor(at / HOUR_MS)}`)).size;
    const watchedHours = Math.ceil((now - from) / HOUR_MS);
    return {
      lambdaGbSeconds: gbSeconds * month,
      lambdaRequests: runs.length * month,
      sqsRequests: queueRequests(market, { installation, template, from, sentBefore }) * month,
      dynamodbReads: table.reads * month,
      dynamodbWrites: table.writes * month,
      dynamodbGb: (table.storedBytes * ((assumed.keptDays * 24 * HOUR_MS) / (now - from))) / GB,
      events: (passed(installation) - passedBefore) * month,
      metrics: metricHours / watchedHours,
      alarms: ofType(template, 'AWS::CloudWatch::Alarm'),
      logGb: (logBytes * month) / GB,
      kmsRequests: assumed.decryptions,
    };
  };
}

type Watched = {
  readonly installation: Installation;
  readonly template: Template;
  readonly from: number;
  readonly sentBefore: number;
};

/**
 * Idle polls, what EventBridge and the functions send, and for each batch that a function gets its receives of ten and
 * its deletions of ten. https://aws.amazon.com/sqs/pricing/ (every action is a request)
 */
function queueRequests({ account }: Market, { installation, template, from, sentBefore }: Watched): number {
  const { clock, endpoint } = account;
  const minutes = (clock.now() - from) / 60_000;
  const idle = ofType(template, 'AWS::Lambda::EventSourceMapping') * assumed.idlePollsPerMinute * minutes;
  const byFunctions = endpoint.calls.count({ service: 'sqs', from });
  const batches = installation.deployment.invocations.filter(
    ({ startedAt, source }) => startedAt >= from && source !== 'EventBridge',
  );
  const handled = batches.reduce((sum, { records }) => sum + 2 * Math.ceil(records / 10), 0);
  return idle + (sent(installation) - sentBefore) + byFunctions + handled;
}

const passed = ({ deployment }: Installation): number =>
  deployment.bus.rules.reduce((sum, rule) => sum + rule.passed, 0);

/** What rules put into queues; a function that a rule invokes costs no request. */
const sent = ({ deployment }: Installation): number =>
  deployment.bus.rules.reduce((sum, { passed: events, targets }) => {
    return sum + events * targets.filter(({ to }) => to.arn.startsWith('arn:aws:sqs:')).length;
  }, 0);

/** https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html */
const memoryGb = ({ Resources }: Template, logicalId: string): number =>
  Number(Resources[logicalId]?.Properties?.MemorySize) / 1_024;

const ofType = ({ Resources }: Template, type: string): number =>
  Object.values(Resources).filter(({ Type }) => Type === type).length;
