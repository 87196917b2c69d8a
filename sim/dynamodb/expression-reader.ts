import { AwsError } from '../service.ts';
import type { Path } from './path.ts';
import type { Placeholders } from './placeholders.ts';
import reserved from './reserved-words.json' with { type: 'json' };
import type { Value } from './value.ts';

/** What kind of expression is read: error messages begin with it. */
export type ExpressionKind =
  | 'ConditionExpression'
  | 'FilterExpression'
  | 'UpdateExpression'
  | 'KeyConditionExpression'
  | 'ProjectionExpression';

/**
 * Reads an expression token by token, with placeholders resolved. The grammars build on it.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.html
 */
export class ExpressionReader {
  readonly #kind: ExpressionKind;
  readonly #tokens: readonly string[];
  readonly #placeholders: Placeholders;
  #position = 0;

  /** @throws AwsError ValidationException for a character that no token begins with */
  constructor(kind: ExpressionKind, text: string, placeholders: Placeholders) {
    this.#kind = kind;
    this.#placeholders = placeholders;
    this.#tokens = text.match(TOKEN) ?? [];
    if (text.trim() === '') throw this.invalid('The expression can not be empty;');
  }

  /** The next token, left in place; '' at the end. */
  peek(ahead = 0): string {
    return this.#tokens[this.#position + ahead] ?? '';
  }

  next(): string {
    const token = this.peek();
    this.#position += 1;
    return token;
  }

  /** Takes the token if it is next; keywords in any case. */
  accept(token: string): boolean {
    const matches = this.peek().toUpperCase() === token.toUpperCase();
    if (matches) this.#position += 1;
    return matches;
  }

  expect(token: string): void {
    if (!this.accept(token)) throw this.unexpected();
  }

  /** Refuses whatever is left. */
  end(): void {
    if (this.peek() !== '') throw this.unexpected();
  }

  /** Reads one or more of something, separated by commas. */
  list<T>(read: () => T): T[] {
    const result = [read()];
    while (this.accept(',')) result.push(read());
    return result;
  }

  /** `name`, `#name`, each followed by `.name` or `[index]`. */
  path(): Path {
    const path: [string, ...(string | number)[]] = [this.#name()];
    for (;;) {
      if (this.accept('.')) path.push(this.#name());
      else if (this.accept('[')) {
        const index = this.next();
        if (!/^\d+$/.test(index)) throw this.unexpected(-1);
        path.push(Number(index));
        this.expect(']');
      } else return path;
    }
  }

  atValue(): boolean {
    return this.peek().startsWith(':');
  }

  /** `:value` */
  value(): Value {
    if (!this.atValue()) throw this.unexpected();
    const name = this.next();
    const value = this.#placeholders.value(name);
    if (value === undefined) {
      throw this.invalid(`An expression attribute value used in expression is not defined; attribute value: ${name}`);
    }
    return value;
  }

  invalid(reason: string): AwsError {
    return new AwsError('ValidationException', `Invalid ${this.#kind}: ${reason}`);
  }

  /** The error for a token out of place: the next one, or one that was just taken. */
  unexpected(offset = 0): AwsError {
    const at = this.#position + offset;
    const token = this.#tokens[at] ?? '<EOF>';
    const near = this.#tokens.slice(Math.max(0, at - 1), at + 2).join(' ');
    return this.invalid(`Syntax error; token: "${token}", near: "${near}"`);
  }

  #name(): string {
    const token = this.next();
    if (token.startsWith('#')) {
      const name = this.#placeholders.name(token);
      if (name === undefined) {
        throw this.invalid(
          `An expression attribute name used in the document path is not defined; attribute name: ${token}`,
        );
      }
      return name;
    }
    if (!/^[A-Za-z]\w*$/.test(token)) throw this.unexpected(-1);
    if (RESERVED.has(token.toUpperCase())) {
      throw this.invalid(`Attribute name is a reserved keyword; reserved keyword: ${token}`);
    }
    return token;
  }
}

// Any other visible character is a token of its own, refused where the grammar meets it.
const TOKEN = /[#:]?\w+|<>|<=|>=|[^\s\w]/g;

const RESERVED: ReadonlySet<string> = new Set(reserved.words.flatMap((line) => line.split(' ')));
