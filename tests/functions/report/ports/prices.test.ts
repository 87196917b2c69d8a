import { expect, test } from 'vitest';
import { later } from '../../../../shared/model/instant.ts';
import { AwsError } from '../../../../sim/service.ts';
import { failing, reportLab } from './lab.ts';

const QUARTER_MS = 900_000;
const pools = [{ type: 'm6i.large', zone: 'eu-west-1a' }];

/** Asks for the prices of the last quarter of an hour. */
const asking = ({ read, run, edge }: ReturnType<typeof reportLab>) => {
  return (types: readonly string[], fargate = true) =>
    run(read.prices({ pools, types, fargate, from: later(edge.now(), -QUARTER_MS), to: edge.now() }));
};

test('the prices of a time are of what was asked for, and no more', async () => {
  const made = reportLab();
  const book = await asking(made)(['m6i.large', 'c6i.large', 'm9z.large']);
  expect([...book.spot.keys()]).toEqual(['m6i.large eu-west-1a']);
  expect(book.spot.get('m6i.large eu-west-1a')?.[0]?.hourly).toBeGreaterThan(0);
  expect([...book.onDemand]).toEqual([
    ['m6i.large', 96_000_000],
    ['c6i.large', 85_000_000],
  ]);
  expect(book.fargate.x86).toEqual({ vcpu: 40_480_000, gb: 4_445_000 });
  expect((await asking(made)([], false)).fargate).toEqual({ x86: undefined, arm: undefined, storageGb: undefined });
});

test('list prices are asked once a day, and of a further type only this one', async () => {
  const made = reportLab();
  const ask = asking(made);
  const count = () => made.calls('GetProducts').length;
  await ask(['m6i.large']);
  expect(count()).toBe(2);
  await ask(['m6i.large']);
  expect(count()).toBe(2);
  await ask(['m6i.large', 'c6i.large']);
  expect(count()).toBe(3);
  await made.pass(25);
  await ask(['m6i.large', 'c6i.large']);
  expect(count()).toBe(5);
  expect(made.calls('DescribeSpotPriceHistory')).toHaveLength(4);
});

test('without the right to read the price list there are Spot prices, and the log says what is missing', async () => {
  const made = reportLab(failing('GetProducts', new AwsError('AccessDeniedException', 'not allowed')));
  const book = await asking(made)(['m6i.large']);
  expect([book.spot.size, book.onDemand.size, book.fargate.x86, book.fargateSpot.arm]).toEqual([
    1,
    0,
    undefined,
    undefined,
  ]);
  expect(made.warnings).toEqual(Array(2).fill('the price list cannot be read; what it would tell has no price'));
});

test('a price list that fails for a while fails the reading: nothing is booked without its price for that', async () => {
  const made = reportLab(failing('GetProducts', new AwsError('InternalErrorException', 'try again', 500)));
  await expect(asking(made)(['m6i.large'])).rejects.toThrow('try again');
  expect(made.warnings).toEqual([]);
});
