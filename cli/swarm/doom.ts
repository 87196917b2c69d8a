import type { ContainerInstance, Task } from '../../sim/ecs/model.ts';
import type { Seed } from './seed.ts';

/** A notice tells of its pool for so long; from the second one on, further instances may be counted as doomed. */
const CONTAGION_MS = 180_000;

/** Which container instances are about to go, and which may be expected to follow them. */
export class Doom {
  readonly #seed: Seed;
  readonly #factor: number;
  /** instants of notices, by pool */
  readonly #pools = new Map<string, number[]>();
  #told = 0;

  constructor(seed: Seed) {
    this.#seed = seed;
    this.#factor = Number(seed.settings.SPOTKEEPER_CONTAGION ?? 1);
  }

  /** It has its notice, or is gone already. */
  isNoticed({ ec2InstanceId, status }: ContainerInstance): boolean {
    const ec2 = this.#seed.region.parts.fleet.instances.get(ec2InstanceId);
    return ec2 === undefined || ec2.reclaimAt !== undefined || ec2.state !== 'running' || status === 'INACTIVE';
  }

  /** Nothing can be counted on there: it is under notice, drains, is cut off, or its pool has had notices. */
  mayGo(instance: ContainerInstance): boolean {
    return this.#isUnsure(instance) || this.#notices(instance) >= 2;
  }

  /** Of a service's tasks, how many are on hosts that nobody announced and that yet may be counted as gone. */
  mostThatMayFollow(tasks: readonly Task[]): number {
    const on = new Map<ContainerInstance, number>();
    for (const { instance } of tasks)
      if (instance && !this.isNoticed(instance)) on.set(instance, (on.get(instance) ?? 0) + 1);
    const unsure = [...on].filter(([instance]) => this.#isUnsure(instance));
    const pools = Map.groupBy(
      [...on].filter(([instance]) => !this.#isUnsure(instance)),
      ([{ instanceType, zone }]) => `${instanceType} ${zone}`,
    );
    const following = [...pools.values()].flatMap((hosts) => {
      const notices = hosts[0] ? this.#notices(hosts[0][0]) : 0;
      const further = notices < 2 ? 0 : Math.ceil(notices * this.#factor);
      return hosts.toSorted((a, b) => b[1] - a[1]).slice(0, further);
    });
    return [...unsure, ...following].reduce((sum, [, count]) => sum + count, 0);
  }

  #isUnsure(instance: ContainerInstance): boolean {
    return this.isNoticed(instance) || instance.status !== 'ACTIVE' || !instance.agentConnected;
  }

  /** In its pool, lately. */
  #notices({ instanceType, zone }: Pick<ContainerInstance, 'instanceType' | 'zone'>): number {
    const { clock, journal } = this.#seed.account;
    for (const { kind, at, data } of journal.entries.slice(this.#told)) {
      const pool = `${data.type} ${data.zone}`;
      if (kind === 'notice') this.#pools.set(pool, [...(this.#pools.get(pool) ?? []), at]);
    }
    this.#told = journal.entries.length;
    const since = clock.now() - CONTAGION_MS - SEEN_LATE_MS;
    return (this.#pools.get(`${instanceType} ${zone}`) ?? []).filter((at) => at >= since).length;
  }
}

/** A pass may be so late. */
const SEEN_LATE_MS = 15_000;
