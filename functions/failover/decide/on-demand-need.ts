import { instancesMissing } from '../../../shared/core/instances-missing.ts';
import type { ServiceDetail } from '../../../shared/model/lending.ts';
import { countsOf, type WantedInstances } from './on-demand.ts';
import type { ClusterView } from './view.ts';

/** Tasks of a service that On-Demand instances are to hold. */
export type TasksForInstances = { readonly main: ServiceDetail; readonly tasks: number; readonly why: string };

/**
 * How many instances of each group the tasks need, with the smallest type that fits. A service that may run on several
 * groups asks the one that misses most instances, of those that have On-Demand instances to buy.
 */
export function instancesFor(view: ClusterView, asked: readonly TasksForInstances[]): readonly WantedInstances[] {
  const byGroup = Map.groupBy(asked, ({ main }) => groupFor(view, main) ?? '');
  return [...byGroup].flatMap(([name, all]) => {
    const group = view.groups.find((one) => one.name === name);
    if (group === undefined) return [];
    const missing = all.flatMap(({ main, tasks }) => {
      const shape = view.shapes.get(main.definition);
      return shape === undefined ? [] : [{ shape, count: tasks }];
    });
    const types = group.onDemand?.types ?? [];
    const known = types.length > 0 ? types : [...new Set(group.instances.map(({ type }) => type))];
    const { instances } = instancesMissing(missing, known);
    const why = all.map(({ main, tasks, why: reason }) => `${tasks} tasks of ${main.name} (${reason})`).join('; ');
    return instances > 0 ? [{ group: name, instances, why }] : [];
  });
}

function groupFor({ groups, groupsOf, doomed }: ClusterView, { name }: ServiceDetail): string | undefined {
  const names = groupsOf.get(name) ?? [];
  const going = new Set(doomed.map(({ instanceId }) => instanceId));
  const known = names.flatMap((one) => groups.find((group) => group.name === one) ?? []);
  const able = known.filter(({ onDemand }) => onDemand !== undefined && onDemand.percentageAboveBase < 100);
  const [most] = able.toSorted((a, b) => countsOf(b, going).missing - countsOf(a, going).missing);
  return (most ?? known[0])?.name;
}
