import { ExpressionReader } from './expression-reader.ts';
import { project } from './path.ts';
import type { Placeholders } from './placeholders.ts';
import type { Item } from './value.ts';

/**
 * Compiles a projection expression; without one, items are shown whole.
 * @throws AwsError ValidationException
 */
export const projectionOf = (text: string | undefined, placeholders: Placeholders): ((item: Item) => Item) => {
  if (text === undefined) return (item) => item;
  const reader = new ExpressionReader('ProjectionExpression', text, placeholders);
  const paths = reader.list(() => reader.path());
  reader.end();
  return (item) => project(item, paths);
};
