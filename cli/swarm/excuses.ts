import type { HappenedFault } from '../../sim/faults/happened.ts';
import type { CallFaultKind, FaultPlan } from '../../sim/faults/plan.ts';

/** A tick comes every minute; its events and its run take some seconds more. */
const TICK_MS = 70_000;
/** A failed record comes back after the visibility timeout, and waits for a poller and a batch window. */
const REDELIVERY_MS = 30_000;
/** A call is repeated by its client within this time; else the record comes again, which costs a redelivery. */
const REPEAT_MS = 2_000;
/** A call without an answer is cut off after this at the latest. */
const CUT_MS = 3_000;
/** An answer is so old, or comes so late, at the most. */
const MOST_LAG_MS = 5_000;
/** What a pass did not see it sees in the next one. */
const PASS_MS = 15_000;

/** How long a fault may hold spotkeeper up, at the most; a kind that is not named costs nothing. */
const COSTS: Readonly<Record<string, (fault: HappenedFault) => number>> = {
  throttling: () => REPEAT_MS,
  'internal-error': () => REPEAT_MS,
  unavailable: (fault) => (isOutage(fault) ? 0 : REPEAT_MS),
  silence: () => CUT_MS + REPEAT_MS,
  slow: ({ delayMs = 0 }) => Math.min(delayMs, CUT_MS) + REPEAT_MS,
  stale: ({ delayMs = 0 }) => delayMs + PASS_MS,
  kill: () => REDELIVERY_MS,
  lost: () => TICK_MS,
  late: ({ delayMs = 0 }) => delayMs,
};

/** All calls to a service fail for a time: it costs what is left of it, not so much for every call. */
const isOutage = ({ rate }: Pick<HappenedFault, 'rate'>): boolean => rate === undefined;

type Outage = { readonly from: number; readonly to: number };

/** What the faults of a seed excuse: how much later than promised spotkeeper may be, and what it may not have known. */
export class Excuses {
  readonly #happened: readonly HappenedFault[];
  readonly #outages: readonly Outage[];

  /**
   * @param happened all faults so far; it grows
   * @param startMs what the plan's times count from, virtual epoch milliseconds
   */
  constructor(plan: FaultPlan, { happened, startMs }: { happened: readonly HappenedFault[]; startMs: number }) {
    this.#happened = happened;
    this.#outages = (plan.calls ?? [])
      .filter((rule) => rule.fault === 'unavailable' && isOutage(rule))
      .map(({ fromMs = 0, toMs = fromMs }) => ({ from: startMs + fromMs, to: startMs + toMs }));
  }

  /**
   * By how much the faults between two instants may have held spotkeeper up in what it does for a resource: the sum of
   * what each may cost. A fault of an event counts if it is about that resource; an outage counts with what is left of
   * it after `from`, and a redelivery.
   */
  excuseMs(from: number, to: number, resource: string): number {
    let sum = 0;
    for (const fault of this.#between(from - REDELIVERY_MS, to)) {
      const { resources, kind } = fault;
      if (resources && !resources.some((one) => one.includes(resource))) continue;
      sum += COSTS[kind]?.(fault) ?? 0;
    }
    for (const outage of this.#outages) {
      if (outage.to + REDELIVERY_MS > from && outage.from < to)
        sum += outage.to - Math.max(from, outage.from) + REDELIVERY_MS;
    }
    return sum;
  }

  /** How much older than it seems what spotkeeper saw may be, that acts between two instants: reads that were late or old. */
  lagMs(from: number, to: number): number {
    const late = this.#between(from, to).filter(({ kind }) => kind !== 'kill' && kind !== 'lost' && kind !== 'late');
    return late.reduce((sum, fault) => sum + Math.min(COSTS[fault.kind]?.(fault) ?? 0, MOST_LAG_MS), 0);
  }

  /** Was something of these kinds done to a call between two instants? */
  happened(kinds: readonly CallFaultKind[], from: number, to: number): boolean {
    return this.#between(from, to).some(({ kind }) => kinds.includes(kind as CallFaultKind));
  }

  #between(from: number, to: number): readonly HappenedFault[] {
    return this.#happened.filter(({ at }) => at >= from && at <= to);
  }
}
