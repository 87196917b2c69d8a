import type { SimulatedAccount } from '../../sim/account.ts';
import type { EcsService } from '../../sim/ecs/model.ts';
import type { Region } from '../../sim/world/region.ts';

/** A notice is information about its pool for so long; from the second one on, all of the pool may count as doomed. */
const CONTAGION_MS = 180_000;

/** Which container instances nobody takes away, as far as anybody can know at an instant. */
export class SafeHosts {
  readonly #region: Region;
  readonly #account: SimulatedAccount;

  constructor(region: Region, account: SimulatedAccount) {
    this.#region = region;
    this.#account = account;
  }

  /** How many healthy tasks a service has outside doomed hosts and pools; those on Fargate count, too. */
  healthyOn({ tasks }: EcsService): number {
    const dying = this.#dyingPools();
    const { instances } = this.#region.parts.fleet;
    return [...tasks.values()].filter(({ counted, instance }) => {
      if (!counted || !instance) return counted;
      const ec2 = instances.get(instance.ec2InstanceId);
      const isUp = instance.status === 'ACTIVE' && ec2?.state === 'running' && ec2.reclaimAt === undefined;
      return isUp && !dying.has(`${ec2.type} ${ec2.zone}`);
    }).length;
  }

  #dyingPools(): ReadonlySet<string> {
    const { clock, journal } = this.#account;
    const since = clock.now() - CONTAGION_MS;
    const notices = journal.entries.filter(({ kind, at }) => kind === 'notice' && at >= since);
    const pools = Map.groupBy(notices, ({ data }) => `${data.type} ${data.zone}`);
    return new Set([...pools].flatMap(([pool, { length }]) => (length >= 2 ? [pool] : [])));
  }
}
