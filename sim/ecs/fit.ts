import { instanceFilter } from './instance-filter.ts';
import type { TaskDefinition } from './model/task-definition.ts';
import type { ContainerInstance } from './model.ts';
import type { Placing } from './placing.ts';
import { portKey } from './resources.ts';

/** Only a distinctInstance constraint keeps the task away. */
export const notDistinct = 'distinctInstance placement constraint unsatisfied.';

/**
 * Why a task cannot be placed on an instance, in the words of ECS.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/api_failures_messages.html
 */
export type Misfit =
  | 'AGENT'
  | 'ATTRIBUTE'
  | 'LOCATION'
  | 'MemberOf placement constraint unsatisfied'
  | 'RESOURCE:CPU'
  | 'RESOURCE:MEMORY'
  | 'RESOURCE:PORTS'
  | 'RESOURCE:GPU'
  | 'RESOURCE:ENI'
  | typeof notDistinct;

export type Wanted = Partial<Pick<Placing, 'constraints' | 'zones'>> & { readonly definition: TaskDefinition };

/** Tells for one kind of task what stands against an ACTIVE instance; undefined: it fits. */
export type Fit = (instance: ContainerInstance) => Misfit | undefined;

/** Compiles what a task needs of an instance. @throws AwsError InvalidParameterException for a bad expression */
export const fitOf = ({ definition, constraints = [], zones }: Wanted): Fit => {
  const expressions = [
    ...definition.memberOf,
    ...constraints.flatMap((constraint) => (constraint.type === 'memberOf' ? [constraint.expression] : [])),
  ];
  const isMember = expressions.map(instanceFilter);
  return (instance) => {
    if (!instance.agentConnected) return 'AGENT';
    if (definition.architecture !== undefined && definition.architecture !== instance.architecture) return 'ATTRIBUTE';
    if (zones && !zones.includes(instance.zone)) return 'LOCATION';
    if (isMember.some((test) => !test(instance))) return 'MemberOf placement constraint unsatisfied';
    return lackOf(instance, definition);
  };
};

/** What an instance has too little of for a task. */
export const lackOf = (instance: ContainerInstance, definition: TaskDefinition): Misfit | undefined => {
  if (instance.cpuLeft < definition.cpu) return 'RESOURCE:CPU';
  if (instance.memoryLeft < definition.memory) return 'RESOURCE:MEMORY';
  if (instance.gpusLeft < definition.gpus) return 'RESOURCE:GPU';
  if (definition.networkMode === 'awsvpc') return instance.eniSlotsLeft < 1 ? 'RESOURCE:ENI' : undefined;
  const taken = definition.ports.some(
    ({ hostPort, protocol }) => hostPort > 0 && instance.portsInUse.has(portKey(hostPort, protocol)),
  );
  return taken ? 'RESOURCE:PORTS' : undefined;
};

/** Is the instance ACTIVE, and does the task fit? */
export const hasRoom = (instance: ContainerInstance, fit: Fit): boolean =>
  instance.status === 'ACTIVE' && fit(instance) === undefined;

// The further down an instance fails, the closer it comes to what the task needs.
const order: readonly Misfit[] = [
  'AGENT',
  'ATTRIBUTE',
  'LOCATION',
  'MemberOf placement constraint unsatisfied',
  'RESOURCE:CPU',
  'RESOURCE:MEMORY',
  'RESOURCE:GPU',
  'RESOURCE:PORTS',
  'RESOURCE:ENI',
  notDistinct,
];

/**
 * The instance that comes closest to taking a task for which no place was found, and why it does not take it: where
 * it would fit, such a task is already. Undefined: there is no ACTIVE instance.
 */
export const closestMisfit = (
  instances: Iterable<ContainerInstance>,
  fit: Fit,
): { readonly instance: ContainerInstance; readonly reason: Misfit } | undefined => {
  let best: { readonly instance: ContainerInstance; readonly reason: Misfit } | undefined;
  for (const instance of instances) {
    if (instance.status !== 'ACTIVE') continue;
    const reason = fit(instance) ?? notDistinct;
    if (!best || order.indexOf(reason) > order.indexOf(best.reason)) best = { instance, reason };
  }
  return best;
};
