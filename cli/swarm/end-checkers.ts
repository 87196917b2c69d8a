import { checkHooks, checkKills, checkLeftovers } from './leftovers.ts';
import { checkLendingLeftovers, isStillShort, lentOf } from './lending-leftovers.ts';
import { checkRecords } from './record-checkers.ts';
import type { Seed } from './seed.ts';

/** The records of a function that was killed in the safety phase come back once more. */
const AFTERMATH_MS = 50_000;
/** Events are on their way to a function for so long. */
const ON_THE_WAY_MS = 30_000;

/** What must hold when the calm phase is over: everything came to its end, and nothing was lost or swallowed. */
export function checkAtEnd(seed: Seed): void {
  checkQueues(seed);
  checkInvocations(seed);
  checkHooks(seed);
  checkLeftovers(seed);
  checkKills(seed);
  checkRecords(seed);
  checkLendingLeftovers(seed);
}

/** No wake-up for ever, no work undelivered, nothing gone without a trace. */
function checkQueues(seed: Seed): void {
  const { installation, faults, violated } = seed;
  const { deployment } = installation;
  for (const [name, queue] of deployment.queues) {
    const { sent, deleted, expired, redriven, visible, inFlight, delayed, oldestAgeMs } = queue.stats();
    if (expired > 0) violated(`${expired} messages of ${name} expired unread`);
    if (name === 'DeadLetterQueue') continue;
    const left = visible + inFlight + delayed;
    if (sent !== deleted + redriven + left)
      violated(`the simulator: ${name} got ${sent} messages and accounts for ${deleted + redriven + left}`);
    // Whoever lacks tasks, or is lent some, is looked at again.
    const isGoingOn = name === 'FailoverQueue' && (isStillShort(seed) || lentOf(seed) > 0);
    if ((name === 'WakeUpQueue' ? left : delayed) > 0 && !isGoingOn)
      violated(`${left} wake-ups are still to come when all is over`);
    if ((oldestAgeMs ?? 0) > ON_THE_WAY_MS && !(isGoingOn && delayed > 0))
      violated(`${left} messages of ${name} wait, the oldest for ${oldestAgeMs} ms`);
    if (redriven > 0 && faults.happened.length === 0)
      violated(`${redriven} messages of ${name} went to the dead-letter queue, and nothing had gone wrong`);
  }
}

/** Fargate has no room for a proof run: that is what it was to tell. */
const isNoRoomForProof = ({ action, error }: Readonly<Record<string, unknown>>): boolean =>
  /to prove the standby/.test(String(action)) &&
  /limit on the number of vCPUs|Capacity is unavailable/.test(String(error));

/** Each invocation ends well once the faults are over; what failed in one says so in its answer, always. */
function checkInvocations(seed: Seed): void {
  const { installation, faults, startMs, phases, violated } = seed;
  const calmFrom = faults.happened.length === 0 ? startMs : startMs + phases.calmMs + AFTERMATH_MS;
  const linesOf = Map.groupBy(installation.transcript.lines, ({ process }) => process);
  for (const { id, functionName, startedAt, endedAt = Number.POSITIVE_INFINITY, failed, killed, error } of installation
    .deployment.invocations) {
    const isCalm = startedAt >= calmFrom;
    if (endedAt === Number.POSITIVE_INFINITY && startedAt < seed.account.clock.now() - ON_THE_WAY_MS)
      violated(`invocation ${id} never ended`);
    if (isCalm && killed) violated(`invocation ${id} ran into its timeout`);
    // A function that no queue invokes has no record to give back: it fails, and is invoked again.
    const isDirect = /-(report|rebalance)$/.test(functionName);
    if (error !== undefined && !killed && (isCalm || !isDirect)) violated(`invocation ${id} failed: ${error}`);
    if (isCalm && failed > 0 && !killed) violated(`invocation ${id} gave ${failed} records back in the calm phase`);
    // At the instant at which it starts, the last lines are those of the invocation that its process served before.
    const lines = linesOf.get(installation.servedBy.get(id) ?? '') ?? [];
    const errors = lines.filter(
      ({ at, level, fields }) => level === 'error' && at > startedAt && at <= endedAt && !isNoRoomForProof(fields),
    );
    const retried = errors.filter(({ message, fields }) => message === 'phase failed' || fields.retry === true);
    if (retried.length > 0 && failed === 0 && !killed && error === undefined)
      violated(`invocation ${id} swallowed an error: ${JSON.stringify(retried[0]?.fields).slice(0, 300)}`);
    if (isCalm && errors.length > 0)
      violated(`logged as an error: ${errors[0]?.message} ${JSON.stringify(errors[0]?.fields).slice(0, 300)}`);
  }
}
