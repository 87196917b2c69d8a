import type { CreateTagsRequest, DeleteTagsRequest, DescribeTagsRequest, TagDescription } from '@aws-sdk/client-ec2';
import { AwsError, type Operation } from '../service.ts';
import type { Fleet } from './fleet.ts';
import { filtered, pageOf, reading } from './request.ts';

type ResourceType = NonNullable<TagDescription['ResourceType']>;
type Tagged = { readonly id: string; readonly kind: ResourceType; readonly tags: Record<string, string> };

const mostTags = 50;

/** Tags of instances, launch templates and subnets; https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Tags.html */
export const tagOperations = (fleet: Fleet): Record<string, Operation> => ({
  /** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateTags.html */
  CreateTags: reading<CreateTagsRequest>(['Resources', 'Tags'], (input) => {
    const tags = (input.Tags ?? []).map(({ Key = '', Value = '' }) => [Key, Value] as const);
    for (const [key, value] of tags) checkTag(key, value);
    const resources = (input.Resources ?? []).map((id) => resource(fleet, id));
    for (const { id, tags: old } of resources) {
      const own = Object.keys({ ...old, ...Object.fromEntries(tags) }).filter((key) => !key.startsWith('aws:'));
      if (own.length > mostTags) {
        throw new AwsError('TagLimitExceeded', `The maximum number of ${mostTags} tags has been reached for ${id}.`);
      }
    }
    for (const { tags: old } of resources) Object.assign(old, Object.fromEntries(tags));
    return {};
  }),

  /** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteTags.html */
  DeleteTags: reading<DeleteTagsRequest>(['Resources', 'Tags'], (input) => {
    const resources = (input.Resources ?? []).map((id) => resource(fleet, id));
    for (const { tags } of resources) {
      // Without tags all that are the user's go; with a value only a tag that has it.
      const wanted = input.Tags?.length ? input.Tags : Object.keys(tags).map((Key) => ({ Key, Value: undefined }));
      for (const { Key = '', Value } of wanted) {
        if (!Key.startsWith('aws:') && (Value === undefined || tags[Key] === Value)) delete tags[Key];
      }
    }
    return {};
  }),

  /** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeTags.html */
  DescribeTags: reading<DescribeTagsRequest>(['Filters', 'MaxResults', 'NextToken'], (input) => {
    const rows = all(fleet).flatMap(({ id, kind, tags }) =>
      Object.entries(tags).map(([Key, Value]): TagDescription => ({ ResourceId: id, ResourceType: kind, Key, Value })),
    );
    const chosen = filtered(rows, input.Filters, {
      key: ({ Key }) => Key,
      'resource-id': ({ ResourceId }) => ResourceId,
      'resource-type': ({ ResourceType }) => ResourceType,
      value: ({ Value }) => Value,
    });
    const { items, nextToken } = pageOf(chosen, input, [5, 1_000]);
    return { Tags: items, NextToken: nextToken };
  }),
});

const checkTag = (key: string, value: string): void => {
  if (key.startsWith('aws:')) {
    throw new AwsError('InvalidParameterValue', "Tag keys starting with 'aws:' are reserved for internal use");
  }
  if (key.length === 0 || key.length > 127) {
    throw new AwsError('InvalidParameterValue', `Tag key '${key}' must have between 1 and 127 characters`);
  }
  if (value.length > 255) {
    throw new AwsError('InvalidParameterValue', `Tag value of '${key}' exceeds the maximum length of 255 characters`);
  }
};

const resource = (fleet: Fleet, id: string): Tagged => {
  if (id.startsWith('i-')) return { id, kind: 'instance', tags: fleet.find(id).tags };
  if (id.startsWith('lt-')) return { id, kind: 'launch-template', tags: fleet.templates.template({ id }).tags };
  if (id.startsWith('subnet-')) {
    return { id, kind: 'subnet', tags: fleet.network.subnet(fleet.network.zoneOf(id)).tags };
  }
  throw new AwsError('InvalidID', `The ID '${id}' is not valid`);
};

const all = ({ instances, templates, network }: Fleet): Tagged[] => [
  ...[...instances.values()].map(({ id, tags }) => ({ id, kind: 'instance' as const, tags })),
  ...[...templates.byId.values()].map(({ id, tags }) => ({ id, kind: 'launch-template' as const, tags })),
  ...network.subnets().map(({ id, tags }) => ({ id, kind: 'subnet' as const, tags })),
];
