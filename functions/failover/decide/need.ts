import { contagion, doomedByContagion, type PoolNotice } from '../../../shared/core/contagion.ts';
import { deficits } from '../../../shared/core/deficits.ts';
import { roomOf } from '../../../shared/core/placement.ts';
import { awsvpcTasks, standings } from '../../../shared/core/standings.ts';
import type { Context } from '../../../shared/flow.ts';
import type { Task } from '../../../shared/model/fleet.ts';
import type { Host } from '../../../shared/model/lending.ts';
import { isStandby, wouldBeCut } from './ladder.ts';
import type { ClusterView } from './view.ts';

/** How many tasks of a service EC2 cannot hold. */
export type Need = {
  readonly deficit: number;
  /** Of the deficit, what still runs on instances that are about to go. */
  readonly predicted: number;
  /** Its tasks on instances that are about to go. */
  readonly displaced: number;
  /** The most that may be lent within the maximum percent of the service. */
  readonly most: number;
  readonly why: string;
  /** ARNs of the container instances that carry it, as far as its tasks were read. */
  readonly on: ReadonlySet<string>;
};

export type Needs = {
  readonly of: ReadonlyMap<string, Need>;
  /** What the notices of a pool make of its other instances. */
  readonly notes: readonly string[];
};

/**
 * The deficit of every service of a cluster. A service that DRAINING would cut is lent what it cuts, too, although there
 * is room for it: ECS stops those tasks before their replacements are up. Instances under notice count as gone, and so do as many more of their pools
 * as the policy's contagion says; all services share the room that is left.
 */
export function needsOf(view: ClusterView, { now }: Context): Needs {
  const doomed = new Set(view.doomed.flatMap(({ containerInstance }) => containerInstance ?? []));
  const further = spreading(view, doomed, now);
  for (const { arn } of further.hosts) doomed.add(arn);
  const mains = view.services.filter((one) => !isStandby(one) && one.status === 'ACTIVE');
  const tasks = view.tasks === undefined ? undefined : Map.groupBy(view.tasks, ({ service }) => service ?? '');
  // A service none of whose tasks were listed is taken at its counts.
  const known = new Map(mains.flatMap(({ name }): [string, readonly Task[]][] => own(name, tasks?.get(name))));
  const all = standings(mains, known, doomed);
  const found = deficits({
    standings: all,
    room: roomOf(view.hosts, doomed, view.allTasks ? awsvpcTasks(view.tasks ?? [], view.shapes) : undefined),
    shapes: view.shapes,
    matches: view.matches,
    zones: new Map(view.subnets.map(({ id, zone }) => [id, zone])),
  });
  const held = new Set(view.ladders.ladders.filter(wouldBeCut).map(({ main }) => main.name));
  const of = new Map(
    all.map((standing): [string, Need] => {
      const { name } = standing.service;
      const deficit = found.get(name);
      const cut = deficit !== undefined && held.has(name) && standing.displaced > 0 ? deficit.held : 0;
      return [
        name,
        {
          deficit: (deficit?.observed ?? 0) + (deficit?.predicted ?? 0) + cut,
          predicted: (deficit?.predicted ?? 0) + cut,
          displaced: standing.displaced,
          most: deficit?.allowed ?? 0,
          why: `${deficit?.why ?? 'a daemon'}${cut > 0 ? `; ${cut} more until ECS has replaced what DRAINING stops at once` : ''}`,
          on: standing.on,
        },
      ];
    }),
  );
  return { of, notes: further.notes };
}

const own = (name: string, tasks: readonly Task[] | undefined): [string, readonly Task[]][] =>
  tasks === undefined ? [] : [[name, tasks]];

function spreading(view: ClusterView, doomed: ReadonlySet<string>, now: Context['now']) {
  const onDemand = new Set(
    view.groups.flatMap(({ instances }) => instances.flatMap(({ spot, instanceId }) => (spot ? [] : [instanceId]))),
  );
  const left = view.hosts.filter(({ arn, instanceId }) => !doomed.has(arn) && !onDemand.has(instanceId));
  const notices = view.doomed.flatMap(({ instanceId, pool, noticedAt }): PoolNotice[] =>
    pool === undefined ? [] : [{ instanceId, pool, at: noticedAt }],
  );
  const factor = view.policy.contagion;
  const pools = contagion(notices, left, { factor, now });
  const hosts: readonly Host[] = doomedByContagion(left, pools);
  const notes = pools
    .filter(({ further }) => further > 0)
    .map(
      ({ pool, notices: many, further }) =>
        `${many} notices in ${pool.type} ${pool.zone} within three minutes: ${further} more of its instances count as doomed (contagion ${factor})`,
    );
  return { hosts, notes };
}
