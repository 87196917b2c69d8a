import type { JournalEntry, JournalKind } from '../../sim/world/journal.ts';
import type { DropReason } from '../../sim/world/tally.ts';
import { dropReasons } from '../drop-reasons.ts';
import { distinct, type Happening, type Tone, total, type Who } from './happening.ts';

/** What the account's journal tells a person. @param verbose with every step of every task and instance */
export function journalHappenings(entries: readonly JournalEntry[], verbose: boolean): readonly Happening[] {
  const told = new Set<string>();
  return entries.flatMap((entry): Happening[] => {
    const { who, tone = 'plain', text, many, key, detail = false, once = false } = tellings[entry.kind];
    const again = told.has(`${entry.kind} ${entry.subject}`);
    told.add(`${entry.kind} ${entry.subject}`);
    const isDetail = typeof detail === 'function' ? detail(entry) : detail;
    if ((isDetail || (once && again)) && !verbose) return [];
    return [
      {
        at: entry.at,
        who,
        tone,
        text: text?.(entry) ?? entry.text,
        key: [entry.kind, key?.(entry)].join(' '),
        count: entry.kind === 'requests-dropped' ? Number(entry.data.count) : 1,
        of: factsOf(entry),
        many,
      },
    ];
  });
}

type Telling = {
  readonly who: Who;
  readonly tone?: Tone;
  /** The sentence for one; left out: the journal's own. */
  text?(entry: JournalEntry): string;
  many(all: readonly Happening[]): string;
  /** What entries must share, beside their kind, to be told as one. */
  key?(entry: JournalEntry): string;
  /** Told only when all is to be told. */
  readonly detail?: boolean | ((entry: JournalEntry) => boolean);
  /** It is tried again and again: told when it first happens to its subject. */
  readonly once?: boolean;
};

function factsOf({ subject, text, data }: JournalEntry): Happening['of'] {
  return {
    subject,
    // A task is called `service/0123ab`, or by its family when it is standalone.
    group: text.split('/')[0] ?? '',
    instance: String(data.instance ?? subject),
    cluster: String(data.cluster ?? ''),
    pool: `${data.type} in ${data.zone}`,
    by: whoDrains(String(data.by)),
    autoScalingGroup: String(data.group ?? ''),
    reason: dropReason(data.reason),
    death: deathOf(text),
    startsAt: data.startsAt === undefined ? '' : iso(data.startsAt),
  };
}

const one = (all: readonly Happening[], fact: string, plural: string): string => {
  const values = distinct(all, fact);
  return values.length === 1 ? (values[0] ?? '') : `${values.length} ${plural}`;
};

const instances = (all: readonly Happening[]): string => `${all.length} instances`;
const tasks = (all: readonly Happening[]): string => `${all.length} tasks of ${one(all, 'group', 'services')}`;
const hosts = (all: readonly Happening[]): string => one(all, 'instance', 'instances');

const isSpotkeeper = (by: unknown): boolean => String(by).startsWith('spotkeeper');

const whoDrains = (by: string): string => {
  if (isSpotkeeper(by)) return 'spotkeeper';
  return by.startsWith('agent') ? 'the agent' : by;
};

const taskOf = ({ text }: JournalEntry): string => text.split(' ')[0] ?? '';
const isOurs = ({ text }: JournalEntry): boolean => text.includes('spotkeeper');

const deathOf = (text: string): string => {
  if (text.includes('SIGKILL')) return 'get SIGKILL after their stop timeout';
  return text.includes('after SIGTERM')
    ? 'die with their hosts, SIGTERM came too late'
    : 'die with their hosts, without SIGTERM';
};
const verbOf = ({ data }: JournalEntry): string => `will ${data.action}`;

/** What spotkeeper does to services is told as its decision already. */
const byCallers: Pick<Telling, 'who' | 'detail' | 'text'> = {
  who: 'ECS',
  detail: ({ data }) => isSpotkeeper(data.by),
  text: ({ text, data }) => `${text}, as ${data.by === 'person' ? 'a person' : whoDrains(String(data.by))} asked`,
};

const tellings: Readonly<Record<JournalKind, Telling>> = {
  notice: {
    who: 'EC2',
    tone: 'warning',
    text: (entry) => `${verbOf(entry)} ${entry.subject} (${entry.data.type} in ${entry.data.zone}) in two minutes`,
    many: (all) => `will take back ${instances(all)} (${one(all, 'pool', 'pools')}) in two minutes`,
  },
  'rebalance-recommendation': {
    who: 'EC2',
    text: ({ subject }) => `recommends to replace ${subject}`,
    many: (all) => `recommends to replace ${instances(all)}`,
  },
  'maintenance-scheduled': {
    who: 'AWS Health',
    tone: 'warning',
    text: ({ subject, data }) => `the host of ${subject} will be stopped at ${iso(data.startsAt)}`,
    many: (all) => `the hosts of ${instances(all)} will be stopped at ${one(all, 'startsAt', 'times')}`,
  },
  'instance-launched': {
    who: 'Auto Scaling',
    many: (all) => `launches ${instances(all)} for ${one(all, 'autoScalingGroup', 'groups')}`,
  },
  'instance-registered': {
    who: 'ECS',
    many: (all) => `${instances(all)} are ACTIVE in ${one(all, 'cluster', 'clusters')}`,
  },
  'instance-reclaimed': {
    who: 'EC2',
    tone: 'warning',
    text: ({ subject }) => `takes back ${subject}`,
    many: (all) => `takes back ${instances(all)}`,
  },
  'zone-lost': { who: 'EC2', tone: 'bad', many: (all) => `${all.length} Availability Zones fail` },
  'zone-restored': { who: 'EC2', many: (all) => `${all.length} Availability Zones are back` },
  'instance-terminated': { who: 'EC2', many: (all) => `${instances(all)} go down` },
  'launch-failed': {
    who: 'Auto Scaling',
    once: true,
    tone: 'warning',
    many: (all) => `finds no Spot capacity for ${one(all, 'subject', 'groups')}`,
  },
  'managed-scaling': { who: 'ECS', many: (all) => `managed scaling changes ${one(all, 'subject', 'groups')}` },
  'on-demand-base': {
    ...byCallers,
    who: 'Auto Scaling',
    many: (all) => `${one(all, 'subject', 'groups')} have other On-Demand bases`,
  },
  draining: {
    who: 'ECS',
    text: ({ subject, data }) => `${subject} in ${data.cluster} is DRAINING, set by ${whoDrains(String(data.by))}`,
    many: (all) =>
      `${instances(all)} in ${one(all, 'cluster', 'clusters')} are DRAINING, set by ${one(all, 'by', 'callers')}`,
    key: ({ data }) => whoDrains(String(data.by)),
  },
  'task-starting': { who: 'ECS', many: (all) => `${tasks(all)} start on ${hosts(all)}` },
  'task-running': { who: 'ECS', detail: true, many: (all) => `${tasks(all)} run` },
  'task-healthy': { who: 'ECS', many: (all) => `${tasks(all)} are healthy` },
  'task-deregistered': {
    who: 'load balancer',
    text: (entry) =>
      `${taskOf(entry)} gets no new requests, ${isByCaller(entry) ? 'as spotkeeper asked' : 'as ECS asked'}`,
    many: (all) => `${tasks(all)} get no new requests`,
    key: (entry) => String(isByCaller(entry)),
  },
  'task-sigterm': {
    who: 'ECS',
    text: (entry) => `${taskOf(entry)} gets SIGTERM${isOurs(entry) ? ', as spotkeeper asked' : ''}`,
    many: (all) => `${tasks(all)} get SIGTERM`,
    key: (entry) => String(isOurs(entry)),
  },
  'task-stopped': {
    who: 'ECS',
    detail: true,
    text: (entry) => `${taskOf(entry)} has stopped`,
    many: (all) => `${tasks(all)} have stopped`,
  },
  'task-killed': {
    who: 'ECS',
    tone: 'bad',
    many: (all) => `${tasks(all)} ${one(all, 'death', 'ways')}`,
    key: ({ text }) => deathOf(text),
  },
  'task-unplaced': {
    who: 'ECS',
    once: true,
    tone: 'warning',
    many: (all) => `no room is left for tasks of ${one(all, 'subject', 'services')}`,
  },
  'service-created': { ...byCallers, many: (all) => `${all.length} services are created` },
  'service-scaled': { ...byCallers, many: (all) => `${one(all, 'subject', 'services')} want other numbers of tasks` },
  'service-deployed': { ...byCallers, many: (all) => `${one(all, 'subject', 'services')} begin deployments` },
  'service-deleted': { ...byCallers, many: (all) => `${all.length} services are deleted` },
  'requests-dropped': {
    who: 'users',
    tone: 'bad',
    text: ({ subject, data }) => `${data.count} requests to ${subject} ${dropReason(data.reason)}`,
    many: (all) => `${total(all)} requests to ${one(all, 'subject', 'services')} ${one(all, 'reason', 'reasons')}`,
    key: ({ data }) => String(data.reason),
  },
  'hook-opened': { who: 'Auto Scaling', many: (all) => `${instances(all)} are to end and wait for their hooks` },
  'hook-completed': { who: 'Auto Scaling', many: (all) => `the hooks of ${instances(all)} let them end` },
  'by-hand': { who: 'a person', many: (all) => `makes ${all.length} calls` },
  'slack-message': {
    who: 'Slack',
    key: ({ at }) => String(at),
    many: (all) => `${all.length} messages`,
    // The message of an incident is kept true each minute; its news stand in its thread.
    detail: ({ text }) => text.startsWith('updated: '),
  },
  'slack-refused': { who: 'Slack', tone: 'warning', many: (all) => `refuses ${all.length} messages` },
};

const isByCaller = ({ text }: JournalEntry): boolean => text.includes('by a caller');
const dropReason = (reason: unknown): string => dropReasons[reason as DropReason] ?? '';
const iso = (at: unknown): string => new Date(Number(at)).toISOString();
