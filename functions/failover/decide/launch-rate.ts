import { carriedWithin } from '../../../shared/core/pacing.ts';
import { type Instant, later } from '../../../shared/model/instant.ts';
import type { StandbyRung } from '../../../shared/model/lending.ts';
import type { ClusterView } from './view.ts';

/**
 * Fargate starts 100 tasks at once and 20 a second after that, Spot and On-Demand each.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/throttling.html
 */
const LAUNCH = { burst: 100, perSecond: 20 };
/** Wishes that are older wait for no launch any more: their tasks start, or the rung is dry. */
const LAUNCHING_MS = 60_000;

/** What a rung is still to launch: tasks asked for since an instant that do not run. */
export type Queue = { asked: number; readonly since: Instant };

/** The launches under way in a cluster. */
export function queuesOf({ ladders, lendings }: ClusterView, now: Instant): Record<StandbyRung, Queue> {
  const queueOf = (rung: StandbyRung): Queue => {
    const wishes = ladders.ladders.flatMap(({ main, standbys }) => {
      const state = lendings.get(main.name)?.rungs[rung];
      const waiting = (state?.want ?? 0) - (standbys[rung]?.running ?? 0);
      return state && waiting > 0 && state.setAt > later(now, -LAUNCHING_MS) ? [{ waiting, at: state.setAt }] : [];
    });
    return {
      asked: wishes.reduce((sum, { waiting }) => sum + waiting, 0),
      since: wishes.reduce<Instant>((least, { at }) => (at < least ? at : least), now),
    };
  };
  return { 'fargate-spot': queueOf('fargate-spot'), fargate: queueOf('fargate') };
}

/** How many more tasks than were asked for a rung launches until an instant; below zero: so many of those come later. */
export const launchesLeft = ({ asked, since }: Queue, until: Instant): number =>
  carriedWithin(Math.max(0, until - since), LAUNCH) - asked;

/** What of a rung's launches comes too late for a deadline: who serves after it, and who even starts after it. */
export function lateOn(
  rung: StandbyRung,
  queue: Queue,
  { deadline, startMs }: { deadline: Instant; startMs: number },
): readonly string[] {
  const serve = -launchesLeft(queue, later(deadline, -startMs));
  const start = Math.max(0, -launchesLeft(queue, deadline));
  if (serve <= 0) return [];
  const rate = `Fargate starts ${LAUNCH.burst} at once and ${LAUNCH.perSecond} a second, and a task takes ${Math.round(startMs / 1000)} s to serve`;
  return [`${serve} of ${queue.asked} tasks on ${rung} serve after the deadline, ${start} start after it: ${rate}`];
}
