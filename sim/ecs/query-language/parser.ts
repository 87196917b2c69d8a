import type { ContainerInstance } from '../model.ts';
import { invalid } from '../state.ts';
import { type Operator, operatorOf, takesList, takesNothing, testOf } from './operators.ts';
import { type Subject, subjectOf } from './subjects.ts';

type Test = (instance: ContainerInstance) => boolean;

/** Reads an expression from left to right: `or` binds weaker than `and`, `and` weaker than `not`. */
export class Parser {
  readonly #expression: string;
  readonly #tokens: readonly string[];
  #at = 0;

  /** @throws AwsError InvalidParameterException for a character that no token has */
  constructor(expression: string) {
    this.#expression = expression.trim();
    const tokens = tokensOf(this.#expression);
    this.#tokens = tokens ?? [];
    if (!tokens) throw this.#refuse();
  }

  /** @throws AwsError InvalidParameterException for an expression that cannot be read, naming the place */
  whole(): Test {
    const test = this.#disjunction();
    if (this.#at < this.#tokens.length) throw this.#refuse();
    return test;
  }

  #disjunction(): Test {
    const tests = [this.#conjunction()];
    while (this.#accepts('or', '||')) tests.push(this.#conjunction());
    return (instance) => tests.some((test) => test(instance));
  }

  #conjunction(): Test {
    const tests = [this.#negation()];
    while (this.#accepts('and', '&&')) tests.push(this.#negation());
    return (instance) => tests.every((test) => test(instance));
  }

  #negation(): Test {
    if (!this.#accepts('not', '!')) return this.#primary();
    const test = this.#negation();
    return (instance) => !test(instance);
  }

  #primary(): Test {
    if (!this.#accepts('(')) return this.#comparison();
    const test = this.#disjunction();
    if (!this.#accepts(')')) throw this.#refuse();
    return test;
  }

  #comparison(): Test {
    const subject = this.#subject();
    const operator = this.#operator();
    if (takesNothing(operator)) return testOf(subject, operator, []);
    const start = this.#at;
    const values = takesList(operator) ? this.#list() : [this.#value()];
    try {
      return testOf(subject, operator, values);
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      this.#at = start;
      throw this.#refuse();
    }
  }

  #subject(): Subject {
    const subject = subjectOf(this.#tokens[this.#at] ?? '');
    if (!subject) throw this.#refuse();
    this.#at += 1;
    return subject;
  }

  #operator(): Operator {
    const operator = operatorOf(this.#tokens[this.#at] ?? '');
    if (!operator) throw this.#refuse();
    this.#at += 1;
    return operator;
  }

  #list(): string[] {
    if (!this.#accepts('[')) throw this.#refuse();
    const values = [this.#value()];
    while (this.#accepts(',')) values.push(this.#value());
    if (!this.#accepts(']')) throw this.#refuse();
    return values;
  }

  #value(): string {
    const value = this.#tokens[this.#at];
    if (value === undefined || /^[[\](),=!&|<>]/.test(value)) throw this.#refuse();
    this.#at += 1;
    return value.replace(/^(['"])(.*)\1$/s, '$2');
  }

  #accepts(...wanted: readonly string[]): boolean {
    const next = this.#tokens[this.#at];
    if (next === undefined || !wanted.includes(next)) return false;
    this.#at += 1;
    return true;
  }

  #refuse(): Error {
    return invalid(`Invalid filter near ${this.#tokens[this.#at] ?? 'the end'}: ${this.#expression}`);
  }
}

const token = /\s*([=!]~|[=!<>]=|[<>]|&&|\|\||!(?:in|exists)\b|[![\](),]|'[^']*'|"[^"]*"|[^\s[\](),'"=!&|<>]+)/y;

/** The words and signs of an expression; undefined: it has something else in it, or nothing at all. */
const tokensOf = (expression: string): readonly string[] | undefined => {
  const tokens: string[] = [];
  let end = 0;
  token.lastIndex = 0;
  for (let match = token.exec(expression); match; match = token.exec(expression)) {
    tokens.push(match[1] ?? '');
    end = token.lastIndex;
  }
  return end < expression.length || end === 0 ? undefined : tokens;
};
