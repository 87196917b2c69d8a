import { AwsError } from '../service.ts';
import { TimeToLive } from './time-to-live.ts';
import { compareText, type Item, itemBytes } from './value.ts';

export type KeyNames = { readonly hash: string; readonly range: string | undefined };

export type TableOptions = {
  readonly name: string;
  readonly arn: string;
  readonly keys: KeyNames;
  readonly createdAt: Date;
  /** the number attribute with the epoch second at which an item expires, until UpdateTimeToLive changes it */
  readonly ttlAttribute?: string;
  /** how long after that AWS deletes the item, in ms; undefined: never */
  readonly ttlLagMs?: number | undefined;
  /** epoch milliseconds */
  readonly now: () => number;
};

type Partition = { readonly items: Map<string, Item>; readonly sortKeys: string[] };

/** A table with string keys: items by partition, in the order of their sort keys. */
export class Table {
  readonly options: TableOptions;
  readonly timeToLive: TimeToLive;
  readonly #partitions = new Map<string, Partition>();
  #unprocessed = 0;

  constructor(options: TableOptions) {
    this.options = options;
    this.timeToLive = new TimeToLive(options.ttlAttribute);
  }

  /**
   * The table is out of throughput for the next `count` requests of batches: they come back as unprocessed.
   * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html
   */
  leaveUnprocessed(count: number): void {
    this.#unprocessed += count;
  }

  /** Whether the next request of a batch is processed; counts it. */
  takesBatchRequest(): boolean {
    if (this.#unprocessed === 0) return true;
    this.#unprocessed -= 1;
    return false;
  }

  /** @throws AwsError ValidationException unless `key` is exactly the table's key */
  get(key: Item): Item | undefined {
    const { hash, range } = this.keyOf(key, { exact: true });
    return this.#live(this.#partitions.get(hash), range);
  }

  /** @throws AwsError ValidationException for an item above 400 KB */
  checkSize(item: Item, message = 'Item size has exceeded the maximum allowed size'): void {
    if (itemBytes(item) > MAX_ITEM_BYTES) throw invalid(message);
  }

  isKey(name: string): boolean {
    return name === this.options.keys.hash || name === this.options.keys.range;
  }

  /** Takes an item that was checked. @throws AwsError ValidationException for a missing or wrong key */
  put(item: Item): void {
    const { hash, range } = this.keyOf(item);
    let partition = this.#partitions.get(hash);
    if (!partition) {
      partition = { items: new Map(), sortKeys: [] };
      this.#partitions.set(hash, partition);
    }
    if (!partition.items.has(range)) partition.sortKeys.splice(position(partition.sortKeys, range), 0, range);
    partition.items.set(range, item);
  }

  delete(key: Item): void {
    const { hash, range } = this.keyOf(key, { exact: true });
    const partition = this.#partitions.get(hash);
    if (partition) this.#remove(partition, range);
  }

  /** The items of one partition in the order of their sort keys, or in the reverse order. */
  *partition(
    hash: string,
    { forward = true }: { readonly forward?: boolean } = {},
  ): Generator<{ sortKey: string; item: Item }> {
    const partition = this.#partitions.get(hash);
    if (!partition) return;
    for (const sortKey of forward ? [...partition.sortKeys] : partition.sortKeys.toReversed()) {
      const item = this.#live(partition, sortKey);
      if (item) yield { sortKey, item };
    }
  }

  /** Every item, for checkers and tests. */
  *items(): Generator<Item> {
    for (const hash of this.#partitions.keys()) for (const { item } of this.partition(hash)) yield item;
  }

  /** The key's texts. With `exact`, nothing but the key may be there. @throws AwsError ValidationException */
  keyOf(item: Item, { exact = false }: { readonly exact?: boolean } = {}): { hash: string; range: string } {
    const { keys } = this.options;
    const names = keys.range === undefined ? [keys.hash] : [keys.hash, keys.range];
    if (
      exact &&
      (Object.keys(item).length !== names.length || names.some((name) => !item[name] || !('S' in item[name])))
    ) {
      throw invalid('The provided key element does not match the schema');
    }
    const [hash = '', range = ''] = names.map((name) => keyText(item, name));
    return { hash, range };
  }

  /** Only the key attributes of an item. */
  keyItem(item: Item): Item {
    return Object.fromEntries(Object.entries(item).filter(([name]) => this.isKey(name)));
  }

  // AWS deletes expired items late, within days, and returns them until then:
  // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/howitworks-ttl.html
  #live(partition: Partition | undefined, sortKey: string): Item | undefined {
    const item = partition?.items.get(sortKey);
    const { ttlLagMs, now } = this.options;
    const ttlAttribute = this.timeToLive.attribute;
    if (!partition || !item || ttlAttribute === undefined || ttlLagMs === undefined) return item;
    const expiry = item[ttlAttribute];
    if (!expiry || !('N' in expiry) || Number(expiry.N) * 1000 + ttlLagMs > now()) return item;
    this.#remove(partition, sortKey);
    return undefined;
  }

  #remove(partition: Partition, sortKey: string): void {
    if (partition.items.delete(sortKey)) partition.sortKeys.splice(position(partition.sortKeys, sortKey), 1);
  }
}

// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html
const MAX_ITEM_BYTES = 400 * 1024;

const keyText = (item: Item, name: string): string => {
  const value = item[name];
  if (!value) throw invalid(`One or more parameter values were invalid: Missing the key ${name} in the item`);
  if (!('S' in value)) {
    throw invalid(
      `One or more parameter values were invalid: Type mismatch for key ${name} expected: S actual: ${Object.keys(value)[0]}`,
    );
  }
  if (value.S === '') {
    throw invalid(
      `One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: ${name}`,
    );
  }
  return value.S;
};

/** Where `key` stands, or belongs, in a sorted list. */
const position = (keys: readonly string[], key: string): number => {
  let [low, high] = [0, keys.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (compareText(keys[middle] ?? '', key) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
};

const invalid = (message: string): AwsError => new AwsError('ValidationException', message);
