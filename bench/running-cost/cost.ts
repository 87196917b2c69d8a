import prices from './prices.json' with { type: 'json' };

/** What is billed, by the names of prices.json, in a month. */
export type Usage = Readonly<Record<Item, number>>;

export type Item =
  | 'lambdaGbSeconds'
  | 'lambdaRequests'
  | 'sqsRequests'
  | 'dynamodbReads'
  | 'dynamodbWrites'
  | 'dynamodbGb'
  | 'events'
  | 'metrics'
  | 'alarms'
  | 'logGb'
  | 'kmsRequests';

export type CostLine = {
  readonly says: string;
  readonly amount: number;
  /** dollars at list price */
  readonly list: number;
  /** dollars when nothing else in the account uses the free tiers */
  readonly withFree: number;
};

/** What a month's usage costs, line by line. */
export const costLines = (usage: Usage): readonly CostLine[] =>
  prices.items.map(({ name, says, usd, per, free }) => {
    const amount = usage[name as Item];
    const priced = (units: number): number => (units * usd) / per;
    return { says, amount, list: priced(amount), withFree: priced(Math.max(0, amount - free)) };
  });

export const total = (lines: readonly CostLine[], of: 'list' | 'withFree'): number =>
  lines.reduce((sum, line) => sum + line[of], 0);
