import { agentVersion } from '../agent.ts';
import { attributesOf } from '../attributes.ts';
import type { ContainerInstance } from '../model.ts';

/** What an expression asks about: its values on an instance (none: it does not exist there), and how they compare. */
export type Subject = {
  readonly read: (instance: ContainerInstance) => readonly string[];
  /** Negative, 0 or positive as `a` comes before, is, or comes after `b`. @throws SyntaxError for a value that is none */
  readonly compare: (a: string, b: string) => number;
};

/** The subject that a word names; undefined: the language has none of that name. */
export const subjectOf = (word: string): Subject | undefined => {
  if (!word.startsWith('attribute:')) return subjects.get(word);
  const name = word.slice('attribute:'.length);
  if (name === '') return undefined;
  const direct = directAttributes.get(name);
  const read = direct
    ? (instance: ContainerInstance) => [direct(instance)]
    : (instance: ContainerInstance) => {
        const attributes = attributesOf(instance);
        return attributes.has(name) ? [attributes.get(name) ?? ''] : [];
      };
  return { read, compare: byText };
};

const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const byNumber = (a: string, b: string): number => numberOf(a) - numberOf(b);

const numberOf = (text: string): number => {
  if (!/^\d+$/.test(text)) throw new SyntaxError(`${text} is not a number`);
  return Number(text);
};

const byTime = (a: string, b: string): number => timeOf(a) - timeOf(b);

const timeOf = (text: string): number => {
  const time = Date.parse(text);
  if (Number.isNaN(time)) throw new SyntaxError(`${text} is not a time`);
  return time;
};

const byVersion = (a: string, b: string): number => {
  const [left, right] = [a, b].map((text) => text.split('.').map(numberOf)) as [number[], number[]];
  for (let index = 0; index < Math.max(left.length, right.length); index += 1) {
    const difference = (left[index] ?? 0) - (right[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
};

const running = ({ tasks }: ContainerInstance): number => {
  let count = 0;
  for (const { lastStatus } of tasks.values()) if (lastStatus === 'RUNNING') count += 1;
  return count;
};

const subjects: ReadonlyMap<string, Subject> = new Map<string, Subject>([
  ['agentConnected', { read: ({ agentConnected }) => [String(agentConnected)], compare: byText }],
  ['agentVersion', { read: () => [agentVersion], compare: byVersion }],
  ['ec2InstanceId', { read: ({ ec2InstanceId }) => [ec2InstanceId], compare: byText }],
  ['registeredAt', { read: ({ registeredAt }) => [new Date(registeredAt).toISOString()], compare: byTime }],
  ['runningTasksCount', { read: (instance) => [String(running(instance))], compare: byNumber }],
  ['task:group', { read: ({ tasks }) => [...tasks.values()].map(({ group }) => group), compare: byText }],
]);

// What most expressions ask for, without making the whole list of attributes for every instance.
const directAttributes: ReadonlyMap<string, (instance: ContainerInstance) => string> = new Map([
  ['ecs.instance-type', ({ instanceType }: ContainerInstance) => instanceType],
  ['ecs.availability-zone', ({ zone }: ContainerInstance) => zone],
  ['ecs.cpu-architecture', ({ architecture }: ContainerInstance) => architecture],
]);
