import { expect, it } from 'vitest';
import { conditionFunctionsCases } from './dynamodb/condition-functions.ts';
import { conditionsCases } from './dynamodb/conditions.ts';
import { itemsCases } from './dynamodb/items.ts';
import { readsCases } from './dynamodb/reads.ts';
import { returnValuesCases } from './dynamodb/return-values.ts';
import { Scenario, type Subject } from './dynamodb/scenario.ts';
import { setsCases } from './dynamodb/sets.ts';
import { sizesCases } from './dynamodb/sizes.ts';
import { updatesCases } from './dynamodb/updates.ts';

/**
 * Registers the tests that every DynamoDB must pass: the simulated one, dynalite, AWS's own.
 * @param lacks what this one is known not to do: titles of cases, each with the reason. Those cases must fail, so that
 *   the list stays true
 */
export const dynamoDbConformance = (subject: () => Subject, lacks: Readonly<Record<string, string>> = {}): void => {
  for (const [index, [title, run]] of cases.entries()) {
    const perform = () => run(new Scenario(subject(), `case-${index}`));
    const reason = lacks[title];
    if (reason === undefined) it(title, () => perform());
    else it(`does not pass "${title}": ${reason}`, () => expect(perform()).rejects.toThrow());
  }
  const unknown = Object.keys(lacks).filter((title) => !cases.some(([known]) => known === title));
  it('has a case for everything that is said to be lacking', () => expect(unknown).toEqual([]));
};

const cases = [
  ...itemsCases,
  ...sizesCases,
  ...conditionsCases,
  ...conditionFunctionsCases,
  ...updatesCases,
  ...setsCases,
  ...returnValuesCases,
  ...readsCases,
];
