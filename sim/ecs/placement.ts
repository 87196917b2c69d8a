import { AZ_FIELD, type Chooser } from './chooser.ts';
import { fitOf, hasRoom } from './fit.ts';
import type { TaskDefinition } from './model/task-definition.ts';
import type { Cluster, ContainerInstance, PlacementStrategy, Task } from './model.ts';
import type { Placing } from './placing.ts';
import { RankedChooser } from './ranked-chooser.ts';

/** What is to be placed: tasks of one service or group, all alike. */
export type PlacementRequest = Partial<Placing> & {
  readonly cluster: Cluster;
  readonly definition: TaskDefinition;
  /** the tasks among which to spread */
  readonly siblings: Iterable<Task>;
  /** only instances of this capacity provider; undefined: all */
  readonly capacityProvider?: string | undefined;
  /** a draw in [0, 1) for the strategy `random`, keyed by what it is for */
  readonly draw?: (key: string) => number;
};

/**
 * Chooses instances for tasks in one pass of the scheduler.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-placement-strategies.html
 * @throws AwsError InvalidParameterException for a memberOf expression that cannot be read
 */
export const chooserFor = (request: PlacementRequest): Chooser => {
  const { cluster, constraints = [], strategies = [], capacityProvider } = request;
  const fit = fitOf(request);
  const siblings = [...request.siblings].filter(counts);
  const used = new Set(siblings.map(({ instance }) => instance));
  const distinct = constraints.some(({ type }) => type === 'distinctInstance');
  const isOpen = (instance: ContainerInstance): boolean => hasRoom(instance, fit) && !(distinct && used.has(instance));
  const candidates = [...cluster.instances.values()].filter(
    (instance) =>
      (capacityProvider === undefined || instance.capacityProviderName === capacityProvider) && isOpen(instance),
  );
  const take = (instance: ContainerInstance | undefined) => {
    if (instance) used.add(instance);
    return instance;
  };
  const chooser = isUsual(strategies)
    ? new SpreadChooser(candidates, siblings, isOpen)
    : new RankedChooser({ candidates, siblings, isOpen, strategies, draw: request.draw ?? (() => 0) });
  return { next: () => take(chooser.next()) };
};

// A task that is being stopped, or whose instance drains, is no sibling any more.
const counts = ({ desiredStatus, instance }: Task): boolean =>
  desiredStatus === 'RUNNING' && instance !== undefined && instance.status !== 'DRAINING';

/** Services spread over zones, and there over instances, unless they say otherwise. */
const isUsual = (strategies: readonly PlacementStrategy[]): boolean => {
  const [first, second, third] = strategies;
  if (first === undefined) return true;
  const zones = first.type === 'spread' && first.field === AZ_FIELD;
  const instances =
    second === undefined || (second.type === 'spread' && /^(instanceId|host)$/.test(second.field ?? ''));
  return zones && instances && third === undefined;
};

/** The instances of a zone that may still have room, asked in turn from `head` on. */
type Zone = { tasks: number; readonly queue: ContainerInstance[]; head: number };

/**
 * The zone with the fewest siblings first, there the instance that had the fewest tasks, in turn. An instance that had
 * no room once is not asked again, so a pass costs no more than instances + tasks.
 */
class SpreadChooser implements Chooser {
  readonly #isOpen: (instance: ContainerInstance) => boolean;
  readonly #zones = new Map<string, Zone>();

  constructor(
    candidates: readonly ContainerInstance[],
    siblings: readonly Task[],
    isOpen: (instance: ContainerInstance) => boolean,
  ) {
    this.#isOpen = isOpen;
    const sorted = candidates.toSorted((a, b) => a.tasks.size - b.tasks.size || a.sequence - b.sequence);
    for (const instance of sorted) {
      const zone = this.#zones.get(instance.zone);
      if (zone) zone.queue.push(instance);
      else this.#zones.set(instance.zone, { tasks: 0, queue: [instance], head: 0 });
    }
    for (const { zone: name = '' } of siblings) {
      const zone = this.#zones.get(name);
      if (zone) zone.tasks += 1;
    }
  }

  next(): ContainerInstance | undefined {
    for (let zone = this.#emptiest(); zone; zone = this.#emptiest()) {
      const instance = zone.queue[zone.head++];
      if (!instance || !this.#isOpen(instance)) continue;
      zone.queue.push(instance);
      zone.tasks += 1;
      return instance;
    }
    return undefined;
  }

  #emptiest(): Zone | undefined {
    let best: Zone | undefined;
    for (const zone of this.#zones.values()) {
      if (zone.head < zone.queue.length && (!best || zone.tasks < best.tasks)) best = zone;
    }
    return best;
  }
}
