import { spanSince } from '../cli/report/span.ts';
import { REGION } from '../cli/scenario.ts';
import { stopwatch } from '../cli/stopwatch.ts';
import { report } from '../functions/report/flow.ts';
import { observeMaterial } from '../functions/report/observe/material.ts';
import { tableReader } from '../functions/report/ports/table.ts';
import { makePorts } from '../functions/report/ports.ts';
import { makeTableClient } from '../shared/aws/clients.ts';
import { pause } from '../shared/aws/clock.ts';
import { calendarOf, daysIn } from '../shared/core/report/periods.ts';
import { reportOf } from '../shared/core/report/report.ts';
import type { Runtime } from '../shared/flow.ts';
import { makeHandler } from '../shared/lambda.ts';
import { instant } from '../shared/model/instant.ts';
import { reportMessage } from '../shared/slack/message/report.ts';
import type { Measured } from './report-month.ts';

// The function report beside a table that another process serves: it makes the reports that are due, as its schedule
// would have it, then one of all days in the table. Prints what that took.

const MEBIBYTE = 2 ** 20;
const [endpoint = '', nowText = '', daysText = ''] = process.argv.slice(2);
const [now, days] = [instant(Number(nowText)), Number(daysText)];

const quiet = { info: () => {}, warn: complain, error: complain };
const edge = { now: () => now, sleep: pause, random: () => 0 };
const runtime: Runtime = { ...edge, log: quiet, measure: () => {}, publish: () => {} };
const clientConfig = () => ({ endpoint, credentials: { accessKeyId: 'simulated', secretAccessKey: 'simulated' } });
const env = {
  AWS_REGION: REGION,
  SPOTKEEPER_MODE: 'act',
  SPOTKEEPER_REGIONS: REGION,
  SPOTKEEPER_TABLE: 'Table',
};

const inFunction = stopwatch();
const handler = makeHandler(report, makePorts, env, { runtime, clientConfig, fetch });
const tick = {
  ...{ version: '0', id: 'tick', account: '123456789012', time: new Date(now).toISOString(), region: REGION },
  ...{ source: 'aws.events', 'detail-type': 'Scheduled Event', resources: [], detail: {} },
};
await handler(tick, { awsRequestId: 'lone process' } as Parameters<typeof handler>[1]);
const functionSeconds = inFunction();

const inMonth = stopwatch();
const table = { client: makeTableClient(REGION, { edge, clientConfig }), name: 'Table', prefix: '', ...edge };
const { period } = spanSince({ days }, { timeZone: 'UTC', now });
const about = { period, account: '123456789012', mode: 'act', now } as const;
const material = await observeMaterial([tableReader(REGION, table)], {
  ...about,
  stretches: daysIn(period, calendarOf(period.timeZone)),
});
const month = reportOf(material);
const { blocks } = reportMessage(month);
const told: Measured = {
  functionSeconds,
  monthSeconds: inMonth(),
  peak: Math.round(process.resourceUsage().maxRSS / 1_024),
  heap: Math.round(process.memoryUsage().heapUsed / MEBIBYTE),
  cost: month.total.cost,
  services: month.services.length,
  blocks: blocks.length,
};
console.log(JSON.stringify(told));

function complain(message: string, fields: object = {}): void {
  console.error(message, JSON.stringify(fields));
}
