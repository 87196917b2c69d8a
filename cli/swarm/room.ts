import { fitOf, hasRoom } from '../../sim/ecs/fit.ts';
import { type ContainerInstance, type EcsService, primary } from '../../sim/ecs/model.ts';

/** What the instances of a cluster have free for a service. */
export type Room = {
  /** Of a task of the service: the greatest part of an empty host that it takes, of CPU, memory and interfaces. */
  readonly units: number;
  /** How many tasks, each at most that part of a host, surely find a place. */
  slots(units: number): number;
  /** How many of its own tasks find a place if nobody else wants one. */
  readonly atBest: number;
};

/** Any host will do to measure by. CPU units, MiB */
const HOST = { cpu: 2_048, memory: 7_000 };

/** @param mayGo hosts on which nothing can be counted on */
export function roomIn(service: EcsService, mayGo: (instance: ContainerInstance) => boolean): Room {
  const { definition, launch } = primary(service);
  const { cpu, memory, networkMode } = definition;
  const providers = (launch.strategy ?? []).map(({ capacityProvider }) => capacityProvider ?? '');
  const isOnFargate = launch.launchType === 'FARGATE' || providers.some((name) => name.startsWith('FARGATE'));
  if (isOnFargate) return { units: 0, slots: () => 0, atBest: 0 };
  const allowed = [...service.cluster.instances.values()].filter(
    ({ capacityProviderName = '' }) => providers.length === 0 || providers.includes(capacityProviderName),
  );
  const active = allowed.filter(({ status }) => status === 'ACTIVE' || status === 'REGISTERING');
  const sure = active.filter((one) => one.status === 'ACTIVE' && one.agentConnected && !mayGo(one));
  const fits = ({ cpuLeft, memoryLeft, eniSlotsLeft }: ContainerInstance): number =>
    Math.floor(
      Math.min(
        cpuLeft / Math.max(1, cpu),
        memoryLeft / Math.max(1, memory),
        networkMode === 'awsvpc' ? eniSlotsLeft : 1e6,
      ),
    );
  const able = sure.filter((one) => hasRoom(one, fitOf({ definition })));
  return {
    units: Math.max(cpu / HOST.cpu, memory / HOST.memory),
    slots: (units) =>
      able.reduce((sum, one) => {
        const free = Math.min(one.cpuLeft / HOST.cpu, one.memoryLeft / HOST.memory);
        return sum + Math.max(0, Math.min(Math.floor(free / units), one.eniSlotsLeft));
      }, 0),
    atBest: active.reduce((sum, one) => sum + Math.max(0, fits(one)), 0),
  };
}
