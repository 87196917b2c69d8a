import table from './buckets.json' with { type: 'json' };
import { type Bucket, shareOf } from './pacing.ts';

export type Category = keyof typeof table.categories;

const PROCESSES = 2;

/** The category whose bucket a command draws from, or undefined for one that is not held back (DynamoDB, SQS). */
export const categoryOf = (command: string): Category | undefined => categories.get(command);

/** What one process of ours may use of a category's bucket. */
export const processShare = (category: Category): Bucket =>
  shareOf(table.categories[category], shareOfProcess(category));

/** What readings by the clock may use of it. */
export const tickShare = (category: Category): Bucket => shareOf(table.categories[category], table.share.perTick);

/** What all processes of a function together may use of it. */
export const functionShare = (category: Category): Bucket =>
  shareOf(table.categories[category], Math.min(1, shareOfProcess(category) * PROCESSES));

function shareOfProcess(category: Category): number {
  const row = table.categories[category];
  return 'perProcess' in row ? row.perProcess : table.share.perProcess;
}

const categories = new Map(
  Object.entries(table.categories).flatMap(([name, { commands }]) =>
    commands.map((command) => [command, name as Category] as const),
  ),
);
