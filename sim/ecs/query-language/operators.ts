import type { ContainerInstance } from '../model.ts';
import type { Subject } from './subjects.ts';

export type Operator = '==' | '!=' | '>' | '>=' | '<' | '<=' | 'in' | '!in' | '=~' | '!~' | 'exists' | '!exists';

/** The operator that a sign or a word names; undefined: none. */
export const operatorOf = (token: string): Operator | undefined => operators.get(token);

export const takesList = (operator: Operator): boolean => operator === 'in' || operator === '!in';

export const takesNothing = (operator: Operator): boolean => operator === 'exists' || operator === '!exists';

/**
 * The test that an operator makes of a subject. A subject with several values (the groups of the instance's tasks)
 * passes when one of them does; a negated operator is the opposite of the plain one.
 * @throws SyntaxError for a value that cannot be compared, or a pattern that is none
 */
export const testOf = (
  subject: Subject,
  operator: Operator,
  values: readonly string[],
): ((instance: ContainerInstance) => boolean) => {
  const plain = opposites.get(operator);
  if (plain) {
    const test = testOf(subject, plain, values);
    return (instance) => !test(instance);
  }
  const passes = matcher(subject, operator, values);
  return (instance) => subject.read(instance).some(passes);
};

const matcher = (subject: Subject, operator: Operator, values: readonly string[]): ((value: string) => boolean) => {
  if (operator === 'exists') return () => true;
  const [wanted = ''] = values;
  if (operator === '=~') {
    const pattern = new RegExp(`^(?:${wanted})$`);
    return (value) => pattern.test(value);
  }
  // Compared with itself, so that a value that is none is refused when the expression is read.
  for (const value of values) subject.compare(value, value);
  if (operator === 'in') return (value) => values.some((one) => subject.compare(value, one) === 0);
  const holds = comparisons.get(operator);
  if (!holds) throw new SyntaxError(`${operator} does not compare`);
  return (value) => holds(subject.compare(value, wanted));
};

const comparisons: ReadonlyMap<Operator, (difference: number) => boolean> = new Map([
  ['==', (difference: number) => difference === 0],
  ['>', (difference: number) => difference > 0],
  ['>=', (difference: number) => difference >= 0],
  ['<', (difference: number) => difference < 0],
  ['<=', (difference: number) => difference <= 0],
]);

const opposites: ReadonlyMap<Operator, Operator> = new Map([
  ['!=', '=='],
  ['!in', 'in'],
  ['!~', '=~'],
  ['!exists', 'exists'],
]);

const operators: ReadonlyMap<string, Operator> = new Map([
  ['==', '=='],
  ['equals', '=='],
  ['!=', '!='],
  ['not_equals', '!='],
  ['>', '>'],
  ['greater_than', '>'],
  ['>=', '>='],
  ['greater_than_equal', '>='],
  ['<', '<'],
  ['less_than', '<'],
  ['<=', '<='],
  ['less_than_equal', '<='],
  ['in', 'in'],
  ['!in', '!in'],
  ['not_in', '!in'],
  ['=~', '=~'],
  ['matches', '=~'],
  ['!~', '!~'],
  ['not_matches', '!~'],
  ['exists', 'exists'],
  ['!exists', '!exists'],
  ['not_exists', '!exists'],
]);
