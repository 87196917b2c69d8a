import { fitOf, hasRoom } from '../fit.ts';
import { type ContainerInstance, type EcsService, primary } from '../model.ts';

/**
 * The ACTIVE instances that a daemon service should be on; their number becomes its desired count. Instances that its
 * constraints leave out do not count; those without room, or whose agent is disconnected, do.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service_scheduler_strategies.html
 */
export const daemonsWanted = (service: EcsService): ContainerInstance[] => {
  const { definition } = primary(service);
  const fit = fitOf({ definition, constraints: service.constraints });
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
export const daemonsMissing = (service: EcsService): { readonly free: ContainerInstance[]; readonly full: number } => {
  const fit = fitOf({ definition: primary(service).definition, constraints: service.constraints });
  const covered = new Set([...service.tasks.values()].map((task) => task.instance));
  const missing = daemonsWanted(service).filter((instance) => !covered.has(instance));
  const free = missing.filter((instance) => hasRoom(instance, fit));
  return { free, full: missing.length - free.length };
};

/** Daemon tasks are the last to stop, after all replica tasks (managed-instance-draining.html). */
export const holdsReplicas = (instance: ContainerInstance): boolean =>
  [...instance.tasks.values()].some((task) => task.service?.scheduling === 'REPLICA');
