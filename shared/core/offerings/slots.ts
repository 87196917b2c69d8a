import type { Demand, InstanceType, ServiceDemand } from '../../model/offerings.ts';
import { awsvpcLimit } from '../eni-limits.ts';

/** What an instance has for tasks, and what a task takes of it. */
type Amounts = Pick<ServiceDemand, 'cpu' | 'memory' | 'gpus'> & { readonly interfaces: number };

/** The Docker daemon reserves at least 6 MiB for a container (API_ContainerDefinition, memory). */
const LEAST_MEMORY = 6;

/**
 * Why instances of a type cannot hold one task of every service, each beside the daemons; undefined: they can. With a
 * set of such types a capacity provider, which bin-packs against the smallest one in each dimension, places all tasks.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/cluster-auto-scaling.html
 *
 * @returns one sentence that names the service and the dimension
 */
export const tooSmallFor = (type: InstanceType, demand: Demand): string | undefined => filled(type, demand).tooSmall;

/**
 * How many tasks of the cluster's mix an instance of a type holds, daemons not counted; 0: it is too small for one of
 * them. Services weigh as many tasks as they want. It is the better of two ways to fill instances: each with tasks of
 * one service, or each with as many average tasks as fit. Without services: the smaller of its vCPUs and half its GiB,
 * so that prices compare.
 */
export function slotsOf(type: InstanceType, demand: Demand): number {
  const { room, tooSmall } = filled(type, demand);
  if (tooSmall !== undefined) return 0;
  const services = demand.services.filter(({ daemon }) => !daemon);
  if (services.length === 0) return Math.min(type.vcpus, type.memoryMiB / 2_048);
  const idle = services.every(({ desired }) => desired === 0);
  const average = { cpu: 0, memory: 0, gpus: 0, interfaces: 0 };
  let tasks = 0;
  let instances = 0;
  for (const service of services) {
    const desired = idle ? 1 : service.desired;
    tasks += desired;
    instances += desired / Math.max(1, Math.floor(timesIn(room, service)));
    for (const dimension of dimensions) average[dimension] += desired * service[dimension];
  }
  for (const dimension of dimensions) average[dimension] /= tasks;
  return Math.max(tasks / instances, Math.floor(timesIn(room, average)));
}

const dimensions = ['cpu', 'memory', 'gpus', 'interfaces'] as const;

type Dimension = (typeof dimensions)[number];

const roomOf = (type: InstanceType, { memoryShare, trunking }: Demand): Record<Dimension, number> => ({
  cpu: type.vcpus * 1_024,
  memory: Math.floor(type.memoryMiB * memoryShare),
  gpus: type.gpus,
  // The primary interface is the instance's own.
  interfaces: awsvpcLimit(type.type, trunking) ?? Math.max(0, type.interfaces - 1),
});

/** An instance with its daemons on it, and why it does not hold them, or not one task of every service beside them. */
function filled(type: InstanceType, demand: Demand) {
  const room = roomOf(type, demand);
  const short = (needs: ServiceDemand): string | undefined => {
    const dimension = dimensions.find((one) => needs[one] > room[one]);
    return dimension && sentence({ type, short: dimension, room, needs });
  };
  for (const daemon of demand.services) {
    if (!daemon.daemon) continue;
    const tooSmall = short(daemon);
    if (tooSmall) return { room, tooSmall };
    for (const dimension of dimensions) room[dimension] -= daemon[dimension];
  }
  for (const service of demand.services) {
    const tooSmall = service.daemon ? undefined : short(service);
    if (tooSmall) return { room, tooSmall };
  }
  return { room, tooSmall: undefined };
}

const timesIn = (room: Amounts, { cpu, memory, gpus, interfaces }: Amounts): number =>
  Math.min(
    over(room.cpu, cpu),
    over(room.memory, Math.max(memory, LEAST_MEMORY)),
    over(room.gpus, gpus),
    over(room.interfaces, interfaces),
  );

/** What a task does not need is no limit, even where there is none of it. */
const over = (there: number, needed: number): number => (needed === 0 ? Number.POSITIVE_INFINITY : there / needed);

type Short = {
  readonly type: InstanceType;
  readonly short: Dimension;
  readonly room: Amounts;
  readonly needs: ServiceDemand;
};

function sentence({ type, short, room, needs }: Short): string {
  const task = `a ${needs.daemon ? 'daemon ' : ''}task of ${needs.service}`;
  const needed = needs[short];
  const left = Math.max(0, room[short]);
  const beside = needs.daemon ? 'has' : 'has beside the daemons';
  switch (short) {
    case 'cpu':
      return `${task} needs ${needed} CPU units, ${type.type} ${beside} ${left}`;
    case 'memory':
      return `${task} needs ${needed} MiB of memory, ${type.type} ${beside} ${left}`;
    case 'gpus':
      return `${task} needs ${needed} GPUs, ${type.type} ${beside} ${left}`;
    case 'interfaces':
      return `${task} needs a network interface, ${type.type} ${beside} ${left} for tasks`;
  }
}
