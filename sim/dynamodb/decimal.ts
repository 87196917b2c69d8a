import { AwsError } from '../service.ts';

/** coefficient x 10^exponent, without trailing zeros in the coefficient. */
export type Decimal = { readonly coefficient: bigint; readonly exponent: number };

/**
 * Reads a DynamoDB number: up to 38 significant digits, magnitude 1E-130 to 9.99…E+125.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html
 * @throws AwsError ValidationException
 */
export const parseDecimal = (text: string): Decimal => {
  const [matched, sign = '', whole = '', fraction = '', power = '0'] =
    /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/.exec(text) ?? [];
  if (matched === undefined || whole + fraction === '') {
    throw invalid(`The parameter cannot be converted to a numeric value: ${text}`);
  }
  return checked(BigInt(sign + whole + fraction), Number(power) - fraction.length);
};

/** Plain digits, as DynamoDB answers: no exponent, no superfluous zeros. */
export const formatDecimal = ({ coefficient, exponent }: Decimal): string => {
  const sign = coefficient < 0n ? '-' : '';
  const digits = String(coefficient < 0n ? -coefficient : coefficient);
  if (exponent >= 0) return sign + digits + '0'.repeat(exponent);
  const padded = digits.padStart(1 - exponent, '0');
  return `${sign}${padded.slice(0, exponent)}.${padded.slice(exponent)}`;
};

/** a + b. @throws AwsError ValidationException when the sum leaves the range */
export const addDecimals = (a: Decimal, b: Decimal): Decimal => {
  const exponent = Math.min(a.exponent, b.exponent);
  return checked(scaled(a, exponent) + scaled(b, exponent), exponent);
};

export const negateDecimal = ({ coefficient, exponent }: Decimal): Decimal => ({ coefficient: -coefficient, exponent });

/** Negative, zero or positive as a is less than, equal to or greater than b. */
export const compareDecimals = (a: Decimal, b: Decimal): number => {
  const exponent = Math.min(a.exponent, b.exponent);
  const [left, right] = [scaled(a, exponent), scaled(b, exponent)];
  return left < right ? -1 : left > right ? 1 : 0;
};

const scaled = ({ coefficient, exponent }: Decimal, to: number): bigint => coefficient * 10n ** BigInt(exponent - to);

const checked = (coefficient: bigint, exponent: number): Decimal => {
  if (coefficient === 0n) return { coefficient, exponent: 0 };
  const text = String(coefficient);
  const significant = text.replace(/0+$/, '');
  const digits = significant.length - (coefficient < 0n ? 1 : 0);
  const scale = exponent + text.length - significant.length;
  if (digits > 38) throw invalid('Attempting to store more than 38 significant digits in a Number');
  const magnitude = digits - 1 + scale;
  if (magnitude > 125)
    throw invalid('Number overflow. Attempting to store a number with magnitude larger than supported range');
  if (magnitude < -130)
    throw invalid('Number underflow. Attempting to store a number with magnitude smaller than supported range');
  return { coefficient: BigInt(significant), exponent: scale };
};

const invalid = (message: string): AwsError => new AwsError('ValidationException', message);
