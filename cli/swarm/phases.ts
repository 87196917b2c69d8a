/** When the phases of a seed begin, virtual milliseconds from the account's start. */
export type Phases = {
  /** things begin to go wrong: calls fail, events are lost */
  readonly faultsMs: number;
  /** the first tick has filled the map, and standbys are made, if any are to be; things begin to happen */
  readonly safetyMs: number;
  /** no fault begins any more, and what happens is only a last clean notice */
  readonly calmMs: number;
  readonly lastNoticeMs: number;
  /** from here on a seed ends as soon as nothing goes on in it any more, */
  readonly soonestEndMs: number;
  /** here at the latest, */
  readonly endMs: number;
  /** unless an On-Demand base is on its way down, one step after the other */
  readonly latestEndMs: number;
};

/** No tick comes any more, and what is on its way arrives. */
export const LAST_MS = 35_000;

const plain: Phases = {
  faultsMs: 65_000,
  safetyMs: 65_000,
  calmMs: 305_000,
  lastNoticeMs: 400_000,
  soonestEndMs: 605_000,
  endMs: 605_000,
  latestEndMs: 605_000,
};

/** What is lent is to be back at the end: a rung that is dry, the longest dwell and the ticks around them pass before. */
const lending: Phases = {
  faultsMs: 65_000,
  safetyMs: 135_000,
  calmMs: 435_000,
  lastNoticeMs: 530_000,
  soonestEndMs: 725_000,
  endMs: 1_085_000,
  latestEndMs: 3_000_000,
};

/** A replacement takes minutes, an incident is over after ten quiet ones, and a ledger is written every 15 at the latest. */
const spread: Phases = {
  faultsMs: 65_000,
  safetyMs: 135_000,
  calmMs: 1_235_000,
  lastNoticeMs: 1_330_000,
  soonestEndMs: 2_405_000,
  endMs: 4_805_000,
  latestEndMs: 4_805_000,
};

/** A day ends an hour after the account's start; its report comes when its last quarter of an hour is counted. */
const withReport: Phases = { ...spread, soonestEndMs: 4_805_000 };

/** @param stack is failover installed, or rebalance, and is a report due? */
export function phasesOf({
  failover,
  rebalance,
  report,
}: Readonly<Record<'failover' | 'rebalance' | 'report', boolean>>) {
  if (rebalance) return report ? withReport : spread;
  return failover ? lending : plain;
}
