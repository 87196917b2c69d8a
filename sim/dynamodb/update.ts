import { AwsError } from '../service.ts';
import { addDecimals, formatDecimal, negateDecimal, parseDecimal } from './decimal.ts';
import { ExpressionReader } from './expression-reader.ts';
import { overlap, type Path, valueAt, withValueAt } from './path.ts';
import type { Placeholders } from './placeholders.ts';
import { type Item, typeOf, type Value } from './value.ts';

/** A compiled update: what it does to an item, and which paths it writes. */
export type Update = { readonly apply: (item: Item) => Item; readonly paths: readonly Path[] };

/**
 * Compiles an update expression: SET (values, paths, if_not_exists, list_append, + and -), REMOVE, ADD (numbers, sets),
 * DELETE (from sets; a set that becomes empty is removed).
 * Right-hand sides see the item as it was before the update.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.UpdateExpressions.html
 * @throws AwsError ValidationException
 */
export const parseUpdate = (text: string, placeholders: Placeholders): Update => {
  const reader = new ExpressionReader('UpdateExpression', text, placeholders);
  const actions: Action[] = [];
  const seen = new Set<string>();
  while (reader.peek() !== '') {
    const clause = reader.next().toUpperCase();
    const readAction = clauses[clause];
    if (!readAction) throw reader.unexpected(-1);
    if (seen.has(clause))
      throw reader.invalid(`The "${clause}" section can only be used once in an update expression;`);
    seen.add(clause);
    actions.push(...reader.list(() => readAction(reader)));
  }
  const paths = actions.map(({ path }) => path);
  checkOverlap(reader, paths);
  return { paths, apply: (item) => applyAll(item, actions) };
};

/** `compute` gives the new value from the item as it was; undefined removes. */
type Action = { readonly path: Path; readonly compute: (item: Item) => Value | undefined };

type Compute = (item: Item) => Value;

const clauses: Readonly<Record<string, (reader: ExpressionReader) => Action>> = {
  SET: (reader) => {
    const path = reader.path();
    reader.expect('=');
    const compute = readSum(reader);
    return { path, compute };
  },
  REMOVE: (reader) => ({ path: reader.path(), compute: () => undefined }),
  ADD: (reader) => {
    const path = reader.path();
    const value = readOperand(reader, 'ADD', ['N', 'SS', 'NS']);
    return { path, compute: (item) => added(valueAt(item, path), value) };
  },
  DELETE: (reader) => {
    const path = reader.path();
    const value = readOperand(reader, 'DELETE', ['SS', 'NS']);
    return { path, compute: (item) => without(valueAt(item, path), value) };
  },
};

const readOperand = (reader: ExpressionReader, operator: string, types: readonly string[]): Value => {
  const value = reader.value();
  const type = typeOf(value);
  if (types.includes(type)) return value;
  throw reader.invalid(
    `Incorrect operand type for operator or function; operator: ${operator}, operand type: ${typeNames[type] ?? type}`,
  );
};

const typeNames: Readonly<Record<string, string>> = {
  S: 'STRING',
  N: 'NUMBER',
  B: 'BINARY',
  BOOL: 'BOOLEAN',
  L: 'LIST',
  M: 'MAP',
};

const readSum = (reader: ExpressionReader): Compute => {
  const left = readTerm(reader);
  for (const sign of ['+', '-']) {
    if (!reader.accept(sign)) continue;
    const right = readTerm(reader);
    return (item) => summed(left(item), right(item), sign);
  }
  return left;
};

const readTerm = (reader: ExpressionReader): Compute => {
  if (reader.atValue()) {
    const value = reader.value();
    return () => value;
  }
  if (reader.peek(1) === '(') return readFunction(reader);
  const path = reader.path();
  return (item) => {
    const value = valueAt(item, path);
    if (value === undefined)
      throw invalid('The provided expression refers to an attribute that does not exist in the item');
    return value;
  };
};

const readFunction = (reader: ExpressionReader): Compute => {
  const name = reader.next();
  if (name !== 'if_not_exists' && name !== 'list_append')
    throw reader.invalid(`Invalid function name; function: ${name}`);
  reader.expect('(');
  if (name === 'if_not_exists') {
    const path = reader.path();
    reader.expect(',');
    const otherwise = readTerm(reader);
    reader.expect(')');
    return (item) => valueAt(item, path) ?? otherwise(item);
  }
  const front = readTerm(reader);
  reader.expect(',');
  const back = readTerm(reader);
  reader.expect(')');
  return (item) => {
    const [a, b] = [front(item), back(item)];
    if (!('L' in a) || !('L' in b)) throw wrongOperand();
    return { L: [...a.L, ...b.L] };
  };
};

const applyAll = (item: Item, actions: readonly Action[]): Item => {
  const computed = actions.map(({ path, compute }) => ({ path, value: compute(item) }));
  // Removals last, and from the back of a list: removing an element must not shift the place of another action.
  const removals = computed
    .filter(({ value }) => value === undefined)
    .sort((a, b) => lastIndex(b.path) - lastIndex(a.path));
  let result = item;
  for (const { path, value } of [...computed.filter(({ value }) => value !== undefined), ...removals]) {
    const changed = withValueAt(result, path, value);
    if (!changed) throw invalid('The document path provided in the update expression is invalid for update');
    result = changed;
  }
  return result;
};

const lastIndex = (path: Path): number => {
  const last = path.at(-1);
  return typeof last === 'number' ? last : -1;
};

const summed = (a: Value, b: Value, sign: string): Value => {
  if (!('N' in a) || !('N' in b)) throw wrongOperand();
  const right = parseDecimal(b.N);
  return { N: formatDecimal(addDecimals(parseDecimal(a.N), sign === '-' ? negateDecimal(right) : right)) };
};

const added = (old: Value | undefined, value: Value): Value => {
  if (old === undefined) return value;
  if ('N' in old && 'N' in value) return summed(old, value, '+');
  if ('SS' in old && 'SS' in value) return { SS: [...new Set([...old.SS, ...value.SS])] };
  if ('NS' in old && 'NS' in value) return { NS: [...new Set([...old.NS, ...value.NS])] };
  throw wrongOperand();
};

const without = (old: Value | undefined, value: Value): Value | undefined => {
  if (old === undefined) return undefined;
  const difference = (from: readonly string[], members: readonly string[]) =>
    from.filter((member) => !members.includes(member));
  if ('SS' in old && 'SS' in value) {
    const SS = difference(old.SS, value.SS);
    return SS.length > 0 ? { SS } : undefined;
  }
  if ('NS' in old && 'NS' in value) {
    const NS = difference(old.NS, value.NS);
    return NS.length > 0 ? { NS } : undefined;
  }
  throw wrongOperand();
};

const checkOverlap = (reader: ExpressionReader, paths: readonly Path[]): void => {
  for (const [index, path] of paths.entries()) {
    const other = paths.slice(0, index).find((earlier) => overlap(earlier, path));
    if (!other) continue;
    const shown = (each: Path) => `[${each.join(', ')}]`;
    const reason = `Two document paths overlap with each other; must remove or rewrite one of these paths; path one: ${shown(other)}, path two: ${shown(path)}`;
    throw reader.invalid(reason);
  }
};

const wrongOperand = (): AwsError => invalid('An operand in the update expression has an incorrect data type');

const invalid = (message: string): AwsError => new AwsError('ValidationException', message);
