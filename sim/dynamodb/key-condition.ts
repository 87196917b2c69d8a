import { AwsError } from '../service.ts';
import { ExpressionReader } from './expression-reader.ts';
import type { Placeholders } from './placeholders.ts';
import type { KeyNames } from './table.ts';
import { compareText, type Value } from './value.ts';

/** One partition, and which of its sort keys. */
export type KeyCondition = { readonly partition: string; readonly sort: (sortKey: string) => boolean };

/**
 * Reads a key condition: `pk = :p`, optionally AND one condition on the sort key (=, <, <=, >, >=, BETWEEN, begins_with).
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Query.KeyConditionExpressions.html
 * @throws AwsError ValidationException
 */
export const parseKeyCondition = (text: string, placeholders: Placeholders, keys: KeyNames): KeyCondition => {
  const reader = new ExpressionReader('KeyConditionExpression', text, placeholders);
  const terms = readTerms(reader);
  reader.end();
  const partition = terms.find(({ name }) => name === keys.hash);
  const sort = terms.find(({ name }) => name === keys.range);
  const known = (partition ? 1 : 0) + (sort ? 1 : 0);
  if (!partition) throw invalid(`Query condition missed key schema element: ${keys.hash}`);
  if (terms.length > 2) throw reader.invalid('Conditions must be of length 1 or 2 only');
  if (terms.length > known) throw invalid(`Query condition missed key schema element: ${keys.range ?? keys.hash}`);
  if (partition.equals === undefined) throw invalid('Query key condition not supported');
  return { partition: partition.equals, sort: sort?.holds ?? (() => true) };
};

type Term = { readonly name: string; readonly equals?: string; readonly holds: (key: string) => boolean };

const readTerms = (reader: ExpressionReader): Term[] => {
  const terms: Term[] = [];
  do {
    if (reader.accept('(')) {
      terms.push(...readTerms(reader));
      reader.expect(')');
    } else terms.push(readTerm(reader));
  } while (reader.accept('AND'));
  return terms;
};

const readTerm = (reader: ExpressionReader): Term => {
  if (reader.peek(1) === '(' && reader.accept('begins_with')) {
    reader.expect('(');
    const name = readName(reader);
    reader.expect(',');
    const prefix = text(reader.value());
    reader.expect(')');
    return { name, holds: (key) => key.startsWith(prefix) };
  }
  const name = readName(reader);
  if (reader.accept('BETWEEN')) {
    const low = text(reader.value());
    reader.expect('AND');
    const high = text(reader.value());
    return { name, holds: (key) => compareText(low, key) <= 0 && compareText(key, high) <= 0 };
  }
  const holds = comparisons[reader.next()];
  if (!holds) throw reader.unexpected(-1);
  const value = text(reader.value());
  return { name, ...(holds === equal ? { equals: value } : {}), holds: (key) => holds(compareText(key, value)) };
};

const equal = (order: number): boolean => order === 0;

const comparisons: Readonly<Record<string, (order: number) => boolean>> = {
  '=': equal,
  '<': (order) => order < 0,
  '<=': (order) => order <= 0,
  '>': (order) => order > 0,
  '>=': (order) => order >= 0,
};

const readName = (reader: ExpressionReader): string => {
  const [name, ...rest] = reader.path();
  if (rest.length > 0) throw reader.invalid('KeyConditionExpressions cannot have conditions on nested attributes');
  return name;
};

// The tables that are imitated have string keys only.
const text = (value: Value): string => {
  if ('S' in value) return value.S;
  throw invalid('One or more parameter values were invalid: Condition parameter type does not match schema type');
};

const invalid = (message: string): AwsError => new AwsError('ValidationException', message);
