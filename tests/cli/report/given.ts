import type { ChannelMessage, Told } from '../../../cli/report/told.ts';
import { type Instant, later } from '../../../shared/model/instant.ts';
import type { Report, ServiceSpending } from '../../../shared/model/report.ts';
import type { SlackMessage } from '../../../shared/model/slack-message.ts';
import { incidentMessage } from '../../../shared/slack/message/incident.ts';
import { reportMessage } from '../../../shared/slack/message/report.ts';
import { clusterArn, REGION } from '../../given.ts';
import {
  FROM,
  HOUR_MS,
  LENT,
  LENT_AND_BACK,
  OPENED,
  report,
  service,
  spending,
  told,
  USD,
} from '../../shared/slack/given.ts';

/** A week in which one day was stormy: two services, idle room, two pools, and tasks that were lent. */
export function stormyReport(changes: Partial<Report> = {}): Report {
  const web = lentTo(service('web', { cost: 120.000_000_001 * USD, onDemand: 300 * USD }));
  const worker = service('worker', { cost: 62.4 * USD, onDemand: 110 * USD });
  const idle: ServiceSpending = {
    ...service('', { cost: 7.6 * USD, onDemand: 20 * USD }),
    consumer: { of: 'idle' },
    idle: 7.6 * USD,
  };
  const services = [web, worker, idle];
  const total = {
    ...spending({ cost: 190.000_000_001 * USD, onDemand: 430 * USD, fargate: 365.12 * USD }),
    byCapacity: { spot: 185.000_000_001 * USD, 'on-demand': 0, 'fargate-spot': 5 * USD, fargate: 0 },
    lent: 5 * USD,
    idle: 7.6 * USD,
  };
  const pool = { region: REGION, capacity: 'spot' as const, fargate: 0 };
  return report({
    total,
    services,
    regions: [{ region: REGION, ...total }],
    clusters: [{ region: REGION, cluster: 'prod', ...total }],
    pools: [
      { ...pool, pool: 'm6i.large eu-west-1a', hours: 96, cost: 100 * USD, onDemand: 250 * USD },
      { ...pool, pool: 'm5.large eu-west-1b', hours: 72, cost: 85.000_000_001 * USD, onDemand: 175 * USD },
      { ...pool, capacity: 'fargate-spot', pool: 'Fargate Spot', hours: 7.8, cost: 5 * USD, onDemand: 5 * USD },
    ],
    trend: ['Mon 23', 'Tue 24', 'Wed 25', 'Thu 26', 'Fri 27'].map((label, n) => ({
      label,
      cost: (170 + 5 * n) * USD,
      saved: (250 - 3 * n) * USD,
    })),
    failoverCost: 5 * USD,
    failovers: [
      {
        region: REGION,
        cluster: 'prod',
        service: 'web',
        from: OPENED,
        until: later(OPENED, 38 * 60_000),
        most: 12,
        where: 'Fargate Spot',
        why: '12 displaced tasks find no room: 24 vCPU are missing.',
      },
    ],
    findings: ['web waits 300 seconds for deregistration; a Spot notice leaves 120.'],
    ...changes,
  });
}

const lentTo = (one: ServiceSpending): ServiceSpending => ({
  ...one,
  byCapacity: { ...one.byCapacity, spot: one.cost - 5 * USD, 'fargate-spot': 5 * USD },
  lent: 5 * USD,
});

const posted = (at: Instant, { text, blocks }: SlackMessage, more: Partial<ChannelMessage> = {}): ChannelMessage => ({
  at,
  editedAt: undefined,
  text,
  blocks,
  replies: [],
  ...more,
});

/** A storm that is over, with its thread, and the day's report. */
export function stormyTold(): Told {
  const day = stormyReport();
  const changes = { cluster: clusterArn('prod'), lent: LENT_AND_BACK, lentCost: 5 * USD };
  const stages = [told('lent', { lent: LENT }), told('back', changes), told('over', changes)];
  const replies = stages.flatMap((stage, n) => {
    const { news } = incidentMessage(stage);
    return news ? [posted(later(OPENED, (n + 1) * 600_000), news)] : [];
  });
  const { message } = incidentMessage(told('over', changes));
  return {
    report: day,
    messages: [
      posted(OPENED, message, { editedAt: later(OPENED, 3_000_000), replies }),
      posted(later(FROM, 33 * HOUR_MS), reportMessage(day)),
    ],
  };
}
