import type { Acts } from '../../../functions/report/acts.ts';
import { report } from '../../../functions/report/flow.ts';
import type { Reader, ReportTable } from '../../../functions/report/reader.ts';
import { keyOf } from '../../../shared/aws/record-keys.ts';
import type { Ports, Runtime } from '../../../shared/flow.ts';
import type { Outbox } from '../../../shared/model/incident.ts';
import { type Instant, later } from '../../../shared/model/instant.ts';
import type { PriceBook } from '../../../shared/model/ledger.ts';
import type { StoredRecord } from '../../../shared/model/records.ts';
import type { ActionOf, Guard, Outcome } from '../../../shared/plan/action.ts';
import type { Policy } from '../../../shared/policy.ts';
import { run } from '../../../shared/run.ts';
import { aPolicy, aTick, NOW, REGION } from '../../given.ts';

type Kind = StoredRecord['is'];
type Of<K extends Kind> = Extract<StoredRecord, { readonly is: K }>;

const NO_PRICES: PriceBook = {
  spot: new Map(),
  onDemand: new Map(),
  fargate: { x86: undefined, arm: undefined, storageGb: undefined },
  fargateSpot: { x86: undefined, arm: undefined, storageGb: undefined },
};

/** A process that dies at a call: that call and all after it come to nothing. */
class Life {
  private left: number;
  /** What Slack does not answer before the next minute's run is over; undefined: it answers at once. */
  readonly answer: Promise<void> | undefined;
  /** Called when it waits for that. */
  waits: () => void = () => undefined;

  constructor(calls: number, answer: Promise<void> | undefined) {
    this.left = calls;
    this.answer = answer;
  }

  call(): void {
    this.left -= 1;
    if (this.left < 0) throw new Error('the process is dead');
  }
}

/** spotkeeper's table, Slack, and the function report, minute by minute. Nothing runs in its clusters. */
export class ReportWorld {
  now: Instant;
  hasSlack = true;
  /** A webhook tells nothing of where a message stands. */
  isBot = false;
  /** What Slack took, in order. */
  readonly said: Outbox[] = [];
  readonly records = new Map<string, StoredRecord>();
  readonly errors: string[] = [];
  readonly notes: string[] = [];
  private readonly policy: Policy;
  private ticks = 0;
  private readonly running: Promise<unknown>[] = [];

  constructor(policy: Partial<Policy> = {}, now: Instant = NOW) {
    this.policy = aPolicy({ regions: [REGION], reports: 'none', ...policy });
    this.now = now;
  }

  put(...records: readonly StoredRecord[]): void {
    for (const record of records) this.records.set(nameOf(record), record);
  }

  take(...records: readonly StoredRecord[]): void {
    for (const record of records) this.records.delete(nameOf(record));
  }

  all<K extends Kind>(kind: K): readonly Of<K>[] {
    return [...this.records.values()].filter((one): one is Of<K> => one.is === kind && one.expiresAt > this.now);
  }

  /**
   * One run of the function.
   * @param calls that it lives for
   * @param answer when Slack answers it; this returns when it waits for Slack, or is over
   */
  async tick(calls = Number.POSITIVE_INFINITY, answer: Promise<void> | undefined = undefined): Promise<void> {
    this.ticks += 1;
    const life = new Life(calls, answer);
    const waits = new Promise<void>((resolve) => {
      life.waits = resolve;
    });
    const batch = this.policy.regions.map((region) => ({
      ok: true as const,
      event: aTick({ eventId: `tick ${this.ticks}`, region, at: this.now }),
    }));
    const over = run(report, batch, { policy: this.policy, ports: this.ports(life), runtime: this.runtime() });
    this.running.push(over);
    await Promise.race([waits, over]);
  }

  /** All runs that Slack answers are over then. */
  async settles(): Promise<void> {
    await Promise.all(this.running.splice(0));
  }

  passes(minutes = 1): void {
    this.now = later(this.now, minutes * 60_000);
  }

  private ports(life: Life): Ports<Reader, Acts> {
    return {
      read: (region) => this.reader(region, life),
      commit: async (guard) => {
        await Promise.resolve();
        life.call();
        return this.commit(guard);
      },
      act: {
        remember: async (action) => this.does(action, life, () => this.put(...action.records)),
        forget: async (action) => this.does(action, life, () => this.take(...action.records)),
        post: async (action) => {
          life.waits();
          await life.answer;
          return this.does(action, life, () => this.post(action.outbox));
        },
      },
    };
  }

  private async does(action: ActionOf<Acts>, life: Life, does: () => void): Promise<Outcome> {
    await Promise.resolve();
    life.call();
    does();
    return { action, result: 'done' };
  }

  /** As DynamoDB does it. */
  private commit({ next, expected }: Guard): 'won' | 'lost' {
    const there = this.records.get(nameOf(next));
    const held = there !== undefined && 'version' in there && there.expiresAt > this.now ? there : undefined;
    if ((held?.version ?? 'absent') !== expected)
      return held?.version === next.version && held.by === next.by ? 'won' : 'lost';
    this.put(next);
    return 'won';
  }

  private post(outbox: Outbox): void {
    const there = this.all('outbox').find(({ id }) => id === outbox.id) ?? outbox;
    this.said.push(outbox);
    const said = { saidRevision: outbox.revision, outdated: there.message.text !== outbox.message.text, attempts: 0 };
    const posted = this.isBot ? { channel: 'C1', ts: '1' } : undefined;
    this.put({ ...there, ...said, posted, notBefore: this.now, version: there.version + 1 });
  }

  private reader(region: string, life: Life): Reader {
    const table = this.table(region, life);
    const home = this.policy.regions[0] ?? region;
    return {
      ...table,
      tableOf: (other) => this.table(other, life),
      outbox: () => this.query(life, 'outbox', home),
      reported: () => this.query(life, 'reported', home),
      hasSlack: this.hasSlack,
      ran: async ({ groups }) => ({ instances: [], tasks: [], groups }),
      prices: async () => NO_PRICES,
    };
  }

  table(region: string, life = new Life(Number.POSITIVE_INFINITY, undefined)): ReportTable {
    const within = <T extends { readonly cluster: unknown }>(cluster: string, all: readonly T[]) =>
      all.filter((one) => one.cluster === cluster);
    return {
      clusters: () => this.query(life, 'cluster', region),
      counted: () => this.query(life, 'counted', region),
      ledger: async (from, to) =>
        (await this.query(life, 'ledger', region)).filter(({ hour }) => hour >= from && hour < to),
      interruptions: async (from, to) =>
        (await this.query(life, 'interruption', region)).filter((one) => one.noticedAt >= from && one.noticedAt < to),
      watches: () => this.query(life, 'watch', region),
      doomed: async (cluster) => within(cluster, await this.query(life, 'doomed', region)),
      lookouts: () => this.query(life, 'lookout', region),
      lendings: async (cluster) => within(cluster, await this.query(life, 'lending', region)),
      prepared: async (cluster) => within(cluster, await this.query(life, 'prepared', region)),
      coolOffs: () => this.query(life, 'cool-off', region),
      standings: () => this.query(life, 'standing', region),
      choices: () => this.query(life, 'choice', region),
      recentIncidents: async () => (await this.query(life, 'incident', region)).filter(({ filed }) => !filed),
      incidents: async (from) =>
        (await this.query(life, 'incident', region)).filter(
          ({ closedAt }) => closedAt === undefined || closedAt >= from,
        ),
    };
  }

  private async query<K extends Kind>(life: Life, kind: K, region: string): Promise<readonly Of<K>[]> {
    await Promise.resolve();
    life.call();
    return this.all(kind).filter((one) => one.region === region);
  }

  private runtime(): Runtime {
    return {
      now: () => this.now,
      sleep: async () => undefined,
      random: () => 0,
      log: {
        info: (_, fields = {}) => this.notes.push(...((fields as { readonly notes?: string[] }).notes ?? [])),
        warn: () => undefined,
        error: (message, fields = {}) => this.errors.push(`${message} ${JSON.stringify(fields)}`),
      },
      measure: () => undefined,
      publish: () => undefined,
    };
  }
}

function nameOf(record: StoredRecord): string {
  const { pk, sk } = keyOf(record);
  return `${pk} / ${sk}`;
}
