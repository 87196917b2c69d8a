import type { Service } from './service.ts';

/** One API call as the account answered it. */
export type LoggedCall = {
  /** epoch milliseconds at which the operation ran */
  readonly at: number;
  readonly caller: string;
  readonly region: string;
  readonly service: Service['id'] | 'unknown';
  readonly operation: string;
  /** 'ok', or the error code the caller got */
  readonly outcome: string;
  /** how many elements the input's first list has; undefined when it has no list */
  readonly items: number | undefined;
};

/** What to count; a member that is left out counts everything. Times are epoch milliseconds, `to` is exclusive. */
export type CallFilter = {
  readonly service?: LoggedCall['service'];
  readonly operation?: string;
  readonly outcome?: string;
  readonly caller?: string;
  readonly from?: number;
  readonly to?: number;
};

/** The calls an account answered, oldest first. With `keep: 'counts'` only totals are kept, so memory stays bounded. */
export class CallLog {
  readonly #keepAll: boolean;
  readonly #entries: LoggedCall[] = [];
  readonly #totals = new Map<string, number>();

  constructor(keep: 'all' | 'counts' = 'all') {
    this.#keepAll = keep === 'all';
  }

  /** Every call; empty when only counts are kept. */
  get entries(): readonly LoggedCall[] {
    return this.#entries;
  }

  add(call: LoggedCall): void {
    const key = totalKey(call);
    this.#totals.set(key, (this.#totals.get(key) ?? 0) + 1);
    if (this.#keepAll) this.#entries.push(call);
  }

  /**
   * How many calls match.
   * @throws when asked about a time or a caller while only counts are kept
   */
  count(filter: CallFilter = {}): number {
    let sum = 0;
    for (const count of this.byOperation(filter).values()) sum += count;
    return sum;
  }

  /** Matching calls by `service:operation outcome`, in order of first appearance. @throws as `count` does */
  byOperation(filter: CallFilter = {}): ReadonlyMap<string, number> {
    if (filter.from === undefined && filter.to === undefined && filter.caller === undefined)
      return this.#filterTotals(filter);
    if (!this.#keepAll) throw new Error('this call log keeps only counts: it cannot select by time or caller');
    const result = new Map<string, number>();
    for (const call of this.#entries) {
      if (!matches(call, filter)) continue;
      const key = totalKey(call);
      result.set(key, (result.get(key) ?? 0) + 1);
    }
    return result;
  }

  #filterTotals(filter: CallFilter): ReadonlyMap<string, number> {
    return new Map([...this.#totals].filter(([key]) => matches(parseKey(key), filter)));
  }
}

const totalKey = (call: LoggedCall): string => `${call.service}:${call.operation} ${call.outcome}`;

const parseKey = (key: string): Pick<LoggedCall, 'service' | 'operation' | 'outcome'> => {
  const [, service = '', operation = '', outcome = ''] = /^([^:]*):(.*) ([^ ]*)$/.exec(key) ?? [];
  return { service: service as LoggedCall['service'], operation, outcome };
};

const matches = (call: Partial<LoggedCall>, filter: CallFilter): boolean =>
  (filter.service === undefined || filter.service === call.service) &&
  (filter.operation === undefined || filter.operation === call.operation) &&
  (filter.outcome === undefined || filter.outcome === call.outcome) &&
  (filter.caller === undefined || filter.caller === call.caller) &&
  (filter.from === undefined || (call.at !== undefined && call.at >= filter.from)) &&
  (filter.to === undefined || (call.at !== undefined && call.at < filter.to));
