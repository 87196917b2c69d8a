import { type ExpressionKind, ExpressionReader } from './expression-reader.ts';
import { valueAt } from './path.ts';
import type { Placeholders } from './placeholders.ts';
import { compareValues, equalValues, type Item, typeOf, type Value } from './value.ts';

/** A compiled condition or filter. */
export type Condition = (item: Item) => boolean;

/**
 * Compiles a condition or filter expression: comparisons, BETWEEN, IN, AND, OR, NOT, parentheses and the functions
 * attribute_exists, attribute_not_exists, attribute_type, begins_with, contains, size.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.OperatorsAndFunctions.html
 * @throws AwsError ValidationException
 */
export const parseCondition = (kind: ExpressionKind, text: string, placeholders: Placeholders): Condition => {
  const reader = new ExpressionReader(kind, text, placeholders);
  const condition = readOr(reader);
  reader.end();
  return condition;
};

type Operand = { readonly of: (item: Item) => Value | undefined; readonly literal?: Value };

const readOr = (reader: ExpressionReader): Condition => {
  const terms = [readAnd(reader)];
  while (reader.accept('OR')) terms.push(readAnd(reader));
  return (item) => terms.some((holds) => holds(item));
};

const readAnd = (reader: ExpressionReader): Condition => {
  const terms = [readNot(reader)];
  while (reader.accept('AND')) terms.push(readNot(reader));
  return (item) => terms.every((holds) => holds(item));
};

const readNot = (reader: ExpressionReader): Condition => {
  if (!reader.accept('NOT')) return readPrimary(reader);
  const inner = readNot(reader);
  return (item) => !inner(item);
};

const readPrimary = (reader: ExpressionReader): Condition => {
  if (reader.accept('(')) {
    const inner = readOr(reader);
    reader.expect(')');
    return inner;
  }
  if (reader.peek(1) === '(' && reader.peek().toLowerCase() !== 'size') return readFunction(reader);
  const left = readOperand(reader);
  if (reader.accept('BETWEEN')) return readBetween(reader, left);
  if (reader.accept('IN')) return readIn(reader, left);
  return readComparison(reader, left);
};

const readOperand = (reader: ExpressionReader): Operand => {
  if (reader.atValue()) {
    const literal = reader.value();
    return { of: () => literal, literal };
  }
  if (reader.peek(1) === '(' && reader.accept('size')) {
    reader.expect('(');
    const operand = readOperand(reader);
    checkOperand(reader, 'size', { operand, types: ['S', 'B', 'M', 'L', 'SS', 'NS'] });
    reader.expect(')');
    return { of: (item) => sizeOf(operand.of(item)) };
  }
  const path = reader.path();
  return { of: (item) => valueAt(item, path) };
};

const readFunction = (reader: ExpressionReader): Condition => {
  const name = reader.next();
  reader.expect('(');
  const condition = readArguments(reader, name);
  reader.expect(')');
  return condition;
};

const readArguments = (reader: ExpressionReader, name: string): Condition => {
  switch (name) {
    case 'attribute_exists': {
      const path = reader.path();
      return (item) => valueAt(item, path) !== undefined;
    }
    case 'attribute_not_exists': {
      const path = reader.path();
      return (item) => valueAt(item, path) === undefined;
    }
    case 'attribute_type': {
      const attribute = readOperand(reader);
      reader.expect(',');
      const type = readType(reader);
      return (item) => {
        const value = attribute.of(item);
        return value !== undefined && typeOf(value) === type;
      };
    }
    case 'begins_with':
    case 'contains': {
      const whole = readOperand(reader);
      reader.expect(',');
      const part = readOperand(reader);
      if (name === 'begins_with') checkOperand(reader, name, { operand: part, types: ['S', 'B'] });
      const holds = name === 'begins_with' ? beginsWith : contains;
      return (item) => both(item, whole, part, holds);
    }
    default:
      throw reader.invalid(`Invalid function name; function: ${name}`);
  }
};

/** The second operand of attribute_type: a value that names a type. */
const readType = (reader: ExpressionReader): string => {
  const { literal } = readOperand(reader);
  if (!literal || !('S' in literal)) {
    const actual = literal ? typeOf(literal) : '{NS,SS,L,BS,N,M,B,BOOL,NULL,S}';
    throw reader.invalid(
      `Incorrect operand type for operator or function; operator or function: attribute_type, operand type: ${actual}`,
    );
  }
  if (!valueTypes.includes(literal.S)) {
    throw reader.invalid(
      `Invalid attribute type name found; type: ${literal.S}, valid types: {${valueTypes.join(',')}}`,
    );
  }
  return literal.S;
};

const valueTypes = ['B', 'NULL', 'SS', 'BOOL', 'L', 'BS', 'N', 'NS', 'S', 'M'];

const readBetween = (reader: ExpressionReader, middle: Operand): Condition => {
  const low = readOperand(reader);
  reader.expect('AND');
  const high = readOperand(reader);
  if (low.literal && high.literal && (compareValues(low.literal, high.literal) ?? 0) > 0) {
    throw reader.invalid('The BETWEEN operator requires upper bound to be greater than or equal to lower bound');
  }
  return (item) =>
    both(item, low, middle, (a, b) => ordered(a, b)) && both(item, middle, high, (a, b) => ordered(a, b));
};

const readIn = (reader: ExpressionReader, left: Operand): Condition => {
  reader.expect('(');
  const choices = reader.list(() => readOperand(reader));
  reader.expect(')');
  return (item) => choices.some((choice) => both(item, left, choice, equalValues));
};

const readComparison = (reader: ExpressionReader, left: Operand): Condition => {
  const sign = reader.next();
  const compare = comparisons[sign];
  if (!compare) throw reader.unexpected(-1);
  const right = readOperand(reader);
  if (sign !== '=' && sign !== '<>') {
    for (const operand of [left, right]) checkOperand(reader, sign, { operand, types: ['S', 'N', 'B'] });
  }
  // An absent attribute is unequal to everything, and neither smaller nor greater than anything.
  if (sign === '<>') return (item) => !both(item, left, right, equalValues);
  return (item) => both(item, left, right, compare);
};

const comparisons: Readonly<Record<string, (a: Value, b: Value) => boolean>> = {
  '=': equalValues,
  '<>': (a, b) => !equalValues(a, b),
  '<': (a, b) => (compareValues(a, b) ?? 0) < 0,
  '<=': (a, b) => ordered(a, b),
  '>': (a, b) => (compareValues(a, b) ?? 0) > 0,
  '>=': (a, b) => ordered(b, a),
};

const ordered = (a: Value, b: Value): boolean => {
  const order = compareValues(a, b);
  return order !== undefined && order <= 0;
};

const both = (item: Item, a: Operand, b: Operand, holds: (a: Value, b: Value) => boolean): boolean => {
  const [left, right] = [a.of(item), b.of(item)];
  return left !== undefined && right !== undefined && holds(left, right);
};

type Expected = { readonly operand: Operand; readonly types: readonly string[] };

const checkOperand = (reader: ExpressionReader, name: string, { operand, types }: Expected): void => {
  const type = operand.literal && typeOf(operand.literal);
  if (type !== undefined && !types.includes(type)) {
    const reason = `Incorrect operand type for operator or function; operator or function: ${name}, operand type: ${type}`;
    throw reader.invalid(reason);
  }
};

const beginsWith = (whole: Value, part: Value): boolean => {
  if ('S' in whole && 'S' in part) return whole.S.startsWith(part.S);
  return 'B' in whole && 'B' in part && Buffer.from(whole.B).subarray(0, part.B.length).equals(part.B);
};

const contains = (whole: Value, part: Value): boolean => {
  if ('S' in whole && 'S' in part) return whole.S.includes(part.S);
  if ('SS' in whole && 'S' in part) return whole.SS.includes(part.S);
  if ('NS' in whole && 'N' in part) return whole.NS.includes(part.N);
  return 'L' in whole && whole.L.some((member) => equalValues(member, part));
};

const sizeOf = (value: Value | undefined): Value | undefined => {
  if (value === undefined) return undefined;
  if ('S' in value) return { N: String(value.S.length) };
  if ('B' in value) return { N: String(value.B.length) };
  if ('M' in value) return { N: String(Object.keys(value.M).length) };
  if ('L' in value) return { N: String(value.L.length) };
  if ('SS' in value) return { N: String(value.SS.length) };
  if ('NS' in value) return { N: String(value.NS.length) };
  return undefined;
};
