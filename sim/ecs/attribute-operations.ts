import type {
  Attribute,
  DeleteAttributesRequest,
  DeleteAttributesResponse,
  ListAttributesRequest,
  ListAttributesResponse,
  PutAttributesRequest,
  PutAttributesResponse,
} from '@aws-sdk/client-ecs';
import { AwsError, type Operation } from '../service.ts';
import { page } from '../world/page.ts';
import { attributesOf } from './attributes.ts';
import type { Cluster, ContainerInstance } from './model.ts';
import { byReference, type EcsState, invalid, pageRequest } from './state.ts';

/** Of custom attributes for each resource, and of attributes in a call. */
const most = 10;

/**
 * The ECS operations on attributes of container instances.
 * @param changed hears of every instance whose attributes changed: a task may fit there now
 */
export const attributeOperations = (
  state: EcsState,
  changed: (instance: ContainerInstance) => void,
): Record<string, Operation> => ({
  /** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_PutAttributes.html: one that is there is replaced */
  PutAttributes: (input: PutAttributesRequest): PutAttributesResponse => {
    const cluster = state.cluster(input.cluster);
    const wanted = checked(input.attributes).map((attribute) => ({ attribute, target: targetOf(cluster, attribute) }));
    for (const { attribute, target } of wanted) {
      const { name = '' } = attribute;
      const { size } = target.attributes;
      if (!target.attributes.has(name) && size >= most) {
        throw new AwsError('AttributeLimitExceededException', `A resource can have at most ${most} custom attributes.`);
      }
      target.attributes.set(name, attribute.value);
      changed(target);
    }
    return { attributes: wanted.map(({ attribute, target }) => shape(target, attribute.name ?? '', attribute.value)) };
  },

  /** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeleteAttributes.html */
  DeleteAttributes: (input: DeleteAttributesRequest): DeleteAttributesResponse => {
    const cluster = state.cluster(input.cluster);
    const wanted = checked(input.attributes).map((attribute) => ({ attribute, target: targetOf(cluster, attribute) }));
    return {
      attributes: wanted.map(({ attribute: { name = '' }, target }) => {
        const value = target.attributes.get(name);
        if (target.attributes.delete(name)) changed(target);
        return shape(target, name, value);
      }),
    };
  },

  /** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ListAttributes.html */
  ListAttributes: (input: ListAttributesRequest): ListAttributesResponse => {
    const { attributeName, attributeValue } = input;
    const cluster = state.cluster(input.cluster);
    if (input.targetType !== 'container-instance') throw invalid('targetType must be container-instance.');
    if (attributeValue !== undefined && attributeName === undefined) {
      throw invalid('attributeValue requires attributeName.');
    }
    const found = [...cluster.instances.values()]
      .filter(({ status }) => status !== 'INACTIVE')
      .flatMap((instance) => [...attributesOf(instance)].map(([name, value]) => shape(instance, name, value)))
      .filter(({ name }) => attributeName === undefined || name === attributeName)
      .filter(({ value }) => attributeValue === undefined || value === attributeValue)
      .map((attribute, sequence) => ({ attribute, sequence }));
    const result = page(found, pageRequest(input));
    return { attributes: result.items.map(({ attribute }) => attribute), nextToken: result.nextToken };
  },
});

const shape = (instance: ContainerInstance, name: string, value: string | undefined): Attribute => ({
  name,
  ...(value === undefined ? {} : { value }),
  targetId: instance.arn,
  targetType: 'container-instance',
});

const checked = (attributes: readonly Attribute[] | undefined): readonly Attribute[] => {
  if (!attributes?.length) throw invalid('attributes cannot be empty.');
  if (attributes.length > most) throw invalid(`attributes can have at most ${most} items.`);
  for (const { name = '', value } of attributes) {
    if (!/^[\w\-/\\.]{1,128}$/.test(name)) throw invalid(`The attribute name ${name} is not valid.`);
    if (name.startsWith('ecs.')) throw invalid(`The attribute ${name} is reserved.`);
    if (value !== undefined && !/^(?! )[\w\-.@/\\: ]{1,128}(?<! )$/.test(value)) {
      throw invalid(`The value of attribute ${name} is not valid.`);
    }
  }
  return attributes;
};

/** @throws AwsError InvalidParameterException, TargetNotFoundException */
const targetOf = (cluster: Cluster, { targetId = '', targetType }: Attribute): ContainerInstance => {
  if (!targetId.startsWith('arn:') && targetType !== 'container-instance') {
    throw invalid('targetType is required for the short form of targetId.');
  }
  const target = byReference(cluster.instances, targetId);
  if (!target || target.status === 'INACTIVE') {
    throw new AwsError('TargetNotFoundException', `Unable to find target ${targetId}.`);
  }
  return target;
};
