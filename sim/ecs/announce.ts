import type { World } from '../world/world.ts';
import { containerInstanceDetail, taskDetail } from './descriptions.ts';
import type { ContainerInstance, Task } from './model.ts';

/**
 * Raises a task's version and sends its ECS Task State Change event.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_task_events.html
 */
export const announceTask = (world: World, task: Task): void => {
  task.version += 1;
  if (world.quiet) return;
  world.emit({
    source: 'aws.ecs',
    'detail-type': 'ECS Task State Change',
    resources: [task.arn],
    detail: taskDetail(task, world.now()),
  });
};

/**
 * Raises a container instance's version and sends its ECS Container Instance State Change event.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_container_instance_events.html
 */
export const announceContainerInstance = (world: World, instance: ContainerInstance): void => {
  instance.version += 1;
  if (world.quiet) return;
  world.emit({
    source: 'aws.ecs',
    'detail-type': 'ECS Container Instance State Change',
    resources: [instance.arn],
    detail: containerInstanceDetail(instance, world.now()),
  });
};
