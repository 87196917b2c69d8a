import { fitOf, hasRoom } from '../fit.ts';
import { type ContainerInstance, type EcsService, primary } from '../model.ts';
import { zonesOf } from '../placing.ts';
import type { EcsState } from '../state.ts';

/**
 * The ACTIVE instances that a daemon service should be on and is not; the desired count becomes the number of
 * instances that it should be on. https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service_scheduler_strategies.html
 */
export const daemonsMissing = (service: EcsService, state: EcsState): ContainerInstance[] => {
  const { definition, network } = primary(service);
  const fit = fitOf({ definition, constraints: service.constraints, zones: zonesOf(state, network) });
  const covered = new Set([...service.tasks.values()].map((task) => task.instance));
  const active = [...service.cluster.instances.values()].filter(
    (instance) => instance.status === 'ACTIVE' && instance.agentConnected && isMember(fit(instance)),
  );
  const wanted = service.status === 'ACTIVE' ? active : [];
  service.desired = wanted.length;
  service.facts.desired = wanted.length;
  return wanted.filter((instance) => !covered.has(instance) && hasRoom(instance, fit));
};

// Instances that its constraints leave out do not count; those without room do.
const isMember = (misfit: string | undefined): boolean => misfit === undefined || misfit.startsWith('RESOURCE:');

/** Daemon tasks are the last to stop, after all replica tasks (managed-instance-draining.html). */
export const holdsReplicas = (instance: ContainerInstance): boolean =>
  [...instance.tasks.values()].some((task) => task.service?.scheduling === 'REPLICA');
