import type { LoggedCall } from '../../sim/calls.ts';
import type { DynamoDb } from '../../sim/dynamodb/service.ts';
import { type Item, itemBytes } from '../../sim/dynamodb/value.ts';
import type { Endpoint } from '../../sim/endpoint.ts';

type Writes = Readonly<Record<string, readonly { readonly PutRequest?: { readonly Item: Item } }[]>>;
type Gets = Readonly<Record<string, { readonly Keys: readonly Item[]; readonly ConsistentRead?: boolean }>>;

/**
 * Counts the request units of calls to the simulated DynamoDB: a consistent read takes one for 4 KB, a query for all
 * its items together, and one that may be a moment old half of that; a write one for 1 KB. A refused condition costs what the write would have.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html
 */
export class TableUse {
  reads = 0;
  writes = 0;
  /** of the table, as far as it was written while it was watched; what was written over counts once */
  readonly #bytes = new Map<string, number>();
  readonly #dynamodb: DynamoDb;
  #account = '';

  constructor(endpoint: Endpoint, dynamodb: DynamoDb, account: string) {
    this.#dynamodb = dynamodb;
    this.#account = account;
    endpoint.onCall((call, input) => {
      if (call.service === 'dynamodb') this.#count(call, input);
    });
  }

  get storedBytes(): number {
    return [...this.#bytes.values()].reduce((sum, bytes) => sum + bytes, 0);
  }

  #count(call: LoggedCall, input: Readonly<Record<string, unknown>>): void {
    switch (call.operation) {
      case 'Query': {
        const { Items } = this.#again(call, input) as { Items: readonly Item[] };
        this.reads += readUnits(Items.reduce((sum, item) => sum + itemBytes(item), 0)) * share(input);
        return;
      }
      case 'BatchGetItem': {
        const { Responses = {} } = this.#again(call, input) as { Responses?: Record<string, Item[]> };
        const found = Object.values(Responses).flat();
        const [asked = { Keys: [] }] = Object.values(input.RequestItems as Gets);
        for (const item of found) this.reads += readUnits(itemBytes(item)) * share(asked);
        this.reads += (asked.Keys.length - found.length) * share(asked);
        return;
      }
      case 'PutItem':
        this.#write(input.Item as Item, call.outcome === 'ok');
        return;
      case 'BatchWriteItem':
        for (const request of Object.values(input.RequestItems as Writes).flat()) {
          if (request.PutRequest) this.#write(request.PutRequest.Item, true);
          else this.writes += 1;
        }
        return;
      default:
        throw new Error(`nobody said what ${call.operation} costs`);
    }
  }

  #write(item: Item, isKept: boolean): void {
    const bytes = itemBytes(item);
    this.writes += Math.max(1, Math.ceil(bytes / 1_024));
    if (isKept) this.#bytes.set(`${text(item.pk)} ${text(item.sk)}`, bytes);
  }

  /** What the call was answered: a read changes nothing, and no time has passed. */
  #again({ operation, region, caller, at }: LoggedCall, input: object): unknown {
    return this.#dynamodb.service.operations[operation]?.(input, { region, caller, at, account: this.#account });
  }
}

const readUnits = (bytes: number): number => Math.max(1, Math.ceil(bytes / 4_096));

const share = ({ ConsistentRead }: { readonly ConsistentRead?: unknown }): number =>
  ConsistentRead === true ? 1 : 0.5;

const text = (value: Item[string] | undefined): string => (value && 'S' in value ? value.S : '');
