import type { EcsService, Task } from '../../sim/ecs/model.ts';
import { isStandby, rungOf } from '../failover/lending-log.ts';
import { isHandsOff } from '../hands-off.ts';
import { Doom } from './doom.ts';
import { type Room, roomIn } from './room.ts';
import type { Seed } from './seed.ts';

/** What a main service truly lacked at an instant, between the most and the least that anybody could make of it. */
export type Sample = {
  /** virtual epoch milliseconds */
  readonly at: number;
  readonly desired: number;
  /** running and pending, without those that wait for an instance */
  readonly underWay: number;
  /** what the maximum percent allows, its own tasks and lent ones together */
  readonly most: number;
  /** missing, with all that can be expected to go, less what surely finds a place */
  readonly deficitMost: number;
  /** tasks that may be about to start: wanted, and there is room for them */
  readonly coming: number;
  /** missing, without what only may go, less all that may find a place */
  readonly deficitLeast: number;
  /** a host of its tasks has its notice and is not gone yet */
  readonly open: boolean;
};

export type Track = { readonly main: EcsService; readonly samples: readonly Sample[] };

/** The truth of every main service over time. */
export class LendingTruth {
  readonly tracks = new Map<EcsService, { readonly main: EcsService; readonly samples: Sample[] }>();
  readonly #seed: Seed;
  readonly #doom: Doom;

  constructor(seed: Seed) {
    this.#seed = seed;
    this.#doom = new Doom(seed);
  }

  /** Looks at the account as it is now. */
  look(): void {
    const { region, account } = this.#seed;
    for (const cluster of region.parts.ecs.state.clusters.values()) {
      if (isHandsOff(cluster)) continue;
      const mains = [...cluster.services.values()].filter((one) => one.scheduling === 'REPLICA' && !isStandby(one));
      const stands = mains.map((main) => this.#stand(main));
      for (const stand of stands) this.#note(sampleOf(stand, stands, account.clock.now()), stand.main);
    }
  }

  #note(sample: Sample, main: EcsService): void {
    const track = this.tracks.get(main) ?? { main, samples: [] };
    this.tracks.set(main, track);
    const last = track.samples.at(-1);
    if (last && isSame(last, sample)) return;
    track.samples.push(sample);
  }

  #stand(main: EcsService): Stand {
    const wanted = [...main.tasks.values()].filter(({ desiredStatus }) => desiredStatus === 'RUNNING');
    const placed = wanted.filter(isPlaced);
    const noticed = placed.filter(({ instance }) => instance && this.#doom.isNoticed(instance));
    const keptMost = placed.length - noticed.length;
    const keptLeast = keptMost - this.#doom.mostThatMayFollow(placed);
    const room = roomIn(main, (instance) => this.#doom.mayGo(instance));
    return { main, wanted: wanted.length, placed: placed.length, keptMost, keptLeast, room, open: noticed.length > 0 };
  }
}

/** Tasks on all standbys of a main service, by their desired counts, and those that serve. */
export function lentTo({ name, cluster }: EcsService): { readonly desired: number; readonly healthy: number } {
  const own = [...cluster.services.values()].filter((one) => isStandbyOf(one, name));
  return {
    desired: own.reduce((sum, { desired }) => sum + desired, 0),
    healthy: own.reduce((sum, { facts }) => sum + facts.healthy, 0),
  };
}

/** Is it a standby of the service of that name, and not deleted? */
export const isStandbyOf = (one: EcsService, name: string): boolean =>
  one.status === 'ACTIVE' && rungOf(one) !== undefined && one.tags['spotkeeper:standby-of'] === name;

type Stand = {
  readonly main: EcsService;
  readonly wanted: number;
  readonly placed: number;
  readonly keptMost: number;
  readonly keptLeast: number;
  readonly room: Room;
  readonly open: boolean;
};

/** A task that waits for an instance has no place yet. */
const isPlaced = ({ instance, launchType }: Task): boolean => launchType === 'FARGATE' || instance !== undefined;

function sampleOf(stand: Stand, all: readonly Stand[], at: number): Sample {
  const { main, wanted, placed, keptMost, keptLeast, room, open } = stand;
  const { desired, maximumPercent } = main;
  const most = Math.max(desired, Math.floor((desired * maximumPercent) / 100));
  const missing = Math.max(0, desired - keptLeast);
  const others = all.reduce((sum, one) => sum + Math.max(0, one.main.desired - one.keptLeast), 0) - missing;
  const startable = Math.max(0, most - wanted) + (wanted - placed);
  const biggest = Math.max(...all.map((one) => one.room.units));
  // DRAINING stops tasks of it before they are replaced: they are lent although there is room.
  const isCut = open && main.minimumHealthyPercent < 100;
  const surely = isCut ? 0 : Math.max(0, Math.min(room.slots(biggest) - others, startable));
  return {
    at,
    desired,
    underWay: placed,
    most,
    deficitMost: Math.max(0, missing - surely),
    coming: Math.min(missing, room.atBest),
    deficitLeast: Math.max(0, desired - keptMost - room.atBest),
    open,
  };
}

const isSame = (a: Sample, b: Sample): boolean =>
  a.desired === b.desired &&
  a.underWay === b.underWay &&
  a.most === b.most &&
  a.coming === b.coming &&
  a.deficitMost === b.deficitMost &&
  a.deficitLeast === b.deficitLeast &&
  a.open === b.open;

/** The samples that held at some moment of a time. */
export function during({ samples }: Track, from: number, to: number): readonly Sample[] {
  const first = samples.findLastIndex(({ at }) => at <= from);
  return samples.slice(Math.max(0, first)).filter(({ at }) => at <= to);
}
