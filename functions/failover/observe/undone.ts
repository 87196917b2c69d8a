import { type Instant, later } from '../../../shared/model/instant.ts';
import { type RungState, type ServiceDetail, standbyRungs } from '../../../shared/model/lending.ts';
import { UNDER_WAY_MS } from '../decide/rungs.ts';
import type { ClusterView } from '../decide/view.ts';
import type { Reader } from '../reader.ts';

/**
 * Names of the standbys whose raise was carried out although nobody saw it: they want no tasks now, as before it, and have
 * had some since. A lost call and a read that is out of date leave none; so nobody is asked where the raise was seen.
 */
export async function undoneIn(
  read: Reader,
  { cluster, ladders, lendings }: ClusterView,
  now: Instant,
): Promise<ReadonlySet<string>> {
  const unseen = ladders.ladders.flatMap(({ main, standbys }) =>
    standbyRungs.flatMap((rung) => {
      const [standby, state] = [standbys[rung], lendings.get(main.name)?.rungs[rung]];
      return standby && state && isUnseen(standby, state, now) ? [{ name: standby.name, setAt: state.setAt }] : [];
    }),
  );
  const names = unseen.map(async ({ name, setAt }) => {
    const tasks = await read.tasksSince(cluster.arn, name, setAt);
    return tasks.length > 0 ? [name] : [];
  });
  return new Set((await Promise.all(names)).flat());
}

const isUnseen = ({ desired }: ServiceDetail, { want, confirmed, odd, setAt }: RungState, now: Instant): boolean =>
  desired === 0 && want > 0 && !confirmed && odd === undefined && now >= later(setAt, UNDER_WAY_MS);
