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

// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-using-tags.html
const tagsOf = ({ propagateTags, tags, managedTags, name, cluster }: EcsService, { definition }: Deployment): Tags => ({
  ...(propagateTags === 'SERVICE' ? tags : {}),
  ...(propagateTags === 'TASK_DEFINITION' ? definition.tags : {}),
  ...(managedTags ? { 'aws:ecs:clusterName': cluster.name, 'aws:ecs:serviceName': name } : {}),
});
