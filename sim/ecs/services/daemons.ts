import { type Fit, fitOf, hasRoom } from '../fit.ts';
import { type ContainerInstance, type EcsService, primary } from '../model.ts';
import { zonesOf } from '../placing.ts';
import type { EcsState } from '../state.ts';

/**
 * The ACTIVE instances that a daemon service should be on; their number becomes its desired count. Instances that its
 * constraints leave out do not count; those without room, or whose agent is disconnected, do.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service_scheduler_strategies.html
 */
export const daemonsWanted = (service: EcsService, state: EcsState): ContainerInstance[] => {
  const fit = daemonFit(service, state);
  const isMember = (instance: ContainerInstance): boolean => {
    const misfit = fit(instance);
    return misfit === undefined || misfit === 'AGENT' || misfit.startsWith('RESOURCE:');
  };
  const instances = service.status === 'ACTIVE' ? [...service.cluster.instances.values()] : [];
  const wanted = instances.filter((instance) => instance.status === 'ACTIVE' && isMember(instance));
  service.desired = wanted.length;
  service.facts.desired = wanted.length;
  return wanted;
};

/** Which of them have none yet: those with room for it, and how many have none. */
export const daemonsMissing = (
  service: EcsService,
  state: EcsState,
): { readonly free: ContainerInstance[]; readonly full: number } => {
  const fit = daemonFit(service, state);
  const covered = new Set([...service.tasks.values()].map((task) => task.instance));
  const missing = daemonsWanted(service, state).filter((instance) => !covered.has(instance));
  const free = missing.filter((instance) => hasRoom(instance, fit));
  return { free, full: missing.length - free.length };
};

const daemonFit = (service: EcsService, state: EcsState): Fit => {
  const { definition, network } = primary(service);
  return fitOf({ definition, constraints: service.constraints, zones: zonesOf(state, network) });
};

/** Daemon tasks are the last to stop, after all replica tasks (managed-instance-draining.html). */
export const holdsReplicas = (instance: ContainerInstance): boolean =>
  [...instance.tasks.values()].some((task) => task.service?.scheduling === 'REPLICA');
