import type { Incident, Outbox } from '../../../shared/model/incident.ts';
import { instant, later } from '../../../shared/model/instant.ts';
import type { Money } from '../../../shared/model/ledger.ts';
import type { Report, ServiceSpending, Spending } from '../../../shared/model/report.ts';
import type { Block, SlackMessage } from '../../../shared/model/slack-message.ts';
import type { IncidentTold } from '../../../shared/slack/message/incident.ts';
import { clusterArn, REGION } from '../../given.ts';

/** What messages are made of: a day of two services in one cluster, a storm of twelve instances. */
export const USD = 1e9;
export const FROM = instant(Date.parse('2026-11-27T00:00:00Z'));
export const HOUR_MS = 3_600_000;

export function spending({
  cost,
  onDemand,
  fargate = 0,
}: Partial<Money> & { cost: number; onDemand: number }): Spending {
  return {
    cost,
    onDemand,
    fargate,
    saved: onDemand - cost,
    byCapacity: { spot: cost, 'on-demand': 0, 'fargate-spot': 0, fargate: 0 },
    lent: 0,
    idle: 0,
  };
}

export function service(name: string, { cost, onDemand }: { cost: number; onDemand: number }): ServiceSpending {
  return { region: REGION, cluster: 'prod', consumer: { of: 'service', name }, ...spending({ cost, onDemand }) };
}

export const QUIET: Report['interruptions'] = {
  noticed: 0,
  drained: 0,
  notDrained: 0,
  missed: 0,
  scaleIns: 0,
  maintenance: 0,
  tasksMoved: 0,
  tasksKilled: 0,
  slowestDrainSeconds: undefined,
};

/** A quiet day: 182.40 dollars instead of 410, in 'prod'. */
export function report(changes: Partial<Report> = {}): Report {
  const total = spending({ cost: 182.4 * USD, onDemand: 410 * USD, fargate: 365.12 * USD });
  return {
    period: {
      kind: 'daily',
      from: FROM,
      to: later(FROM, 24 * HOUR_MS),
      timeZone: 'UTC',
      name: 'Friday 27 November 2026',
    },
    account: '123456789012',
    mode: 'act',
    knownMs: 24 * HOUR_MS,
    gapMs: 0,
    total,
    before: undefined,
    regions: [{ region: REGION, ...total }],
    clusters: [{ region: REGION, cluster: 'prod', ...total }],
    services: [
      service('web', { cost: 120 * USD, onDemand: 300 * USD }),
      service('worker', { cost: 62.4 * USD, onDemand: 110 * USD }),
    ],
    pools: [],
    trend: [],
    freed: { instances: 0, cost: 0 },
    interruptions: QUIET,
    failovers: [],
    failoverCost: 0,
    coolOffs: [],
    standbys: [],
    unused: { days: 7, services: [] },
    findings: [],
    missingPrices: [],
    ...changes,
  };
}

export const OPENED = instant(Date.parse('2026-11-27T10:00:00Z'));
const minutes = (count: number) => later(OPENED, count * 60_000);

export function incident(changes: Partial<Incident> = {}): Incident {
  return {
    is: 'incident',
    region: REGION,
    cluster: clusterArn('prod'),
    openedAt: OPENED,
    closedAt: undefined,
    activeAt: minutes(52),
    instances: Array.from({ length: 12 }, (_, n) => `i-${n}`),
    pools: ['m6i.large eu-west-1a', 'm5.large eu-west-1a'],
    lent: [],
    lentCost: 0,
    costedTo: OPENED,
    countedAt: undefined,
    told: [],
    filed: false,
    version: 1,
    by: 'a pass',
    expiresAt: minutes(60 * 24),
    ...changes,
  };
}

export const LENT: Incident['lent'] = [
  {
    service: 'web',
    since: minutes(1),
    until: undefined,
    most: { 'fargate-spot': 12 },
    why: '12 displaced tasks find no room: 24 vCPU are missing.',
  },
];
export const LENT_AND_BACK = LENT.map((lending) => ({ ...lending, until: minutes(39) }));

export function told(stage: IncidentTold['stage'], changes: Partial<Incident> = {}): IncidentTold {
  const gone = stage === 'begun' || stage === 'lent' ? 0 : 12;
  const figures = { gone, drained: 12, missed: 0, tasksMoved: 48, tasksKilled: 0 };
  return { incident: incident(changes), stage, figures, mode: 'act', timeZone: 'UTC' };
}

/** What a person reads of some blocks, a line for each line; charts and tables by their figures. */
export const readable = (blocks: readonly Block[]): string => blocks.map(readableBlock).join('\n');

function readableBlock(block: Block): string {
  switch (block.type) {
    case 'header':
      return `# ${block.text.text}`;
    case 'section':
      return 'text' in block ? block.text.text : block.fields.map(({ text }) => text).join('\n');
    case 'context':
      return block.elements.map(({ text }) => text).join('\n');
    case 'divider':
      return '---';
    case 'data_table':
      return block.rows.map((row) => row.map(({ text }) => text).join(' | ')).join('\n');
    case 'data_visualization':
      return block.chart.series
        .map(({ name, data }) => `${name}: ${data.map(({ value }) => value).join(' ')}`)
        .join('\n');
  }
}

export function message(text: string, blocks: readonly Block[] = []): SlackMessage {
  const section: Block = { type: 'section', text: { type: 'mrkdwn', text } };
  return { text, blocks: [section, ...blocks], plainBlocks: [section] };
}

export function outbox(changes: Partial<Outbox> = {}): Outbox {
  return {
    is: 'outbox',
    region: REGION,
    id: 'daily 2026-11-27',
    message: message('The report.'),
    news: undefined,
    revision: 1,
    saidRevision: 0,
    outdated: false,
    posted: undefined,
    attempts: 0,
    notBefore: OPENED,
    lastError: undefined,
    createdAt: OPENED,
    version: 1,
    by: 'a pass',
    expiresAt: minutes(60 * 24),
    ...changes,
  };
}
