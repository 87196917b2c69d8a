import { DETACHED_TAG } from '../../../shared/model/offerings.ts';
import { isHandsOff } from '../../hands-off.ts';
import { observes, type Seed } from '../seed.ts';
import { replacingIn } from './records.ts';
import type { Sizes } from './sizes.ts';

const MINUTE_MS = 60_000;
/** A replacement waits for a successor, an empty host and a hook, in ticks; longer is stuck. */
const MOST_MINUTES = 30;

/** Instances on their way out by rebalance, by group, with when that began. Those that Auto Scaling replaces are not ours. */
export const openIn = (seed: Seed) =>
  replacingIn(seed).flatMap(({ group, open }) =>
    open.flatMap(({ instanceId, begunAt, way }) => (way === 'group' ? [] : [{ group, instanceId, begunAt }])),
  );

/** Was it told that this instance stays, though another came in its place? Then a person is to look at it. */
export const isToldToStay = ({ installation }: Seed, instanceId: string): boolean =>
  new RegExp(`${instanceId} of \\S+ has a successor but is not ended`).test(
    JSON.stringify(installation.transcript.lines),
  );

/** What must hold of rebalance when all is quiet: groups are as large as others want them, and nothing is left over. */
export function checkSpreadAtEnd(seed: Seed, sizes: Sizes): void {
  const { account, region, settings, violated } = seed;
  const now = account.clock.now();
  const open = openIn(seed);
  const { SPOTKEEPER_DETACH_MINUTES: detach, SPOTKEEPER_MIN_AGE_MINUTES: age } = settings;
  // One too many that came by itself goes when it is old enough.
  const bound = (Number(detach) + Number(age) + MOST_MINUTES) * MINUTE_MS;
  for (const { group, instanceId, begunAt } of open)
    if (now > begunAt + bound && !isToldToStay(seed, instanceId))
      violated(`${instanceId} of ${group} is on its way out since ${iso(begunAt)}`);
  const busy = new Set(open.map(({ group }) => group));
  for (const [name, { ours, loose, desired }] of sizes.of) {
    if (busy.has(name)) continue;
    if (ours < 0) violated(`${name} wants ${desired} instances, ${-ours} fewer than without rebalance`);
    if (ours > loose) violated(`${name} wants ${desired} instances, ${ours} more than without rebalance`);
  }
  if (!observes(seed)) checkTags(seed, new Set(open.map(({ instanceId }) => instanceId)));
  for (const { name, clusterName, desired, instances, suspended } of region.parts.autoScaling.groups.values()) {
    const cluster = region.parts.ecs.state.clusters.get(clusterName ?? '');
    const stay = [...instances.values()].filter((one) => one.stays).length;
    if (cluster && !isHandsOff(cluster) && !busy.has(name) && suspended.size < 2 && stay !== desired)
      violated(`${name} wants ${desired} instances and has ${stay}`);
  }
}

/** The tag of one that left its group stands on nothing that runs, in the end. */
function checkTags({ region, violated }: Seed, open: ReadonlySet<string>): void {
  for (const { id, tags, state } of region.parts.fleet.instances.values()) {
    const tag = tags[DETACHED_TAG];
    if (tag === undefined || state === 'terminated' || state === 'shutting-down' || open.has(id)) continue;
    violated(`${id} runs on (${state}) with the tag of an instance that left its group at ${tag}`);
  }
}

const iso = (at: number): string => new Date(at).toISOString().slice(11, 19);
