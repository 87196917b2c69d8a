import type { Service, Task, TaskDefinition } from '@aws-sdk/client-ecs';
import type { Source } from './source.ts';

type Users = { readonly services: readonly Service[]; readonly tasks: readonly Task[]; readonly notes: string[] };

/**
 * Families in the order in which services and tasks name them; of each the revision that is named first.
 * @returns those that can be simulated; `notes` gets what cannot
 */
export async function definitionsOf(source: Source, { services, tasks, notes }: Users): Promise<TaskDefinition[]> {
  const arns = [...services.map(({ taskDefinition }) => taskDefinition), ...tasks.map((one) => one.taskDefinitionArn)];
  const found = new Map<string, TaskDefinition>();
  for (const arn of new Set(arns)) {
    const family = familyOf(arn);
    const known = found.get(family);
    if (known) notes.push(`${family} runs in more than one revision; all are taken for ${known.revision}.`);
    else if (arn !== undefined) found.set(family, await source.taskDefinition(arn));
  }
  return [...found.values()].filter((definition) => isSimulated(definition, notes));
}

function isSimulated({ family, networkMode, containerDefinitions = [] }: TaskDefinition, notes: string[]): boolean {
  if (containerDefinitions.some(({ resourceRequirements = [] }) => resourceRequirements.length > 0)) {
    notes.push(`${family} asks for GPUs or accelerators, which are left out.`);
  }
  if (networkMode !== 'none') return true;
  notes.push(`${family} has the network mode none: what runs it is left out.`);
  return false;
}

/** `web` of `arn:…:task-definition/web:3` */
export const familyOf = (arn: string | undefined): string => arn?.replace(/^.*\//, '').replace(/:\d+$/, '') ?? '';

/** A task definition in the form of a scenario file: no environment, no commands, no secrets. */
export const definitionPart = ({
  family,
  networkMode = 'bridge',
  cpu,
  memory,
  containerDefinitions = [],
}: TaskDefinition) => ({
  family,
  networkMode,
  ...(cpu === undefined ? {} : { cpu }),
  ...(memory === undefined ? {} : { memory }),
  containerDefinitions: containerDefinitions.map((container) => ({
    name: container.name,
    image: container.image,
    cpu: container.cpu ?? 0,
    memory: container.memory ?? container.memoryReservation ?? Number(memory ?? 512),
    portMappings: (container.portMappings ?? []).map(({ containerPort, hostPort = 0, protocol = 'tcp' }) => ({
      containerPort,
      // In awsvpc mode ECS fills in the container's own port.
      hostPort: networkMode === 'awsvpc' ? 0 : hostPort,
      protocol,
    })),
    ...(container.stopTimeout === undefined ? {} : { stopTimeout: container.stopTimeout }),
  })),
});
