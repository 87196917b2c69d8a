import { TokenBucket } from '../../token-bucket.ts';
import type { World } from '../../world/world.ts';
import type { TaskDefinition } from '../model/task-definition.ts';
import type { Task } from '../model.ts';

/** Fargate starts at most 20 tasks a second, 100 in a burst, for each of On-Demand and Spot (throttling.html). */
const launchRate = { burst: 100, refillPerSecond: 20 };

/** Applied quotas differ; this is what many accounts have. L-3032A538 and L-36FBB829 */
const defaultQuotaVcpus = 4_000;

export type FargateKind = 'FARGATE' | 'FARGATE_SPOT';

export type Architecture = 'x86_64' | 'arm64';

/** Whether Fargate takes a task now: where it runs, or why not, as the service event words it. */
export type Admission =
  | { readonly ok: true; readonly zone: string }
  | { readonly ok: false; readonly reason: 'RESOURCE:FARGATE' | 'QUOTA' | 'THROTTLED'; readonly message: string };

export type FargateRequest = {
  readonly definition: TaskDefinition;
  readonly kind: FargateKind;
  /** zones of the task's subnets, in order */
  readonly zones: readonly string[];
  /** how many tasks of the same service each zone has; left out: all tasks count */
  readonly siblings?: ReadonlyMap<string, number>;
};

const noCapacity = 'Capacity is unavailable at this time. Please try again later or in a different availability zone';
const overQuota = 'You’ve reached the limit on the number of vCPUs you can run concurrently';

/**
 * AWS Fargate in one Region: how many vCPUs of each kind it has for this account, the account's quotas and launch
 * rates, and which tasks run there.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/AWS_Fargate.html
 */
export class FargatePlatform {
  readonly tasks = new Map<string, Task>();
  readonly quotaVcpus: Record<FargateKind, number> = { FARGATE: defaultQuotaVcpus, FARGATE_SPOT: defaultQuotaVcpus };
  readonly #world: World;
  readonly #capacity = new Map<string, number>();
  readonly #units = new Map<string, number>();
  readonly #rates: Readonly<Record<FargateKind, TokenBucket>>;
  readonly #lostZones = new Set<string>();
  readonly #roomListeners: (() => void)[] = [];

  constructor(world: World) {
    this.#world = world;
    this.#rates = {
      FARGATE: new TokenBucket(launchRate, world.now()),
      FARGATE_SPOT: new TokenBucket(launchRate, world.now()),
    };
  }

  /** Calls `listener` when Fargate has more room than before. */
  onRoom(listener: () => void): void {
    this.#roomListeners.push(listener);
  }

  /** How many vCPUs of a kind Fargate holds for this account from now on; Infinity (the default) is no limit. */
  setCapacity(kind: FargateKind, architecture: Architecture, vcpus: number): void {
    if (!(vcpus >= 0)) throw new Error(`the capacity of ${kind} is ${vcpus} vCPUs; allowed: 0 or more`);
    this.#capacity.set(`${kind} ${architecture}`, vcpus);
    this.#tellRoom();
  }

  /** Takes a zone away, or gives it back; its tasks are the caller's. */
  setZone(zone: string, available: boolean): void {
    if (available) this.#lostZones.delete(zone);
    else this.#lostZones.add(zone);
    if (available) this.#tellRoom();
  }

  /** May one more task start now? A yes takes a token of the launch rate. */
  admit({ definition, kind, zones, siblings }: FargateRequest): Admission {
    const open = zones.filter((zone) => !this.#lostZones.has(zone));
    const architecture = definition.architecture ?? 'x86_64';
    const pool = `${kind} ${architecture}`;
    const capacity = (this.#capacity.get(pool) ?? Number.POSITIVE_INFINITY) * 1_024;
    if ((this.#units.get(kind) ?? 0) + definition.cpu > this.quotaVcpus[kind] * 1_024)
      return { ok: false, reason: 'QUOTA', message: overQuota };
    if (open.length === 0 || (this.#units.get(pool) ?? 0) + definition.cpu > capacity)
      return { ok: false, reason: 'RESOURCE:FARGATE', message: noCapacity };
    if (!this.#world.quiet && this.#rates[kind].take(this.#world.now()) === 0)
      return { ok: false, reason: 'THROTTLED', message: 'Rate exceeded' };
    return { ok: true, zone: emptiest(open, siblings ?? this.#perZone()) };
  }

  /** A task that was admitted has been made. */
  add(task: Task): void {
    this.tasks.set(task.id, task);
    this.#count(task, 1);
  }

  /** A task has ended; one that never ran here is ignored. */
  remove(task: Task): void {
    if (!this.tasks.delete(task.id)) return;
    this.#count(task, -1);
    this.#tellRoom();
  }

  /** How many more vCPUs of a kind may run now, for x86_64: what there is, within the quota. */
  freeVcpus(kind: FargateKind): number {
    const capacity = this.#capacity.get(`${kind} x86_64`) ?? Number.POSITIVE_INFINITY;
    const there = capacity - (this.#units.get(`${kind} x86_64`) ?? 0) / 1_024;
    return Math.max(0, Math.min(there, this.quotaVcpus[kind] - this.usedVcpus(kind)));
  }

  /** How many vCPUs of a kind run now. */
  usedVcpus(kind: FargateKind): number {
    return (this.#units.get(kind) ?? 0) / 1_024;
  }

  /** The Fargate Spot tasks that Fargate would take back first: a keyed draw, whatever else happens. */
  victims(count: number): Task[] {
    const spot = [...this.tasks.values()].filter(
      (task) => kindOf(task) === 'FARGATE_SPOT' && task.desiredStatus === 'RUNNING',
    );
    const drawn = spot.map((task) => ({ task, rank: this.#world.random('fargate-victim', task.id) }));
    return drawn
      .sort((a, b) => a.rank - b.rank || a.task.sequence - b.task.sequence)
      .slice(0, count)
      .map(({ task }) => task);
  }

  #count(task: Task, times: 1 | -1): void {
    const kind = kindOf(task);
    for (const key of [kind, `${kind} ${task.definition.architecture ?? 'x86_64'}`]) {
      this.#units.set(key, (this.#units.get(key) ?? 0) + times * task.definition.cpu);
    }
  }

  #perZone(): Map<string, number> {
    const counts = new Map<string, number>();
    for (const { zone = '' } of this.tasks.values()) counts.set(zone, (counts.get(zone) ?? 0) + 1);
    return counts;
  }

  #tellRoom(): void {
    for (const tell of this.#roomListeners) tell();
  }
}

const emptiest = (zones: readonly string[], counts: ReadonlyMap<string, number>): string =>
  zones.reduce((best, zone) => ((counts.get(zone) ?? 0) < (counts.get(best) ?? 0) ? zone : best));

/** Fargate or Fargate Spot: a task without a provider was launched by launch type, which is On-Demand. */
export const kindOf = ({ capacityProviderName }: Task): FargateKind =>
  capacityProviderName === 'FARGATE_SPOT' ? 'FARGATE_SPOT' : 'FARGATE';
