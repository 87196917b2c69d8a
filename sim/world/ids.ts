/** Identifiers from counters, one counter per kind, so that a run with the same seed names everything the same. */
export class Ids {
  readonly #prefix: string;
  readonly #counters = new Map<string, number>();

  /** @param region the number of the region in the account: it keeps identifiers of two regions apart */
  constructor(region: number) {
    this.#prefix = (region + 1).toString(16).padStart(2, '0');
  }

  /** The next number of a kind, from 1. */
  next(kind: string): number {
    const value = (this.#counters.get(kind) ?? 0) + 1;
    this.#counters.set(kind, value);
    return value;
  }

  /** The next identifier of a kind as `length` hexadecimal digits. */
  hex(kind: string, length: number): string {
    return (
      this.#prefix +
      this.next(kind)
        .toString(16)
        .padStart(length - 2, '0')
    );
  }

  /** The next identifier of a kind in the shape of a UUID. */
  uuid(kind: string): string {
    return `${this.hex(kind, 8)}-0000-4000-8000-000000000000`;
  }
}
