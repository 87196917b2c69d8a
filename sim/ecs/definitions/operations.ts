import type {
  DeregisterTaskDefinitionRequest,
  DeregisterTaskDefinitionResponse,
  DescribeTaskDefinitionRequest,
  DescribeTaskDefinitionResponse,
  ListTaskDefinitionFamiliesRequest,
  ListTaskDefinitionFamiliesResponse,
  ListTaskDefinitionsRequest,
  ListTaskDefinitionsResponse,
  RegisterTaskDefinitionRequest,
  RegisterTaskDefinitionResponse,
  TaskDefinition as TaskDefinitionShape,
} from '@aws-sdk/client-ecs';
import { AwsError, type Operation } from '../../service.ts';
import { page } from '../../world/page.ts';
import type { World } from '../../world/world.ts';
import type { TaskDefinition } from '../model/task-definition.ts';
import { type EcsState, invalid, pageRequest, tagList } from '../state.ts';
import { registerDefinition } from './register.ts';
import { requiredAttributes } from './requires-attributes.ts';

/** The ECS operations on task definitions of one region. */
export const definitionOperations = (world: World, state: EcsState): Record<string, Operation> => ({
  /** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RegisterTaskDefinition.html */
  RegisterTaskDefinition: (input: RegisterTaskDefinitionRequest): RegisterTaskDefinitionResponse => {
    const definition = registerDefinition(world, state, input);
    return { taskDefinition: definitionShape(world, definition), tags: tagList(definition.tags) };
  },

  /**
   * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeregisterTaskDefinition.html
   * The revision is INACTIVE: it stays describable, its tasks and services go on, no new ones take it.
   */
  DeregisterTaskDefinition: (input: DeregisterTaskDefinitionRequest): DeregisterTaskDefinitionResponse => {
    const { taskDefinition = '' } = input;
    if (!/:\d+$/.test(taskDefinition)) throw new AwsError('ClientException', 'Revision is missing.');
    const definition = state.definition(taskDefinition);
    definition.deregisteredAt ??= world.now();
    definition.status = 'INACTIVE';
    return { taskDefinition: definitionShape(world, definition) };
  },

  /** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeTaskDefinition.html */
  DescribeTaskDefinition: (input: DescribeTaskDefinitionRequest): DescribeTaskDefinitionResponse => {
    const definition = state.definition(input.taskDefinition);
    return {
      taskDefinition: definitionShape(world, definition),
      tags: input.include?.includes('TAGS') ? tagList(definition.tags) : [],
    };
  },

  /** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ListTaskDefinitions.html: by family, then revision */
  ListTaskDefinitions: (input: ListTaskDefinitionsRequest): ListTaskDefinitionsResponse => {
    const { familyPrefix, status = 'ACTIVE', sort = 'ASC' } = input;
    if (sort !== 'ASC' && sort !== 'DESC') throw invalid(`Invalid sort ${sort}.`);
    const found = [...state.definitions.values()]
      .filter((one) => one.status === status && (familyPrefix === undefined || one.family === familyPrefix))
      .sort((a, b) => byText(a.family, b.family) || a.revision - b.revision)
      .map(({ arn }) => arn);
    const result = pageOfTexts(sort === 'DESC' ? found.reverse() : found, input);
    return { taskDefinitionArns: result.items, nextToken: result.nextToken };
  },

  /** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ListTaskDefinitionFamilies.html */
  ListTaskDefinitionFamilies: (input: ListTaskDefinitionFamiliesRequest): ListTaskDefinitionFamiliesResponse => {
    const { familyPrefix = '', status = 'ALL' } = input;
    const all = [...state.definitions.values()];
    const active = new Set(all.filter((one) => one.status === 'ACTIVE').map(({ family }) => family));
    const found = [...new Set(all.map(({ family }) => family))]
      .filter((family) => family.startsWith(familyPrefix))
      .filter((family) => status === 'ALL' || active.has(family) === (status === 'ACTIVE'))
      .sort(byText);
    const result = pageOfTexts(found, input);
    return { families: result.items, nextToken: result.nextToken };
  },
});

const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const pageOfTexts = (texts: readonly string[], input: Parameters<typeof pageRequest>[0]) => {
  const numbered = texts.map((text, sequence) => ({ text, sequence }));
  const { items, nextToken } = page(numbered, pageRequest(input));
  return { items: items.map(({ text }) => text), nextToken };
};

const definitionShape = (world: World, definition: TaskDefinition): TaskDefinitionShape => ({
  ...definition.registered,
  taskDefinitionArn: definition.arn,
  family: definition.family,
  revision: definition.revision,
  status: definition.status,
  requiresAttributes: requiredAttributes(definition.registered),
  compatibilities: [...definition.compatibilities],
  registeredAt: new Date(definition.registeredAt),
  ...(definition.deregisteredAt === undefined ? {} : { deregisteredAt: new Date(definition.deregisteredAt) }),
  registeredBy: `arn:aws:iam::${world.account}:root`,
});
