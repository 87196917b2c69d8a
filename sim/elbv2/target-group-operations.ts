import type * as Api from '@aws-sdk/client-elastic-load-balancing-v2';
import { AwsError, type Operation } from '../service.ts';
import type { World } from '../world/world.ts';
import { attributesOf, find, groupShape, type TargetGroups } from './operations.ts';
import { TargetGroup } from './target-group.ts';

/** Changes to target groups and their tags. */
export const targetGroupOperations = (world: World, groups: TargetGroups): Record<string, Operation> => ({
  /** https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateTargetGroup.html */
  CreateTargetGroup: (input: Api.CreateTargetGroupInput): Api.CreateTargetGroupOutput => {
    const { Name: name = '', Protocol: protocol = 'HTTP', TargetType: targetType = 'instance', Port: port } = input;
    if (!/^[A-Za-z0-9](?:[A-Za-z0-9-]{0,30}[A-Za-z0-9])?$/.test(name)) {
      throw invalid(`Target group name '${name}' can have up to 32 letters, numbers and hyphens, none at its ends`);
    }
    if (!/^(HTTP|HTTPS|TCP)$/.test(protocol)) throw notImitated(`Protocol ${protocol}`);
    if (targetType !== 'instance' && targetType !== 'ip') throw notImitated(`TargetType ${targetType}`);
    if (port === undefined || port < 1 || port > 65_535) throw invalid(`Port '${port}' must be between 1 and 65535`);
    if ([...groups.values()].some(({ options }) => options.name === name)) {
      throw new AwsError('DuplicateTargetGroupName', `A target group with the same name '${name}' exists`);
    }
    const group = new TargetGroup(world, {
      name,
      kind: protocol === 'TCP' ? 'network' : 'application',
      targetType,
      port,
      deregistrationDelaySeconds: 300,
      healthCheckIntervalSeconds: input.HealthCheckIntervalSeconds ?? 30,
      healthyThresholdCount: input.HealthyThresholdCount ?? 5,
    });
    group.tags = tagsFrom(input.Tags);
    groups.set(group.arn, group);
    return { TargetGroups: [groupShape(group)] };
  },

  /** https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DeleteTargetGroup.html: one that a listener uses stays */
  DeleteTargetGroup: (input: Api.DeleteTargetGroupInput): object => {
    const group = groups.get(input.TargetGroupArn ?? '');
    if (group?.load) {
      throw new AwsError('ResourceInUse', `Target group '${group.arn}' is currently in use by a listener or a rule`);
    }
    if (group) groups.delete(group.arn);
    return {};
  },

  /** https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_ModifyTargetGroupAttributes.html */
  ModifyTargetGroupAttributes: (input: Api.ModifyTargetGroupAttributesInput): Api.ModifyTargetGroupAttributesOutput => {
    const group = find(groups, input.TargetGroupArn);
    for (const { Key: key, Value: value = '' } of input.Attributes ?? []) {
      if (key !== 'deregistration_delay.timeout_seconds') throw notImitated(`the attribute ${key}`);
      const seconds = Number(value);
      if (!/^\d+$/.test(value) || seconds > 3_600) {
        throw new AwsError('InvalidConfigurationRequest', `The value '${value}' of ${key} must be between 0 and 3600`);
      }
      group.options = { ...group.options, deregistrationDelaySeconds: seconds };
    }
    return { Attributes: attributesOf(group) };
  },
  ...tagOperations(groups),
});

const tagOperations = (groups: TargetGroups): Record<string, Operation> => ({
  /** https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DescribeTags.html */
  DescribeTags: (input: Api.DescribeTagsInput): Api.DescribeTagsOutput => ({
    TagDescriptions: (input.ResourceArns ?? []).map((arn) => ({
      ResourceArn: arn,
      Tags: Object.entries(find(groups, arn).tags).map(([Key, Value]) => ({ Key, Value })),
    })),
  }),

  /** https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_AddTags.html */
  AddTags: (input: Api.AddTagsInput): object => {
    const found = (input.ResourceArns ?? []).map((arn) => find(groups, arn));
    for (const group of found) group.tags = { ...group.tags, ...tagsFrom(input.Tags) };
    return {};
  },

  /** https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_RemoveTags.html */
  RemoveTags: (input: Api.RemoveTagsInput): object => {
    const found = (input.ResourceArns ?? []).map((arn) => find(groups, arn));
    const gone = new Set(input.TagKeys);
    for (const group of found) {
      group.tags = Object.fromEntries(Object.entries(group.tags).filter(([key]) => !gone.has(key)));
    }
    return {};
  },
});

const tagsFrom = (tags: readonly Api.Tag[] = []): Record<string, string> => {
  if (new Set(tags.map(({ Key }) => Key)).size < tags.length) {
    throw new AwsError('DuplicateTagKeys', 'Tag keys must be unique');
  }
  return Object.fromEntries(tags.map(({ Key = '', Value = '' }) => [Key, Value]));
};

const invalid = (message: string): AwsError => new AwsError('ValidationError', message);

const notImitated = (what: string): AwsError => new AwsError('NotImplemented', `${what} is not imitated`, 501);
