import type { SimulatedAccount } from '../sim/account.ts';
import type { ContainerInstance } from '../sim/ecs/model.ts';
import type { Region } from '../sim/world/region.ts';
import type { InterruptedInstance } from '../sim/world/tally.ts';
import { isHandsOff } from './hands-off.ts';
import type { Promised } from './scenario.ts';

/** What spotkeeper promises in every scenario. @returns one sentence for each broken promise */
export const safetyViolations: Promised = (played) => safety.flatMap((promise) => promise(played));

/**
 * Watches target groups while an account runs.
 * @returns a list that grows by one sentence whenever a caller, not ECS, takes the last healthy target out of a group
 *   while a task behind it still serves
 */
export function watchLastTargets(region: Region, { clock }: SimulatedAccount): readonly string[] {
  const emptied: string[] = [];
  for (const group of region.parts.targetGroups.values()) {
    const before = group.onForeignDeregistration;
    group.onForeignDeregistration = (target, caller) => {
      before?.(target, caller);
      if (!isOurs(caller)) return;
      const targets = [...group.targets.values()];
      if (targets.some(({ state }) => state === 'healthy')) return;
      if (!targets.some(({ backend }) => backend.process === 'serving')) return;
      const time = new Date(clock.now()).toISOString();
      emptied.push(`at ${time} the last healthy target of ${group.options.name} was deregistered while tasks served`);
    };
  }
  return emptied;
}

const lastTargetsStay: Promised = ({ emptiedGroups }) => emptiedGroups;

const handsOffOthers: Promised = ({ account, region }) => {
  const off = new Set([...region.parts.ecs.state.clusters.values()].filter(isHandsOff).map(({ name }) => name));
  const acted = account.journal.entries.filter(
    ({ kind, text, data }) =>
      off.has(String(data.cluster)) &&
      ((kind === 'draining' && isOurs(data.by)) ||
        (kind === 'task-sigterm' && text.includes('spotkeeper')) ||
        (kind === 'task-deregistered' && isOurs(data.by))),
  );
  return acted.map(({ text, data }) => `${data.cluster} is not spotkeeper's to touch, but: ${text}`);
};

const onlyTheDoomedAreDrained: Promised = ({ account }) => {
  const doomed = new Set<string>();
  const violations: string[] = [];
  for (const { kind, subject, text, data } of account.journal.entries) {
    if (kind === 'notice' || kind === 'hook-opened' || kind === 'maintenance-scheduled') doomed.add(subject);
    // Whom rebalance may drain is checked where it is watched.
    if (kind === 'draining' && isOurs(data.by) && !isRebalance(data.by) && !doomed.has(subject))
      violations.push(`nothing was said, but ${text}`);
  }
  return violations;
};

const isRebalance = (by: unknown): boolean => String(by).includes('-rebalance ');

const isOurs = (by: unknown): boolean => String(by).startsWith('spotkeeper');

/** Who registers later than this before its deadline may be reclaimed first. */
const IN_TIME_MS = 15_000;

const noticedAreDrained: Promised = ({ account, region, scenario }) => {
  // Who observes only says what it would do.
  if (scenario.observes) return [];
  const hosts = hostsOf(region);
  return [...account.tally().interrupted.values()].flatMap((one) => {
    const host = hosts.get(one.instanceId);
    if (!host || isHandsOff(host.cluster) || !hadTime(one, host)) return [];
    if (one.drainingAt !== undefined) return [];
    return [`${one.instanceId} in ${one.cluster} had its notice and was not drained before EC2 took it`];
  });
};

const hostsOf = (region: Region): ReadonlyMap<string, ContainerInstance> =>
  new Map(
    [...region.parts.ecs.state.clusters.values()].flatMap(({ instances }) =>
      [...instances.values()].map((instance) => [instance.ec2InstanceId, instance] as const),
    ),
  );

const hadTime = ({ noticedAt, reclaimedAt, action }: InterruptedInstance, { registeredAt }: ContainerInstance) =>
  noticedAt !== undefined &&
  action !== 'hibernate' &&
  reclaimedAt !== undefined &&
  registeredAt <= reclaimedAt - IN_TIME_MS;

const nothingFails: Promised = ({ installation: { transcript } }) =>
  transcript.lines
    .filter(({ level }) => level === 'error')
    .map(({ message, fields }) => `logged as an error: ${message} ${JSON.stringify(fields)}`);

const everyInvocationEnds: Promised = ({ installation: { deployment } }) =>
  deployment.invocations
    .filter(({ killed, error }) => killed || error !== undefined)
    .map(({ id, error }) => `invocation ${id} failed: ${error}`);

const nothingIsGivenUp: Promised = ({ installation: { deployment } }) =>
  [...deployment.queues].flatMap(([name, queue]) => {
    const { redriven, expired } = queue.stats();
    return [
      ...(redriven > 0 ? [`${redriven} messages of ${name} went to the dead-letter queue`] : []),
      ...(expired > 0 ? [`${expired} messages of ${name} expired unread`] : []),
    ];
  });

const safety: readonly Promised[] = [
  handsOffOthers,
  onlyTheDoomedAreDrained,
  lastTargetsStay,
  noticedAreDrained,
  nothingFails,
  everyInvocationEnds,
  nothingIsGivenUp,
];
