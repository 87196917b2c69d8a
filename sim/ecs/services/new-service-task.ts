import type { Tags } from '../model/tags.ts';
import type { Deployment, EcsService } from '../model.ts';

/** What a task takes over from its service and deployment; where it runs is not said. */
export const newTaskOf = (service: EcsService, deployment: Deployment) => ({
  cluster: service.cluster,
  definition: deployment.definition,
  service,
  deployment,
  tags: tagsOf(service, deployment),
});

const tagsOf = ({ propagateTags, tags }: EcsService, { definition }: Deployment): Tags => {
  if (propagateTags === 'SERVICE') return tags;
  return propagateTags === 'TASK_DEFINITION' ? definition.tags : {};
};
