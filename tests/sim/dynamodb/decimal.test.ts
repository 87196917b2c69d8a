import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addDecimals, compareDecimals, formatDecimal, parseDecimal } from '../../../sim/dynamodb/decimal.ts';

const cents = fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n });
const asText = (amount: bigint): string => `${amount}E-2`;
const inCents = (text: string): bigint => {
  const { coefficient, exponent } = parseDecimal(text);
  return coefficient * 10n ** BigInt(exponent + 2);
};

describe('a DynamoDB number', () => {
  it('adds and compares exactly', () => {
    fc.assert(
      fc.property(cents, cents, (a, b) => {
        const [left, right] = [parseDecimal(asText(a)), parseDecimal(asText(b))];
        expect(inCents(formatDecimal(addDecimals(left, right)))).toBe(a + b);
        expect(Math.sign(compareDecimals(left, right))).toBe(a < b ? -1 : a > b ? 1 : 0);
      }),
    );
  });

  it('is refused outside its range', () => {
    expect(() => parseDecimal('1E126')).toThrow('overflow');
    expect(() => parseDecimal('1E-131')).toThrow('underflow');
    expect(formatDecimal(parseDecimal('-0'))).toBe('0');
  });
});
