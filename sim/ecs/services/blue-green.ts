import { type Deployment, type EcsService, primary, type ServiceLoadBalancer, type Task } from '../model.ts';

/** Do deployments of the service run beside the old one, in the other target group, until the traffic has moved? */
export const isBlueGreen = ({ deploymentStrategy, controller }: EcsService): boolean =>
  deploymentStrategy === 'BLUE_GREEN' || controller === 'CODE_DEPLOY';

/** The load balancers of the next deployment: each target group changes places with its alternate one. */
export const swapped = (loadBalancers: readonly ServiceLoadBalancer[]): readonly ServiceLoadBalancer[] =>
  loadBalancers.map((one) =>
    one.alternate === undefined ? one : { ...one, targetGroup: one.alternate, alternate: one.targetGroup },
  );

/**
 * Must the tasks of older deployments stay? They do until the traffic has moved to the new ones and the bake time is
 * over. https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-type-blue-green.html
 */
export const holdsOlder = (service: EcsService, now: number): boolean => {
  if (!isBlueGreen(service) || service.deployments.length < 2) return false;
  const { movedAt } = primary(service);
  return movedAt === undefined || now < movedAt + 60_000 * service.bakeMinutes;
};

/**
 * Moves the traffic to the new deployment once all its tasks are healthy.
 * @param staying the tasks of the PRIMARY deployment
 * @returns whether it moved now
 */
export const moveTraffic = (service: EcsService, staying: readonly Task[], now: number): boolean => {
  const deployment = primary(service);
  const [, before] = service.deployments;
  if (!isBlueGreen(service) || !before || deployment.movedAt !== undefined) return false;
  if (staying.length < service.desired || !staying.every(({ healthy }) => healthy)) return false;
  deployment.movedAt = now;
  for (const [index, { targetGroup }] of before.loadBalancers.entries()) moveLoad(targetGroup, deployment, index);
  return true;
};

const moveLoad = ({ load }: ServiceLoadBalancer['targetGroup'], to: Deployment, index: number): void => {
  const next = to.loadBalancers[index];
  if (next) load?.moveTo(next.targetGroup);
};
