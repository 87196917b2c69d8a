import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { type Drill, runDrill } from '../../cli/run-drill.ts';
import { REGION, type Scenario } from '../../cli/scenario.ts';
import { lendingCluster, pool, served } from '../../cli/scenarios/failover/setting.ts';
import { unpacked } from '../../shared/aws/packed.ts';
import type { StoredRecord } from '../../shared/model/records.ts';
import { defaultStartMs, type SimulatedAccount } from '../../sim/account.ts';
import type { CallRule } from '../../sim/faults/plan.ts';
import { BOT_TOKEN, type SlackWorkspace, WEBHOOK_URL } from '../../sim/slack/workspace.ts';
import type { Region } from '../../sim/world/region.ts';

export const MINUTE_MS = 60_000;
/** In this zone the account begins an hour before midnight. */
export const MIDNIGHT_IN_AN_HOUR = {
  SPOTKEEPER_TIME_ZONE: 'Pacific/Kiritimati',
  SPOTKEEPER_REPORT_HOUR: '0',
  SPOTKEEPER_REPORTS: 'daily',
};

export type Played = {
  readonly minutes?: number;
  /** EC2 takes back all four instances in this minute; default none */
  readonly stormAt?: number;
  /** and has no other until then; default at once */
  readonly roomAt?: number;
  readonly story?: (region: Region, account: SimulatedAccount) => void;
  /** The parameter holds the URL of a webhook. */
  readonly webhook?: boolean;
  /** What becomes of Slack at minutes of the account. */
  readonly slack?: (workspace: SlackWorkspace, at: (minute: number, happen: () => void) => void) => void;
} & Pick<Scenario, 'faults' | 'settings' | 'failover' | 'observes'>;

/** Four Spot instances with two services on them, and the function report. */
export function play(played: Played = {}): Promise<Drill> {
  const { minutes = 60, stormAt, roomAt, story, webhook = false, slack, settings, ...more } = played;
  const scenario: Scenario = {
    name: 'fault',
    title: 'Something goes wrong.',
    seconds: minutes * 60,
    report: true,
    ...more,
    settings: { SPOTKEEPER_REPORTS: 'none', ...settings },
    build(region, account) {
      const cluster = lendingCluster(region);
      region.createGroup({ name: 'prod-a', cluster, desired: 4, maxSize: 8, pools: [pool] });
      served(region, { cluster, name: 'checkout', desired: 6, requestsPerSecond: 1 });
      served(region, { cluster, name: 'search', desired: 4, requestsPerSecond: 1 });
      const { clock } = account;
      const stays = roomAt === undefined;
      if (stormAt !== undefined)
        clock.after(stormAt * MINUTE_MS, () => region.interruptPool({ ...pool, overMs: 2_000, stillAvailable: stays }));
      if (roomAt !== undefined) clock.after(roomAt * MINUTE_MS, () => region.setAvailable(pool, true));
      story?.(region, account);
    },
    slack(workspace, account) {
      if (webhook) account.parameters.put({ region: REGION, name: '/spotkeeper/slack', value: WEBHOOK_URL });
      slack?.(workspace, (minute, happen) => account.clock.after(minute * MINUTE_MS, happen));
    },
    promises: [],
  };
  return runDrill(scenario, { seed: 1 });
}

/** A fault of the function report's calls. */
export const ofReport = (rule: Omit<CallRule, 'caller'>): CallRule => ({ caller: 'spotkeeper-prod-report*', ...rule });

/** A fault of the schedule's deliveries to the function report, in minutes of the account. */
export const ofTicks = (fault: 'lost' | 'duplicate', from = 0, to = Number.POSITIVE_INFINITY) => ({
  ...{ fault, rule: 'ReportTickRule', detailType: 'Scheduled Event' },
  ...{ fromMs: from * MINUTE_MS, toMs: to * MINUTE_MS },
});

/** What spotkeeper's table holds. */
export function recordsIn({ dynamodb, account }: Drill): readonly StoredRecord[] {
  const call = { account: account.account, region: REGION, caller: 'test', at: account.clock.now() };
  const tables = dynamodb.service.operations.ListTables?.({}, call) as { TableNames: string[] } | undefined;
  return (tables?.TableNames ?? [])
    .flatMap((name) => [...dynamodb.table(REGION, name).items()])
    .map((item) => unpacked(unmarshall(item as Record<string, AttributeValue>)) as StoredRecord);
}

export const recordsOf = <K extends StoredRecord['is']>(drill: Drill, kind: K) =>
  recordsIn(drill).filter((one): one is Extract<StoredRecord, { readonly is: K }> => one.is === kind);

/** What the ledger holds: seconds and nano-dollars by who used them. */
export function ledgerOf(drill: Drill) {
  const sums = new Map<string, { seconds: number; cost: number; onDemand: number }>();
  for (const { services } of recordsOf(drill, 'ledger'))
    for (const { consumer, capacity, seconds, cost, onDemand } of services) {
      const key = `${consumer.of === 'idle' ? 'idle' : consumer.name} ${capacity}`;
      const sum = sums.get(key) ?? { seconds: 0, cost: 0, onDemand: 0 };
      sums.set(key, { seconds: sum.seconds + seconds, cost: sum.cost + cost, onDemand: sum.onDemand + onDemand });
    }
  return Object.fromEntries([...sums].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The times that the ledger tells of, minutes of the account, one after the other. */
export const timesOf = (drill: Drill): readonly (readonly [number, number])[] =>
  recordsOf(drill, 'ledger')
    .map(({ from, to }) => [(from - defaultStartMs) / MINUTE_MS, (to - defaultStartMs) / MINUTE_MS] as const)
    .sort(([a], [b]) => a - b);

export const messagesOf = ({ slack }: Drill) => slack?.messages ?? [];

/** What the functions said. */
export const said = ({ installation }: Drill): string => JSON.stringify(installation?.transcript.lines ?? []);

/** Parts of the secrets that stand in a log line, a record or a message. */
export function secretsIn(drill: Drill): readonly string[] {
  const texts = [said(drill), JSON.stringify(recordsIn(drill)), JSON.stringify(messagesOf(drill))];
  const parts = [...BOT_TOKEN.split('-'), ...new URL(WEBHOOK_URL).pathname.split('/').slice(2)];
  return parts.filter((part) => part.length > 4 && texts.some((text) => text.includes(part)));
}
