import type { Host, TaskShape } from '../model/lending.ts';
import { awsvpcLimit } from './eni-limits.ts';
import { roomFor, type Space, take } from './placement/space.ts';

/** Tasks that ECS is to start for one service. */
export type Wanted = {
  /** Name of the service; each service comes once. */
  readonly service: string;
  readonly shape: TaskShape;
  readonly count: number;
  /** Names of the capacity providers on whose instances it runs; none: on any instance. */
  readonly providers: readonly string[];
  /** ARNs of the container instances that each of its memberOf expressions matches. */
  readonly allowed: readonly ReadonlySet<string>[];
  /** distinctInstance: ARNs of the container instances that run a task of it already; undefined: not so constrained. */
  readonly distinctFrom: ReadonlySet<string> | undefined;
  /** Zones of its subnets; undefined: any, or not known. */
  readonly zones: ReadonlySet<string> | undefined;
};

/** The instances on which ECS places tasks, and what is free on each. */
export type Room = readonly Place[];

type Place = {
  readonly host: Host;
  readonly type: string | undefined;
  readonly zone: string | undefined;
  readonly interfaces: number | undefined;
};

export type Placement = {
  /** By service: the ARN of the container instance of each task for which there is room. */
  readonly placed: ReadonlyMap<string, readonly string[]>;
  /** Instance types (`unknown`: of an instance that names none) of which awsvpc tasks were placed without a known limit. */
  readonly withoutLimit: readonly string[];
};

/**
 * The room of a cluster: its instances that are ACTIVE, connected and not about to go.
 *
 * @param doomed ARNs of the container instances that are about to go
 * @param awsvpc how many awsvpc tasks each container instance has; on one that is not in it all tasks count as such
 */
export function roomOf(
  hosts: readonly Host[],
  doomed: ReadonlySet<string>,
  awsvpc: ReadonlyMap<string, number> = new Map(),
): Room {
  const open = hosts.filter(({ arn, status, connected }) => status === 'ACTIVE' && connected && !doomed.has(arn));
  return open.toSorted(byKey(({ arn }) => arn)).map((host) => {
    const type = host.pool?.type ?? host.attributes.get('ecs.instance-type');
    const limit = awsvpcLimit(type, host.attributes.has('ecs.awsvpc-trunk-id'));
    return {
      host,
      type,
      zone: host.pool?.zone ?? host.attributes.get('ecs.availability-zone'),
      interfaces: limit === undefined ? undefined : limit - (awsvpc.get(host.arn) ?? host.tasks),
    };
  });
}

/**
 * How many of each service's wanted tasks the room holds, and where. It estimates what ECS will do with replacements
 * that it starts for all services at once, in an order that nobody knows: services take turns by name, one task each,
 * and each service goes round its instances, every one beginning elsewhere. So ECS spreads tasks by default; it also
 * leaves less room for big tasks than packing tightly would, so that the estimate errs on the safe side.
 * A service with several capacity providers may use the room of all of them: their weights are not looked at.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-placement.html
 */
export function place(wanted: readonly Wanted[], room: Room): Placement {
  const spots = room.map(spotOf);
  const candidates = candidatesAmong(spots);
  const turns = wanted
    .toSorted(byKey(({ service }) => service))
    .map((each, index) => new Turn(each, rotated(candidates(each), index / wanted.length)));
  for (let open = turns; open.length > 0; ) open = open.filter((turn) => turn.placeOne());
  return {
    placed: new Map(turns.map(({ service, on }) => [service, on])),
    withoutLimit: [...new Set(spots.flatMap(({ beyond, place: { type } }) => (beyond ? [type ?? 'unknown'] : [])))],
  };
}

/** An instance while tasks are placed on it; `beyond`: on trust, since its limit of awsvpc tasks is not known. */
type Spot = Space & { readonly place: Place; beyond: boolean };

const spotOf = (place: Place): Spot => ({
  place,
  beyond: false,
  cpu: place.host.cpu,
  memory: place.host.memory,
  gpus: place.host.gpus,
  interfaces: place.interfaces ?? Number.POSITIVE_INFINITY,
  tcp: new Set(place.host.tcp),
  udp: new Set(place.host.udp),
});

class Turn {
  readonly service: string;
  readonly on: string[] = [];
  readonly #wanted: Wanted;
  readonly #queue: Spot[];
  #head = 0;

  constructor(wanted: Wanted, spots: Spot[]) {
    this.service = wanted.service;
    this.#wanted = wanted;
    this.#queue = spots;
  }

  /** @returns whether the service may get another turn */
  placeOne(): boolean {
    const { shape, count, distinctFrom } = this.#wanted;
    const spot = this.on.length < count ? this.#next() : undefined;
    if (!spot) return false;
    take(spot, shape);
    if (!distinctFrom) this.#queue.push(spot);
    if (shape.interfaces > 0 && spot.place.interfaces === undefined) spot.beyond = true;
    this.on.push(spot.place.host.arn);
    return true;
  }

  /** Room only shrinks: an instance that had none is not asked again. */
  #next(): Spot | undefined {
    while (this.#head < this.#queue.length) {
      const spot = this.#queue[this.#head++];
      if (spot && roomFor(spot, this.#wanted.shape) > 0) return spot;
    }
    return undefined;
  }
}

/** The items in their order, from the one at a fraction of them on. */
function rotated<T>(items: readonly T[], fraction: number): T[] {
  const from = Math.floor(items.length * fraction);
  return [...items.slice(from), ...items.slice(0, from)];
}

/** Which instances a service may use at all; services that need the same attributes share that part of the answer. */
function candidatesAmong(spots: readonly Spot[]): (wanted: Wanted) => readonly Spot[] {
  const able = new Map<string, readonly Spot[]>();
  return ({ shape, providers, allowed, distinctFrom, zones }) => {
    const { requires, architecture } = shape;
    const key = [architecture, ...requires].join(' ');
    const found = able.get(key) ?? spots.filter(({ place }) => isAble(place.host, requires, architecture));
    able.set(key, found);
    return found.filter(({ place: { host, zone } }) => {
      if (providers.length > 0 && (host.provider === undefined || !providers.includes(host.provider))) return false;
      if (zones && (zone === undefined || !zones.has(zone))) return false;
      return allowed.every((arns) => arns.has(host.arn)) && !distinctFrom?.has(host.arn);
    });
  };
}

const isAble = ({ attributes }: Host, requires: readonly string[], architecture: string | undefined): boolean =>
  requires.every((name) => attributes.has(name)) &&
  (architecture === undefined || (attributes.get('ecs.cpu-architecture') ?? architecture) === architecture);

const byKey =
  <T>(keyOf: (item: T) => string) =>
  (a: T, b: T): number =>
    keyOf(a) < keyOf(b) ? -1 : keyOf(a) > keyOf(b) ? 1 : 0;
