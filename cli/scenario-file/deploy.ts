import type { RegisterTaskDefinitionRequest } from '@aws-sdk/client-ecs';
import { behaviourLabels } from '../../sim/ecs/definitions/derive.ts';
import { type EcsService, primary } from '../../sim/ecs/model.ts';
import type { NewBehaviour } from './simulation-format.ts';

/** What a revision is registered with: the service's present one, whose containers behave otherwise. */
export function revisionOf(service: EcsService, behaviour: NewBehaviour): RegisterTaskDefinitionRequest {
  const { registered } = primary(service).definition;
  const labels = Object.fromEntries(
    Object.entries(behaviour)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => [behaviourLabels[name as keyof NewBehaviour], String(value)]),
  );
  return {
    ...registered,
    containerDefinitions: registered.containerDefinitions?.map((container) => ({
      ...container,
      dockerLabels: { ...container.dockerLabels, ...labels },
    })),
  };
}
