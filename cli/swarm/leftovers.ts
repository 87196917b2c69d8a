import { managedDrainingHook } from '../../sim/autoscaling/group.ts';
import type { JournalEntry } from '../../sim/world/journal.ts';
import { isHandsOff } from '../hands-off.ts';
import { SCALE_IN_HOOK } from './account-parts.ts';
import { isOurs, observes, type Seed } from './seed.ts';
import { isToldToStay, openIn } from './spread/end-checkers.ts';

/** What follows the end of the time that a hook is given: a pass that is due, its reads, the answer. */
const ANSWER_MS = 25_000;
/** A hook that is not kept alive runs out so soon. */
const HEARTBEAT_MS = 60_000;

/** Every hook that spotkeeper was told of is answered by it: none runs out, none waits longer than its time. */
export function checkHooks(seed: Seed): void {
  if (observes(seed)) return;
  const { account, region, settings, excuses, violated } = seed;
  const answers = new Set(
    account.endpoint.calls.entries
      .filter(({ caller, operation }) => isOurs(caller) && operation === 'CompleteLifecycleAction')
      .map(({ at }) => at),
  );
  const { entries } = account.journal;
  for (const { subject, at, data } of entries.filter((entry) => isOf('hook-opened', entry))) {
    const cluster = region.parts.ecs.state.clusters.get(
      region.parts.autoScaling.groups.get(String(data.group))?.clusterName ?? '',
    );
    if (cluster && isHandsOff(cluster)) continue;
    const end = entries.find(
      (entry) => entry.subject === subject && entry.at >= at && (isOf('hook-completed', entry) || isGone(entry)),
    );
    if (end && isGone(end)) continue;
    const excuseMs = excuses.excuseMs(at, end?.at ?? account.clock.now(), subject);
    const due = at + Number(settings.SPOTKEEPER_SCALE_IN_MINUTES) * 60_000 + ANSWER_MS + excuseMs;
    if (end === undefined || end.at > due) violated(`${SCALE_IN_HOOK} kept ${subject} waiting for too long`);
    else if (!answers.has(end.at) && excuseMs < HEARTBEAT_MS / 2)
      violated(`${SCALE_IN_HOOK} ran out for ${subject} though it was to be kept alive and answered`);
  }
}

/** Taken by EC2, or lost with its zone. */
const isGone = ({ kind }: JournalEntry): boolean => kind === 'instance-reclaimed' || kind === 'instance-terminated';

const isOf = (kind: JournalEntry['kind'], entry: JournalEntry): boolean =>
  entry.kind === kind && entry.data.hook === SCALE_IN_HOOK;

/** What spotkeeper drains or takes out of a load balancer is gone in the end: nothing is left half done. */
export function checkLeftovers(seed: Seed): void {
  const { account, region, violated } = seed;
  const ourDeeds = (deed: JournalEntry['kind']) =>
    new Set(
      account.journal.entries.flatMap(({ kind, subject, data }) => (kind === deed && isOurs(data.by) ? [subject] : [])),
    );
  const drained = ourDeeds('draining');
  const deregistered = ourDeeds('task-deregistered');
  const heldByEcs = heldByManagedDraining(region);
  // Rebalance may have begun with one just now.
  const open = new Set(seed.rebalance ? openIn(seed).map(({ instanceId }) => instanceId) : []);
  for (const cluster of region.parts.ecs.state.clusters.values()) {
    for (const { status, ec2InstanceId, agentConnected } of cluster.instances.values()) {
      if (open.has(ec2InstanceId) || (seed.rebalance && isToldToStay(seed, ec2InstanceId))) continue;
      if (status === 'DRAINING' && agentConnected && drained.has(ec2InstanceId) && !heldByEcs.has(ec2InstanceId))
        violated(`${ec2InstanceId} was drained, and nobody has taken it away`);
    }
    for (const { name, tasks } of cluster.services.values()) {
      for (const { arn, targets, process } of tasks.values()) {
        if (
          process === 'serving' &&
          deregistered.has(arn) &&
          [...targets.values()].some(({ state }) => state === 'unused' || state === 'draining')
        )
          violated(`${arn} of ${name} serves on, but its target was taken from the load balancer`);
      }
    }
  }
}

/**
 * Instances whose end waits for tasks, by ECS's own hook: it stops none that belongs to no service.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/managed-instance-draining.html
 */
function heldByManagedDraining({ parts: { autoScaling, ecs } }: Seed['region']): ReadonlySet<string> {
  const groups = [...autoScaling.groups.values()].filter(({ hooks }) => hooks.has(managedDrainingHook));
  const waiting = groups.flatMap(({ instances }) =>
    [...instances.values()].filter(({ lifecycleState }) => lifecycleState === 'Terminating:Wait'),
  );
  const ids = waiting.map(({ ec2 }) => ec2.id);
  return new Set(
    ids.filter((id) => [...(ecs.instances.byEc2Id.get(id)?.tasks.values() ?? [])].some(({ service }) => !service)),
  );
}

/**
 * No task that ECS does not stop by itself is left to die with its host: spotkeeper stops it when its stop timeout and
 * its reserve before the deadline are all that is left. Faults that cost as much explain that it did not.
 */
export function checkKills(seed: Seed): void {
  if (observes(seed)) return;
  const { account, region, settings, excuses, violated } = seed;
  const { tasks, interrupted } = account.tally();
  for (const {
    at,
    cluster,
    taskArn,
    service,
    instanceId,
    waitedForTarget,
    stopTimeoutSeconds,
  } of tasks.killedWithoutSigterm) {
    const { noticedAt, action } = interrupted.get(instanceId) ?? {};
    const place = region.parts.ecs.state.clusters.get(cluster);
    const task = place?.tasks.get(taskArn.slice(taskArn.lastIndexOf('/') + 1));
    if (!place || !task || isHandsOff(place) || noticedAt === undefined || action === 'hibernate') continue;
    // Its zone failed before its time was up.
    if (at < noticedAt + NOTICE_MS) continue;
    if (waitedForTarget || (service === undefined && settings.SPOTKEEPER_STANDALONE === 'leave')) continue;
    // Somebody set the host ACTIVE again, and ECS placed it there: a pass comes every fifteen seconds.
    if (Math.max(task.createdAt, task.instance?.registeredAt ?? 0) > at - SEEN_MS) continue;
    const spareMs = (stopTimeoutSeconds + Number(settings.SPOTKEEPER_STOP_RESERVE_SECONDS)) * 1000;
    const excuseMs = excuses.excuseMs(noticedAt, at, instanceId);
    if (excuseMs < spareMs)
      violated(`${taskArn} of ${service} died with ${instanceId}, and nobody had asked it to stop`);
  }
}

/** https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/spot-instance-termination-notices.html */
const NOTICE_MS = 120_000;
/** A task that is younger than this when its host goes may not have been seen. */
const SEEN_MS = 20_000;
