import { AwsError } from '../service.ts';
import { compareDecimals, formatDecimal, parseDecimal } from './decimal.ts';

/** A DynamoDB value in the SDK's shape: an object with one key, its type. */
export type Value =
  | { readonly S: string }
  | { readonly N: string }
  | { readonly B: Uint8Array }
  | { readonly BOOL: boolean }
  | { readonly NULL: true }
  | { readonly M: Item }
  | { readonly L: readonly Value[] }
  | { readonly SS: readonly string[] }
  | { readonly NS: readonly string[] }
  | { readonly BS: readonly Uint8Array[] };

export type Item = Readonly<Record<string, Value>>;

/** `S`, `N`, `M` … */
export const typeOf = (value: Value): string => Object.keys(value)[0] ?? '';

/** A value as the table keeps it: numbers in plain digits. @throws AwsError ValidationException for what AWS refuses */
export const checkValue = (value: Value): Value => {
  const types = Object.keys(value);
  if (types.length !== 1) {
    const message =
      types.length === 0
        ? 'Supplied AttributeValue is empty, must contain exactly one of the supported datatypes'
        : 'Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes';
    throw invalid(message);
  }
  if ('N' in value) return { N: plain(value.N) };
  if ('M' in value) return { M: checkItem(value.M) };
  if ('L' in value) return { L: value.L.map(checkValue) };
  if ('SS' in value) return { SS: checkSet(value.SS, 'string') };
  if ('NS' in value) return { NS: checkSet(value.NS.map(plain), 'number') };
  if ('NULL' in value && !value.NULL) throw invalidParameter('Null attribute value types must have the value of true');
  if ('BS' in value) throw new AwsError('NotImplemented', 'the simulated DynamoDB does not imitate binary sets', 501);
  return value;
};

/** An item as the table keeps it. @throws AwsError ValidationException */
export const checkItem = (item: Item): Item =>
  Object.fromEntries(Object.entries(item).map(([name, value]) => [name, checkValue(value)]));

/** Deep equality; sets without regard to order. Both values checked before. */
export const equalValues = (a: Value, b: Value): boolean => {
  if ('M' in a && 'M' in b) {
    const [left, right] = [Object.entries(a.M), b.M];
    return (
      left.length === Object.keys(right).length &&
      left.every(([name, value]) => right[name] !== undefined && equalValues(value, right[name]))
    );
  }
  if ('L' in a && 'L' in b) {
    const right = b.L;
    return (
      a.L.length === right.length &&
      a.L.every((value, index) => right[index] !== undefined && equalValues(value, right[index]))
    );
  }
  if ('SS' in a && 'SS' in b) return sameMembers(a.SS, b.SS);
  if ('NS' in a && 'NS' in b) return sameMembers(a.NS, b.NS);
  if ('BOOL' in a && 'BOOL' in b) return a.BOOL === b.BOOL;
  if ('NULL' in a && 'NULL' in b) return true;
  return compareValues(a, b) === 0;
};

/** Order of two strings, numbers or byte arrays (strings by their UTF-8 bytes); undefined when they do not compare. */
export const compareValues = (a: Value, b: Value): number | undefined => {
  if ('S' in a && 'S' in b) return compareText(a.S, b.S);
  if ('N' in a && 'N' in b) return compareDecimals(parseDecimal(a.N), parseDecimal(b.N));
  if ('B' in a && 'B' in b) return Buffer.compare(a.B, b.B);
  return undefined;
};

export const compareText = (a: string, b: string): number =>
  a === b ? 0 : Buffer.compare(Buffer.from(a), Buffer.from(b));

/** Bytes an item counts: names and values. https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html */
export const itemBytes = (item: Item): number =>
  Object.entries(item).reduce((sum, [name, value]) => sum + Buffer.byteLength(name) + valueBytes(value), 0);

const valueBytes = (value: Value): number => {
  if ('S' in value) return Buffer.byteLength(value.S);
  if ('N' in value) return numberBytes(value.N);
  if ('B' in value) return value.B.length;
  if ('M' in value) return 3 + itemBytes(value.M) + Object.keys(value.M).length;
  if ('L' in value) return 3 + value.L.reduce((sum, item) => sum + valueBytes(item) + 1, 0);
  if ('SS' in value) return value.SS.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  if ('NS' in value) return value.NS.reduce((sum, text) => sum + numberBytes(text), 0);
  return 1;
};

// One byte for two significant digits and one more.
const numberBytes = (text: string): number => Math.ceil(text.replace(/[-.]/g, '').length / 2) + 1;

const plain = (text: string): string => formatDecimal(parseDecimal(text));

const checkSet = (members: readonly string[], kind: string): readonly string[] => {
  if (members.length === 0) throw invalidParameter(`An ${kind} set  may not be empty`);
  if (new Set(members).size < members.length)
    throw invalidParameter(`Input collection [${members.join(', ')}] contains duplicates.`);
  return members;
};

const sameMembers = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((member) => b.includes(member));

const invalid = (message: string): AwsError => new AwsError('ValidationException', message);

const invalidParameter = (message: string): AwsError =>
  invalid(`One or more parameter values were invalid: ${message}`);
