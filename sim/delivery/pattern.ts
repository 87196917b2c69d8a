/** A compiled event pattern: does the event match? */
export type Matcher = (event: unknown) => boolean;

/**
 * Compiles an EventBridge event pattern: nested fields, lists of alternatives, the operators of `operators` below and
 * `$or`. A field that holds an array matches when any element does.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns-content-based-filtering.html
 * @throws when the pattern is invalid, or uses an operator that is not imitated (wildcard, cidr)
 */
export const compilePattern = (pattern: unknown): Matcher => compileObject(pattern, 'the pattern');

const compileObject = (pattern: unknown, path: string): Matcher => {
  if (!isObject(pattern) || Object.keys(pattern).length === 0)
    throw invalid(path, 'must be an object with at least one field');
  const matchers = Object.entries(pattern).map(([field, expected]): Matcher => {
    const at = `${path} > ${field}`;
    if (field === '$or') return compileOr(expected, at);
    const matches = Array.isArray(expected) ? compileAlternatives(expected, at) : compileObject(expected, at);
    return (event) => matches(isObject(event) ? event[field] : undefined);
  });
  const matchesOne: Matcher = (event) => matchers.every((matches) => matches(event));
  return (event) => (Array.isArray(event) ? event.some(matchesOne) : matchesOne(event));
};

const compileOr = (alternatives: unknown, path: string): Matcher => {
  if (!Array.isArray(alternatives) || alternatives.length < 2) throw invalid(path, 'must list at least two patterns');
  const matchers = alternatives.map((alternative, index) => compileObject(alternative, `${path}[${index}]`));
  return (event) => matchers.some((matches) => matches(event));
};

/** Tests one value of the event; undefined stands for a field that is absent. */
type Test = (value: unknown) => boolean;

const compileAlternatives = (alternatives: readonly unknown[], path: string): Matcher => {
  if (alternatives.length === 0) throw invalid(path, 'must list at least one value');
  const tests = alternatives.map((alternative) => compileTest(alternative, path));
  return (value) => {
    const present = Array.isArray(value) ? value.flat(Number.POSITIVE_INFINITY) : [value];
    const values = present.length === 0 ? [undefined] : present;
    return values.some((one) => tests.some((test) => test(one)));
  };
};

const compileTest = (expected: unknown, path: string): Test => {
  if (!isObject(expected)) {
    if (Array.isArray(expected)) throw invalid(path, 'must not nest lists');
    return (value) => value === expected;
  }
  const [[name, operand] = ['', undefined], ...more] = Object.entries(expected);
  const compile = operators.get(name);
  if (!compile || more.length > 0)
    throw invalid(path, `'${Object.keys(expected).join(', ')}' is not one known operator`);
  return compile(operand, `${path} > ${name}`);
};

const operators: ReadonlyMap<string, (operand: unknown, path: string) => Test> = new Map([
  ['prefix', (operand, path) => textTest(operand, path, (text, part) => text.startsWith(part))],
  ['suffix', (operand, path) => textTest(operand, path, (text, part) => text.endsWith(part))],
  [
    'equals-ignore-case',
    (operand, path) => textTest({ 'equals-ignore-case': operand }, path, (text, part) => text === part),
  ],
  ['anything-but', (operand, path) => anythingBut(operand, path)],
  ['numeric', (operand, path) => numeric(operand, path)],
  [
    'exists',
    (operand, path) => {
      if (typeof operand !== 'boolean') throw invalid(path, 'must be true or false');
      return (value) => (value !== undefined && !isObject(value)) === operand;
    },
  ],
]);

// The operand is a text, or { "equals-ignore-case": text }.
const textTest = (operand: unknown, path: string, holds: (text: string, part: string) => boolean): Test => {
  const ignoreCase = isObject(operand) && Object.keys(operand).join() === 'equals-ignore-case';
  const part = ignoreCase ? operand['equals-ignore-case'] : operand;
  if (typeof part !== 'string') throw invalid(path, 'must be a string');
  const fold = (text: string) => (ignoreCase ? text.toLowerCase() : text);
  return (value) => typeof value === 'string' && holds(fold(value), fold(part));
};

const anythingBut = (operand: unknown, path: string): Test => {
  let excluded: readonly Test[];
  if (isObject(operand)) {
    const [[name, parts] = ['', undefined]] = Object.entries(operand);
    if (!['prefix', 'suffix', 'equals-ignore-case'].includes(name)) throw invalid(path, `cannot negate '${name}'`);
    excluded = (Array.isArray(parts) ? parts : [parts]).map((part) => compileTest({ [name]: part }, path));
  } else {
    const values: readonly unknown[] = Array.isArray(operand) ? operand : [operand];
    const kinds = new Set(values.map((value) => typeof value));
    if (kinds.size !== 1 || !(kinds.has('string') || kinds.has('number')))
      throw invalid(path, 'must be strings or numbers, not both');
    excluded = values.map((value) => (one) => one === value);
  }
  return (value) => value !== undefined && !isObject(value) && !excluded.some((test) => test(value));
};

const comparisons: ReadonlyMap<unknown, (a: number, b: number) => boolean> = new Map([
  ['=', (a: number, b: number) => a === b],
  ['<', (a: number, b: number) => a < b],
  ['<=', (a: number, b: number) => a <= b],
  ['>', (a: number, b: number) => a > b],
  ['>=', (a: number, b: number) => a >= b],
]);

const numeric = (operand: unknown, path: string): Test => {
  if (!Array.isArray(operand) || (operand.length !== 2 && operand.length !== 4))
    throw invalid(path, 'must be one or two comparisons');
  const bounds: Test[] = [];
  for (let index = 0; index < operand.length; index += 2) {
    const compare = comparisons.get(operand[index]);
    const bound: unknown = operand[index + 1];
    if (!compare || typeof bound !== 'number') throw invalid(path, 'must alternate comparison signs and numbers');
    bounds.push((value) => typeof value === 'number' && compare(value, bound));
  }
  return (value) => bounds.every((holds) => holds(value));
};

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const invalid = (path: string, reason: string): Error => new Error(`Event pattern is not valid: ${path} ${reason}`);
