import type {
  CreateOrUpdateTagsType,
  DeleteTagsType,
  DescribeTagsType,
  Filter,
  Tag,
  TagsType,
} from '@aws-sdk/client-auto-scaling';
import type { Operation } from '../service.ts';
import { page } from '../world/page.ts';
import { pageRequest } from './describe-operations.ts';
import { tagShape } from './descriptions.ts';
import type { AutoScalingGroups } from './groups.ts';
import { groupNamed, invalid } from './validation.ts';

const mostTags = 50;

/** Operations on the tags of groups; instances that run keep theirs. */
export const tagOperations = (scaling: AutoScalingGroups): Record<string, Operation> => ({
  /** https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_CreateOrUpdateTags.html */
  CreateOrUpdateTags: ({ Tags: tags = [] }: CreateOrUpdateTagsType): object => {
    const changes = tags.map((tag) => ({ tag, group: groupOf(scaling, tag) }));
    for (const { tag, group } of changes) {
      const key = tag.Key ?? '';
      if (!group.tags.has(key) && group.tags.size >= mostTags) throw invalid(`A group has at most ${mostTags} tags.`);
      group.tags.set(key, { value: tag.Value ?? '', atLaunch: tag.PropagateAtLaunch ?? false });
    }
    return {};
  },

  /** https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DeleteTags.html */
  DeleteTags: ({ Tags: tags = [] }: DeleteTagsType): object => {
    const changes = tags.map((tag) => ({ tag, group: groupOf(scaling, tag) }));
    for (const { tag, group } of changes) group.tags.delete(tag.Key ?? '');
    return {};
  },

  /** https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DescribeTags.html */
  DescribeTags: (input: DescribeTagsType): TagsType => {
    const all = [...scaling.groups.values()]
      .flatMap((group) => [...group.tags.keys()].map((key) => tagShape(group, key)))
      .filter((tag) => matches(tag, input.Filters))
      .map((tag, sequence) => ({ tag, sequence }));
    const result = page(all, pageRequest(input, 100));
    return { Tags: result.items.map(({ tag }) => tag), NextToken: result.nextToken };
  },
});

const groupOf = (scaling: AutoScalingGroups, { ResourceId: id, ResourceType: type }: Tag) => {
  if (type !== undefined && type !== 'auto-scaling-group') throw invalid(`Resource type ${type} is not valid.`);
  return groupNamed(scaling, id);
};

type TagShape = ReturnType<typeof tagShape>;

const matches = (tag: TagShape, filters: readonly Filter[] | undefined): boolean =>
  (filters ?? []).every(({ Name: name = '', Values: values = [] }) => values.includes(memberOf(tag, name)));

const memberOf = (tag: TagShape, name: string): string => {
  if (name === 'auto-scaling-group') return tag.ResourceId;
  if (name === 'key') return tag.Key;
  if (name === 'value') return tag.Value;
  if (name === 'propagate-at-launch') return String(tag.PropagateAtLaunch);
  throw invalid(`Filter name ${name} is not valid.`);
};
