import { lookoutPartition } from '../../shared/aws/record-keys.ts';
import type { Lookout } from '../../shared/model/records.ts';
import { failoverSettings } from '../../shared/settings/failover-settings.ts';
import type { JournalEntry } from '../../sim/world/journal.ts';
import { isHandsOff } from '../hands-off.ts';
import { recordsUnder } from '../records.ts';
import { REGION } from '../scenario.ts';
import { observes, type Seed } from './seed.ts';

/** From notice to DRAINING when nothing goes wrong: delivery, batch window, a look-up in all clusters, the call. */
const IN_TIME_MS = 10_000;
/** Who registers later than this before its end may be reclaimed first. */
const LATE_MS = 15_000;
/** From a notice to its deadline. */
const NOTICE_MS = 120_000;

/**
 * Every instance of a managed cluster that has its notice is DRAINING within ten seconds, or as much later as the faults
 * that happened meanwhile may have cost; at the latest, where those excuse it no longer, before EC2 takes it. In a
 * cluster whose services are to be lent tasks first, the ten seconds begin at deadline - drainReserveSeconds.
 */
export function checkDrains(seed: Seed): void {
  if (observes(seed)) return;
  const { account } = seed;
  const drains = new Drains(seed);
  let told = 0;
  account.clock.onStep(() => {
    const { entries } = account.journal;
    if (told === entries.length) return;
    for (const entry of entries.slice(told)) drains.happened(entry);
    told = entries.length;
  });
}

class Drains {
  readonly #seed: Seed;
  readonly #notices = new Map<string, number>();
  readonly #drained = new Map<string, number>();
  readonly #held = new Set<string>();

  constructor(seed: Seed) {
    this.#seed = seed;
  }

  happened({ kind, subject, at, data }: JournalEntry): void {
    if ((kind === 'notice' || kind === 'draining') && this.#mayHold(subject)) this.#held.add(subject);
    if (kind === 'draining' && !this.#drained.has(subject)) this.#drained.set(subject, at);
    // A hibernation begins at once.
    if (kind === 'notice' && data.action !== 'hibernate') this.#notices.set(subject, at);
    if (kind === 'instance-reclaimed' || kind === 'instance-terminated') this.#settle(subject, at);
  }

  #settle(instanceId: string, endedAt: number): void {
    const noticedAt = this.#notices.get(instanceId);
    const instance = this.#seed.region.parts.ecs.instances.byEc2Id.get(instanceId);
    if (noticedAt === undefined || !instance || isHandsOff(instance.cluster)) return;
    if (instance.status === 'REGISTRATION_FAILED' || instance.registeredAt > endedAt - LATE_MS) return;
    const from = Math.max(noticedAt, instance.registeredAt);
    const drainedAt = this.#drained.get(instanceId) ?? Number.POSITIVE_INFINITY;
    const excuseMs = this.#seed.excuses.excuseMs(from, Math.min(drainedAt, endedAt), instanceId);
    const holdEnds = this.#held.has(instanceId) ? noticedAt + NOTICE_MS - this.#reserveMs() : from;
    const due = Math.max(from, holdEnds) + IN_TIME_MS + excuseMs;
    if (drainedAt <= due || (drainedAt === Number.POSITIVE_INFINITY && endedAt < due)) return;
    const seconds =
      drainedAt === Number.POSITIVE_INFINITY ? 'never' : `${(drainedAt - from) / 1000} s after its notice`;
    this.#seed.violated(
      `${instanceId} in ${instance.cluster.name} was DRAINING ${seconds}; faults explain ${excuseMs / 1000} s`,
    );
  }

  /** Failover's record of the instance's cluster names services that DRAINING would cut. */
  #mayHold(instanceId: string): boolean {
    const { account, region, dynamodb, settings } = this.#seed;
    const cluster = region.parts.ecs.instances.byEc2Id.get(instanceId)?.cluster;
    if (cluster === undefined || settings.SPOTKEEPER_HOLD_DRAIN === 'off') return false;
    const call = { account: account.account, region: REGION, caller: 'checker', at: account.clock.now() };
    const lookouts = recordsUnder<Lookout>(dynamodb, { tableName: 'Table', call }, lookoutPartition(REGION));
    return lookouts.some((one) => one.cluster === cluster.arn && one.holds.length > 0);
  }

  #reserveMs(): number {
    return (
      Number(this.#seed.settings.SPOTKEEPER_DRAIN_RESERVE_SECONDS ?? failoverSettings.drainReserveSeconds.initial) *
      1000
    );
  }
}
