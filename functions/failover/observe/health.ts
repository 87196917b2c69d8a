import type { Task } from '../../../shared/model/fleet.ts';
import type { ClusterView, DoomedHost } from '../decide/view.ts';
import type { Reader } from '../reader.ts';

/** Services with a task on an instance that is about to go. */
export function carriedBy(doomed: readonly DoomedHost[], tasks: readonly Task[]): ReadonlySet<string> {
  const going = new Set(doomed.flatMap(({ containerInstance }) => containerInstance ?? []));
  return new Set(
    tasks.flatMap(({ service, containerInstance }) =>
      service !== undefined && containerInstance !== undefined && going.has(containerInstance) ? [service] : [],
    ),
  );
}

/**
 * Healthy targets are asked for only where lent tasks may be taken back: not of a service that a notice is open for, since
 * a hundred target groups take their time to be read.
 */
export async function healthOf(
  read: Reader,
  view: ClusterView,
  carried: ReadonlySet<string>,
): Promise<Pick<ClusterView, 'health' | 'problems'>> {
  const lent = view.ladders.ladders.filter(
    ({ main, standbys }) => !carried.has(main.name) && Object.values(standbys).some(({ desired }) => desired > 0),
  );
  const arns = [
    ...new Set(
      lent.flatMap(({ main, standbys }) =>
        [main, ...Object.values(standbys)].flatMap(({ balancers }) => balancers.map(({ targetGroup }) => targetGroup)),
      ),
    ),
  ].sort();
  const answers = await Promise.allSettled(arns.map((arn) => read.targetHealth(arn)));
  return {
    health: new Map(
      answers.flatMap((one, n) => (one.status === 'fulfilled' ? [[arns[n] ?? '', one.value] as const] : [])),
    ),
    problems: answers.flatMap((one, n) =>
      one.status === 'rejected'
        ? [`the health of ${arns[n]} cannot be read, and nothing behind it is taken back: ${one.reason}`]
        : [],
    ),
  };
}
