import { type Instant, instant, later } from '../../../../shared/model/instant.ts';
import type { OpenReplacement } from '../../../../shared/model/rebalance-records.ts';
import type { GroupMember, ReplaceView } from '../view.ts';
import { isLaunched, launchToken, type Raised } from './desired.ts';
import { inService } from './excess.ts';

/** A call that had an effect shows it by then. */
export const SHOWN_AFTER_MS = 3 * 60_000;

/** `ready`: in service, and ECS may place tasks on it. */
export type Successor = { readonly instanceId: string; readonly ready: boolean };

/**
 * Which member takes whose place: one launched since the replacement began, none for two. One that was found once stays
 * while it lives; of the others that which our call launched, as its answer says, then those that are ready.
 * @returns by the old instance; without an entry: none came yet
 */
export function successorsOf(
  view: ReplaceView,
  open: readonly OpenReplacement[],
  { raised, now }: { readonly raised: Raised; readonly now: Instant },
): ReadonlyMap<string, Successor> {
  const old = new Set(open.map(({ instanceId }) => instanceId));
  const alive = view.members.filter(
    ({ instanceId, lifecycle }) =>
      !old.has(instanceId) && !view.doomed.has(instanceId) && /^(Pending|InService)/.test(lifecycle),
  );
  const launched = new Set(open.flatMap((one) => view.answers.get(launchToken(one)) ?? []));
  const byId = new Map(alive.map((one) => [one.instanceId, one]));
  const found = new Map<string, GroupMember>();
  const taken = new Set<string>();
  for (const { instanceId, successor } of open) {
    const kept = successor === undefined ? undefined : byId.get(successor);
    if (kept === undefined || taken.has(kept.instanceId)) continue;
    found.set(instanceId, kept);
    taken.add(kept.instanceId);
  }
  for (const one of open.toSorted((a, b) => a.begunAt - b.begunAt)) {
    const { instanceId, begunAt } = one;
    // What came without our launch came for another instance.
    if (found.has(instanceId) || (isLaunched(one) && !raised.by.has(instanceId))) continue;
    const own = view.answers.get(launchToken(one)) ?? [];
    const isOwn = (member: GroupMember) => own.includes(member.instanceId);
    // What the call launched shows by then, or is lost: the group launches another for it.
    const takesOwn = own.length > 0 && now < later(begunAt, SHOWN_AFTER_MS);
    const [next] = alive
      .filter((member) => !taken.has(member.instanceId) && member.launchedAt >= wholeSecond(begunAt))
      .filter((member) => isOwn(member) || !(takesOwn || launched.has(member.instanceId)))
      .sort(
        (a, b) =>
          Number(isOwn(b)) - Number(isOwn(a)) ||
          Number(isReady(view, b)) - Number(isReady(view, a)) ||
          a.launchedAt - b.launchedAt,
      );
    if (next === undefined) continue;
    found.set(instanceId, next);
    taken.add(next.instanceId);
  }
  return new Map(
    [...found].map(([id, member]) => [id, { instanceId: member.instanceId, ready: isReady(view, member) }] as const),
  );
}

/** EC2 tells launch times in whole seconds. */
const wholeSecond = (at: Instant): Instant => instant(at - (at % 1000));

function isReady({ hosts }: ReplaceView, member: GroupMember): boolean {
  const host = hosts.get(member.instanceId);
  return inService(member) && host?.status === 'ACTIVE' && host.connected;
}
