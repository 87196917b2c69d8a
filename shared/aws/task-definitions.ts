import {
  DescribeTaskDefinitionCommand,
  type ECSClient,
  RegisterTaskDefinitionCommand,
  type RegisterTaskDefinitionCommandInput,
  type Tag,
} from '@aws-sdk/client-ecs';
import { RESPONSE_ONLY, type TaskDefinition } from '../model/task-definition.ts';
import type { RegisterRevision } from '../plan/lending-action.ts';
import { tagsOf } from './ecs-clusters.ts';
import { isMissingDefinition } from './errors.ts';
import type { Ending } from './write-outcome.ts';

/**
 * A task definition with its tags. A family alone means its latest ACTIVE revision.
 * @returns undefined when there is none (any more)
 */
export async function describeTaskDefinition(ecs: ECSClient, arnOrFamily: string): Promise<TaskDefinition | undefined> {
  try {
    const { taskDefinition, tags } = await ecs.send(
      new DescribeTaskDefinitionCommand({ taskDefinition: arnOrFamily, include: ['TAGS'] }),
    );
    return taskDefinition && { ...(taskDefinition as TaskDefinition), tags: tagsOf(tags) };
  } catch (error) {
    if (isMissingDefinition(error)) return undefined;
    throw error;
  }
}

/** Registers the next revision of a family. What only answers contain is left out of the request. */
export async function registerTaskDefinition(ecs: ECSClient, { definition, tags }: RegisterRevision): Promise<Ending> {
  const fields = Object.entries(definition).filter(
    ([name, value]) => !ONLY_IN_ANSWERS.has(name) && value !== undefined,
  );
  // The model speaks the SDK's own words; it only forbids itself to change them.
  const input = Object.fromEntries(fields) as unknown as RegisterTaskDefinitionCommandInput;
  await ecs.send(new RegisterTaskDefinitionCommand({ ...input, ...withTags(tags) }));
  return 'done';
}

const ONLY_IN_ANSWERS: ReadonlySet<string> = new Set([...RESPONSE_ONLY, 'tags']);

/** Tags as ECS takes them; it refuses an empty list here and there. */
export const withTags = (tags: Readonly<Record<string, string>>): { tags?: Tag[] } => {
  const list = Object.entries(tags).map(([key, value]) => ({ key, value }));
  return list.length > 0 ? { tags: list } : {};
};
