import type { ContainerDefinition, RegisterTaskDefinitionRequest } from '@aws-sdk/client-ecs';
import type { World } from '../../world/world.ts';
import type { TaskDefinition } from '../model/task-definition.ts';
import type { EcsState } from '../state.ts';
import { checkedTags } from '../tags.ts';
import { deriveDefinition } from './derive.ts';
import { cpuUnits, memoryMiB } from './sizes.ts';
import { checkDefinition } from './validate.ts';

/**
 * Registers the next revision of a family.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RegisterTaskDefinition.html
 * @throws AwsError as checkDefinition does
 */
export const registerDefinition = (
  world: World,
  state: EcsState,
  request: RegisterTaskDefinitionRequest,
): TaskDefinition => {
  checkDefinition(request);
  const { tags, ...registered } = withDefaults(request);
  const { family = '' } = request;
  const revision = world.ids.next(`revision ${family}`);
  const definition = deriveDefinition(registered, {
    sequence: world.ids.next('task-definition'),
    arn: world.arn('ecs', `task-definition/${family}:${revision}`),
    family,
    revision,
    registeredAt: world.now(),
    tags: checkedTags(tags),
  });
  state.definitions.set(`${family}:${revision}`, definition);
  return definition;
};

/** ECS fills these in and gives sizes back as numbers, whichever way they were written. */
const withDefaults = (request: RegisterTaskDefinitionRequest): RegisterTaskDefinitionRequest => ({
  ...request,
  ...(request.cpu === undefined ? {} : { cpu: String(cpuUnits(request.cpu)) }),
  ...(request.memory === undefined ? {} : { memory: String(memoryMiB(request.memory)) }),
  volumes: request.volumes ?? [],
  placementConstraints: request.placementConstraints ?? [],
  containerDefinitions: request.containerDefinitions?.map((container) => completed(container, request.networkMode)),
});

const completed = (
  container: ContainerDefinition,
  networkMode: RegisterTaskDefinitionRequest['networkMode'],
): ContainerDefinition => ({
  ...container,
  cpu: container.cpu ?? 0,
  essential: container.essential ?? true,
  environment: container.environment ?? [],
  mountPoints: container.mountPoints ?? [],
  volumesFrom: container.volumesFrom ?? [],
  systemControls: container.systemControls ?? [],
  portMappings: (container.portMappings ?? []).map((mapping) => ({
    ...mapping,
    hostPort: mapping.hostPort || (networkMode === 'awsvpc' || networkMode === 'host' ? mapping.containerPort : 0),
    protocol: mapping.protocol ?? 'tcp',
  })),
});
