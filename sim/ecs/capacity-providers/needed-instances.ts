import type { Task } from '../model.ts';
import { type RegisteredCapacity, registeredCapacity } from '../registered-capacity.ts';
import { portKey } from '../resources.ts';

export type SmallestInstance = Pick<RegisteredCapacity, 'cpu' | 'memory' | 'gpus' | 'eniSlots'>;

/** The smallest value of each dimension over the types of a group: what ECS counts with. */
export const smallestOf = (types: readonly string[], trunking: boolean): SmallestInstance => {
  const all = types.map((type) => registeredCapacity(type, trunking));
  const least = (of: (one: RegisteredCapacity) => number) => (all.length > 0 ? Math.min(...all.map(of)) : 0);
  return {
    cpu: least(({ cpu }) => cpu),
    memory: least(({ memory }) => memory),
    gpus: least(({ gpus }) => gpus),
    eniSlots: least(({ eniSlots }) => eniSlots),
  };
};

/** An instance that does not exist yet, and what is left of it. */
type Bin = {
  cpu: number;
  memory: number;
  gpus: number;
  eniSlots: number;
  ports: Set<string | number>;
  groups: Set<string>;
};

/**
 * How many new instances the waiting tasks need, by bin-packing (first fit, the largest first). A task that is larger
 * than the smallest instance is not counted: no instance would help it.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/cluster-auto-scaling.html
 * @param distinct does each task of this one's service need an instance of its own?
 */
export const instancesNeeded = (
  tasks: readonly Task[],
  smallest: SmallestInstance,
  distinct: (task: Task) => boolean,
): number => {
  const bins: Bin[] = [];
  const sorted = tasks.toSorted(
    ({ definition: a, sequence: first }, { definition: b, sequence: second }) =>
      b.cpu - a.cpu || b.memory - a.memory || first - second,
  );
  for (const task of sorted) {
    const open = bins.find((bin) => fits(task, bin, distinct(task)));
    const bin = open ?? { ...smallest, ports: new Set(), groups: new Set<string>() };
    if (!open && !fits(task, bin, false)) continue;
    if (!open) bins.push(bin);
    fill(bin, task);
  }
  return bins.length;
};

const fits = ({ definition, group }: Task, bin: Bin, distinct: boolean): boolean =>
  definition.cpu <= bin.cpu &&
  definition.memory <= bin.memory &&
  definition.gpus <= bin.gpus &&
  (definition.networkMode !== 'awsvpc' || bin.eniSlots > 0) &&
  !(distinct && bin.groups.has(group)) &&
  !fixedPorts(definition).some((port) => bin.ports.has(port));

const fill = (bin: Bin, { definition, group }: Task): void => {
  bin.cpu -= definition.cpu;
  bin.memory -= definition.memory;
  bin.gpus -= definition.gpus;
  if (definition.networkMode === 'awsvpc') bin.eniSlots -= 1;
  bin.groups.add(group);
  for (const port of fixedPorts(definition)) bin.ports.add(port);
};

const fixedPorts = ({ networkMode, ports }: Task['definition']) =>
  networkMode === 'awsvpc'
    ? []
    : ports.filter(({ hostPort }) => hostPort > 0).map(({ hostPort, protocol }) => portKey(hostPort, protocol));
