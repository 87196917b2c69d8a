import type { RegionParts } from './parts.ts';
import type { World } from './world.ts';

/**
 * An Availability Zone fails: its instances and Fargate tasks are gone at this instant without a notice, and nothing
 * starts in it. Auto Scaling and the ECS scheduler go on in the other zones.
 * https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/availability-zones.html
 * @throws AwsError InvalidParameterValue for a zone that the region cannot have
 */
export const failZone = (world: World, { fleet, ecs }: RegionParts, zone: string): void => {
  fleet.network.subnet(zone);
  const tasks = [...ecs.fargate.tasks.values()].filter((task) => task.zone === zone);
  world.journal({ kind: 'zone-lost', subject: zone, text: `${zone} fails`, data: {} });
  ecs.fargate.setZone(zone, false);
  fleet.loseZone(zone);
  for (const task of tasks) ecs.tasks.stops.withHost(task, 'The host of the task failed.');
};

/** A failed zone is back: instances and Fargate tasks can start in it. @throws AwsError as `failZone` */
export const recoverZone = (world: World, { fleet, ecs }: RegionParts, zone: string): void => {
  fleet.network.subnet(zone);
  world.journal({ kind: 'zone-restored', subject: zone, text: `${zone} is back`, data: {} });
  fleet.restoreZone(zone);
  ecs.fargate.setZone(zone, true);
};
