/** What EC2 can hold of a pool from an instant on. */
export type MarketStep = {
  /** milliseconds since the account began */
  readonly atMs: number;
  /** how many Spot Instances of this account the pool can hold; Infinity: any number */
  readonly capacity: number;
  /** Spot price, dollars an hour; left out: the market draws one */
  readonly price?: number;
};

/** The capacity of one pool over time: a step function that depends on nothing that happens in the account. */
export type CapacitySource = {
  /** what the pool holds when nothing is wrong, the measure of scarcity */
  readonly usual: number;
  /** does any step have a price of its own? */
  readonly priced: boolean;
  /** the step in force at `ms` (milliseconds since the account began, also before that) */
  at(ms: number): MarketStep;
  /** the first change after `ms`; undefined: none */
  next(ms: number): MarketStep | undefined;
};

/** A pool that always holds the same. @param capacity a whole number from 0, or Infinity */
export const constant = (capacity: number): CapacitySource => script([{ atMs: 0, capacity }]);

/**
 * A pool that changes at given instants; before the first the first holds.
 * @param steps at least one, in rising order of `atMs`
 * @throws Error that names the step and what is expected
 */
export const script = (steps: readonly MarketStep[], name = 'steps'): CapacitySource => {
  const [first] = steps;
  if (!first) throw new Error(`${name} is empty: expected at least one step`);
  for (const [index, step] of steps.entries()) check(step, steps[index - 1], `${name}[${index}]`);
  const countUntil = (ms: number): number => {
    let [low, high] = [0, steps.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((steps[middle] as MarketStep).atMs <= ms) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  return {
    priced: steps.some(({ price }) => price !== undefined),
    usual: steps.reduce((most, { capacity }) => Math.max(most, capacity), 0),
    at: (ms) => steps[countUntil(ms) - 1] ?? first,
    next: (ms) => steps[Math.max(1, countUntil(ms))],
  };
};

const check = (step: MarketStep, before: MarketStep | undefined, place: string): void => {
  const { atMs, capacity, price } = step;
  if (!Number.isSafeInteger(atMs) || atMs <= (before?.atMs ?? -1)) {
    throw new Error(`${place}.atMs is ${atMs}: expected whole milliseconds, later than the step before`);
  }
  if (capacity !== Number.POSITIVE_INFINITY && (!Number.isSafeInteger(capacity) || capacity < 0)) {
    throw new Error(`${place}.capacity is ${capacity}: expected a whole number from 0, or Infinity`);
  }
  if (price !== undefined && !(price > 0 && Number.isFinite(price))) {
    throw new Error(`${place}.price is ${price}: expected dollars an hour, more than 0`);
  }
};
