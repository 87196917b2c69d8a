import { type DwellBounds, dwellMs, lately, outlasts } from '../../shared/core/dwell.ts';
import { type Instant, instant } from '../../shared/model/instant.ts';
import type { Policy, Seen, Wanted } from './replay.ts';
import { toLend } from './to-lend.ts';

const all = (target: number): number => target;
const stateless = (decide: (seen: Seen) => Wanted) => () => decide;

export const spotOnly: Policy = { spot: all, begin: stateless(() => ({ onDemand: 0, fargate: 0 })) };

export const onDemandOnly: Policy = {
  spot: () => 0,
  begin: stateless(({ target }) => ({ onDemand: target, fargate: 0 })),
};

const base = (target: number): number => Math.ceil(target / 4);

/** A quarter of the tasks, at least one, on On-Demand all the time; the rest on Spot. */
export const quarterOnDemand: Policy = {
  spot: (target) => target - base(target),
  begin: stateless(({ target }) => ({ onDemand: base(target), fargate: 0 })),
};

/**
 * `extra` Spot Instances more than needed, and On-Demand for as many as are missing of all these, at most `target`:
 * "SkyServe: Serving AI Models across Regions and Clouds with Spot Instances" (EuroSys 2025), dynamic fallback. A
 * notice counts as a loss, so that the fallback boots meanwhile.
 */
export const spotHedge = (extra: number): Policy => ({
  spot: (target) => target + extra,
  begin: stateless(({ target, spot }) => ({
    onDemand: Math.max(0, Math.min(target, target + extra - spot.ready)),
    fargate: 0,
  })),
});

/** Spot whenever it exists, else On-Demand; to be replayed with no start times. */
export const omniscient: Policy = {
  spot: all,
  begin: stateless(({ target, spot }) => ({ onDemand: target - spot.ready, fargate: 0 })),
};

export type SpotkeeperSettings = DwellBounds & { readonly breakEvenMinutes: number };

/**
 * Lends the deficit from Fargate at the notice, moves to On-Demand instances what lasts longer than the break-even
 * time, and takes back what is not needed after the dwell. What decides is the product's own arithmetic.
 */
export const spotkeeper = (settings: SpotkeeperSettings): Policy => ({
  spot: all,
  begin: () => {
    let lending: Lending = { lent: 0, needed: 0, neededAt: instant(0), since: undefined, began: [] };
    return (seen) => {
      lending = next(lending, seen, settings);
      return wanted(lending, seen, settings);
    };
  },
});

/** As the product remembers it. */
type Lending = {
  readonly lent: number;
  readonly needed: number;
  readonly neededAt: Instant;
  readonly since: Instant | undefined;
  readonly began: readonly Instant[];
};

function next(before: Lending, { now, target, spot, onDemand }: Seen, settings: SpotkeeperSettings): Lending {
  const needed = Math.max(0, target - spot.ready - onDemand.ready);
  // Nothing happened in between: what was needed in full was so until now.
  const neededAt = before.needed >= before.lent ? now : before.neededAt;
  const dwell = dwellMs(before.began, neededAt, settings);
  const lent = toLend({ lent: before.lent, needed, neededAt }, now, dwell);
  const begins = before.lent === 0 && lent > 0;
  return {
    lent,
    needed,
    neededAt,
    since: lent === 0 ? undefined : (before.since ?? now),
    began: begins ? [...lately(before.began, now), now] : before.began,
  };
}

/** On-Demand: what runs, as long as Spot does not replace it, and after the break-even time what is missing now. */
function wanted(lending: Lending, { now, target, spot, onDemand }: Seen, settings: SpotkeeperSettings): Wanted {
  const { lent, needed, neededAt, since, began } = lending;
  const kept = Math.min(onDemand.ready + onDemand.booting, target - spot.ready);
  const missing = Math.max(0, target - spot.ready - spot.booting);
  const long = since !== undefined && outlasts(since, now, settings.breakEvenMinutes);
  const waits = [
    ...(lent > needed ? [neededAt + dwellMs(began, neededAt, settings)] : []),
    ...(since !== undefined && !long ? [since + settings.breakEvenMinutes * 60_000] : []),
  ];
  return { onDemand: long ? Math.max(kept, missing) : kept, fargate: lent, askAt: Math.min(...waits) };
}
