import type {
  ListTagsForResourceRequest,
  ListTagsForResourceResponse,
  TagResourceRequest,
  UntagResourceRequest,
} from '@aws-sdk/client-ecs';
import { AwsError, type Operation } from '../service.ts';
import type { Tags } from './model/tags.ts';
import { type EcsState, invalid, tagList } from './state.ts';
import { checkedTags, withoutTags } from './tags.ts';

/** The ECS operations on tags: of clusters, services, tasks, container instances, task definitions, capacity providers. */
export const tagOperations = (state: EcsState): Record<string, Operation> => ({
  /** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_TagResource.html */
  TagResource: (input: TagResourceRequest): object => {
    const resource = resourceOf(state, input.resourceArn);
    resource.tags = checkedTags(input.tags, resource.tags);
    return {};
  },

  /** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_UntagResource.html: keys that it has not are no error */
  UntagResource: (input: UntagResourceRequest): object => {
    const resource = resourceOf(state, input.resourceArn);
    resource.tags = withoutTags(resource.tags, input.tagKeys ?? []);
    return {};
  },

  /** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ListTagsForResource.html */
  ListTagsForResource: (input: ListTagsForResourceRequest): ListTagsForResourceResponse => ({
    tags: tagList(resourceOf(state, input.resourceArn).tags),
  }),
});

type Tagged = { readonly arn: string; tags: Tags; readonly status?: string };

/** @throws AwsError InvalidParameterException for what is no ARN of ECS or is INACTIVE, ResourceNotFoundException */
const resourceOf = (state: EcsState, arn = ''): Tagged => {
  const [, kind = '', path = ''] = /^arn:[^:]+:ecs:[^:]+:\d{12}:([a-z-]+)\/(.+)$/.exec(arn) ?? [];
  const find = finders.get(kind);
  if (!find) throw invalid(`Invalid resource ARN: ${arn}`);
  const resource = find(state, path.split('/'));
  if (!resource || resource.arn !== arn) {
    throw new AwsError('ResourceNotFoundException', 'The specified resource could not be found.');
  }
  if (resource.status === 'INACTIVE' && kind !== 'task-definition') {
    throw invalid(`The specified ${kind} is inactive. Specify an active ${kind} and try again.`);
  }
  return resource;
};

type Find = (state: EcsState, path: readonly string[]) => Tagged | undefined;

const finders: ReadonlyMap<string, Find> = new Map<string, Find>([
  ['cluster', (state, [name = '']) => state.clusters.get(name)],
  ['service', (state, [cluster = '', name = '']) => state.clusters.get(cluster)?.services.get(name)],
  ['task', (state, [cluster = '', id = '']) => state.clusters.get(cluster)?.tasks.get(id)],
  ['container-instance', (state, [cluster = '', id = '']) => state.clusters.get(cluster)?.instances.get(id)],
  ['task-definition', (state, [revision = '']) => state.definitions.get(revision)],
  ['capacity-provider', (state, [name = '']) => state.capacityProviders.get(name)],
]);
