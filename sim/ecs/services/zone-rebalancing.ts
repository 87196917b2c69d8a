import type { EcsService, Task } from '../model.ts';

/**
 * Availability Zone rebalancing: a service that has all it wants and is uneven over its zones starts one task in an
 * emptier zone and, when that is healthy, stops one in the fullest.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-rebalancing.html
 */
export class ZoneRebalancing {
  readonly #moving = new Set<EcsService>();

  /**
   * The zones in which a service with all its tasks should start one more; none: it is even enough.
   * @param open the zones that its tasks may be in
   */
  emptier(service: EcsService, staying: readonly Task[], open: ReadonlySet<string>): ReadonlySet<string> {
    if (!service.zoneRebalancing || this.#moving.has(service)) return new Set();
    const counts = new Map([...open].map((zone) => [zone, 0]));
    for (const { zone = '' } of staying) counts.set(zone, (counts.get(zone) ?? 0) + 1);
    const most = Math.max(...counts.values());
    return new Set([...open].filter((zone) => most - (counts.get(zone) ?? 0) > 1));
  }

  /** A task more than wanted was started in an emptier zone. */
  started(service: EcsService): void {
    this.#moving.add(service);
  }

  /** Is the task too much still needed, because the one that replaces it is not healthy yet? */
  holds(service: EcsService, staying: readonly Task[]): boolean {
    if (!this.#moving.has(service)) return false;
    if (staying.length > service.desired && !staying.every(({ healthy }) => healthy)) return true;
    this.#moving.delete(service);
    return false;
  }
}
