import type { EcsService, Task } from '../model.ts';

/**
 * Availability Zone rebalancing: a service that has all it wants and is uneven over its zones starts one task in the
 * emptiest zone and, when that is healthy, stops one in the fullest.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-rebalancing.html
 */
export class ZoneRebalancing {
  readonly #moving = new Set<EcsService>();

  /** Should a service with all its tasks start one more, in its emptiest zone? */
  begins(service: EcsService, staying: readonly Task[]): boolean {
    if (!service.zoneRebalancing || service.scheduling === 'DAEMON' || this.#moving.has(service)) return false;
    if (staying.length !== service.desired || !isUneven(service, staying)) return false;
    this.#moving.add(service);
    return true;
  }

  /** Is the task too much still needed, because the one that replaces it is not healthy yet? */
  holds(service: EcsService, staying: readonly Task[]): boolean {
    if (!this.#moving.has(service)) return false;
    if (staying.length > service.desired && !staying.every(({ healthy }) => healthy)) return true;
    this.#moving.delete(service);
    return false;
  }
}

const isUneven = ({ cluster }: EcsService, tasks: readonly Task[]): boolean => {
  const counts = new Map<string, number>();
  for (const { status, zone } of cluster.instances.values()) if (status === 'ACTIVE') counts.set(zone, 0);
  for (const { zone = '' } of tasks) counts.set(zone, (counts.get(zone) ?? 0) + 1);
  const values = [...counts.values()];
  return Math.max(...values) - Math.min(...values) > 1;
};
