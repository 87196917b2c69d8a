import { shortName } from '../../shared/model/arn.ts';
import { WIDTH, wrapped } from '../timeline/timeline.ts';
import type { Found } from './found.ts';
import type { Step } from './steps.ts';

/** What is done, or would be, in one sentence. */
export function sentenceOf(step: Step): string {
  switch (step.do) {
    case 'delete':
      return `delete ${step.standby.name}: ${step.why}`;
    case 'empty':
      return `${emptying(step.standby.name, step.standby.desired)}, wait until its tasks are gone, delete it: ${step.why}`;
    case 'leave':
      return `leave ${leftOf(step)}`;
    case 'set-base':
      return `set the On-Demand base of ${step.record.group} from ${step.from} back to ${step.record.before}`;
    case 'leave-base':
      return `leave ${leftOf(step)}`;
    case 'forget-base':
      return `forget the On-Demand base of ${step.record.group}: ${step.why}`;
  }
}

/** What is left as it is, and what to do about it. */
export function leftOf(step: Extract<Step, { readonly do: 'leave' | 'leave-base' }>): string {
  if (step.do === 'leave-base')
    return `the On-Demand base of ${step.record.group}: ${step.why}; --force sets it back to ${step.record.before}`;
  const { name, desired } = step.standby;
  return `${name} with its ${many(desired, 'task')}: ${step.why}; --force lowers it all the same`;
}

const emptying = (name: string, desired: number): string => (desired > 0 ? `lower ${name} from ${desired} to 0` : name);

/** What was found in a cluster, and what is done about it. */
export function clusterText({ region, cluster, records }: Found, steps: readonly Step[]): readonly string[] {
  const forgotten = records.length === 0 ? [] : [`delete ${many(records.length, 'record')} of spotkeeper's table`];
  const sentences = [...steps.map(sentenceOf), ...forgotten];
  const lines = sentences.length > 0 ? sentences : ['nothing is lent here'];
  return [`${shortName(cluster)} in ${region}`, ...lines.flatMap(indented)];
}

const indented = (sentence: string): readonly string[] =>
  wrapped(sentence, WIDTH - 4).map((line, index) => (index === 0 ? '  ' : '    ') + line);

export const many = (count: number, noun: string): string => `${count} ${count === 1 ? noun : `${noun}s`}`;

/** What unwinding rests on: the function failover would make everything anew. */
export const failoverMustBeOff = [
  'The function failover must be off, or it makes all of this again: deploy with --param="failover=off" or',
  '--param="mode=observe" first, or tag these clusters spotkeeper:failover=none. This command does not look.',
];

/** What stays: the derived task definitions of the standbys. */
export function definitionsText(found: readonly Found[]): readonly string[] {
  const names = found.flatMap(({ standbys }) => standbys.map(({ service }) => shortName(service.definition)));
  const families = new Set(names.map((name) => name.replace(/:\d+$/, '')).filter((name) => name.endsWith(DERIVED)));
  return families.size === 0
    ? []
    : [`Derived task definitions stay registered (families …${DERIVED}: ${families.size}); they cost nothing.`];
}

/** How their families end; shared/core/fargate/derive.ts names them. */
const DERIVED = '-spotkeeper-fargate';
