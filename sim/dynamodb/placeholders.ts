import { AwsError } from '../service.ts';
import { checkValue, type Value } from './value.ts';

/** ExpressionAttributeNames and ExpressionAttributeValues of one request, and which of them its expressions used. */
export class Placeholders {
  readonly #names: ReadonlyMap<string, string>;
  readonly #values: ReadonlyMap<string, Value>;
  readonly #used = new Set<string>();

  /** @throws AwsError ValidationException for a value that AWS refuses */
  constructor({ ExpressionAttributeNames = {}, ExpressionAttributeValues = {} }: PlaceholderInput) {
    this.#names = new Map(Object.entries(ExpressionAttributeNames));
    this.#values = new Map(Object.entries(ExpressionAttributeValues).map(([name, value]) => [name, checkValue(value)]));
  }

  name(placeholder: string): string | undefined {
    this.#used.add(placeholder);
    return this.#names.get(placeholder);
  }

  value(placeholder: string): Value | undefined {
    this.#used.add(placeholder);
    return this.#values.get(placeholder);
  }

  /** @throws AwsError ValidationException when a placeholder is defined that no expression uses */
  checkAllUsed(): void {
    for (const [kind, defined] of [
      ['ExpressionAttributeNames', this.#names],
      ['ExpressionAttributeValues', this.#values],
    ] as const) {
      const unused = [...defined.keys()].filter((placeholder) => !this.#used.has(placeholder));
      if (unused.length > 0) {
        throw new AwsError(
          'ValidationException',
          `Value provided in ${kind} unused in expressions: keys: {${unused.join(', ')}}`,
        );
      }
    }
  }
}

export type PlaceholderInput = {
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>> | undefined;
  readonly ExpressionAttributeValues?: Readonly<Record<string, Value>> | undefined;
};
