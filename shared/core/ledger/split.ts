/**
 * Splits a whole number by weights, by largest remainder: every part is a whole number less than 1 from its exact
 * share, and the parts sum exactly to `total`, which may be negative. What weighs nothing gets nothing; if nothing
 * weighs anything, all parts weigh the same. Of equal remainders the earlier part is served first.
 * https://en.wikipedia.org/wiki/Quota_method
 * @throws RangeError if the total is no whole number, a weight is negative or no number, or there are no weights for a
 * total other than 0
 */
export function split(total: number, weights: readonly number[]): number[] {
  if (!Number.isSafeInteger(total)) throw new RangeError(`cannot split ${total}: only whole numbers below 2^53`);
  if (total < 0) return split(-total, weights).map((part) => 0 - part);
  if (weights.length === 0 && total > 0) throw new RangeError(`cannot split ${total} among nobody: give a weight`);
  const most = heaviest(weights);
  return most === 0 ? parted(total, Array(weights.length).fill(1)) : parted(total, scaled(weights, most));
}

function heaviest(weights: readonly number[]): number {
  let most = 0;
  for (const weight of weights) {
    if (!(weight >= 0 && weight < Infinity)) {
      throw new RangeError(`cannot split by the weight ${weight}: weights are finite numbers from 0 on`);
    }
    most = Math.max(most, weight);
  }
  return most;
}

/** No weight above 1: their sum cannot overflow. */
const scaled = (weights: readonly number[], most: number): number[] => weights.map((weight) => weight / most);

function parted(total: number, weights: readonly number[]): number[] {
  const sum = weights.reduce((all, weight) => all + weight, 0);
  const exact = weights.map((weight) => total * (weight / sum));
  const parts = exact.map(Math.floor);
  let rest = total - parts.reduce((all, part) => all + part, 0);
  if (rest === 0) return parts;
  const remainder = (at: number): number => (exact[at] ?? 0) - (parts[at] ?? 0);
  const order = [...weights.keys()].filter((at) => (weights[at] ?? 0) > 0);
  const remainders = new Map(order.map((at) => [at, remainder(at)]));
  order.sort((a, b) => (remainders.get(b) ?? 0) - (remainders.get(a) ?? 0) || a - b);
  // Once round is the rule. More rounds, or a rest below 0, are floating-point error of totals near 2^53.
  for (let next = 0; rest !== 0; next = (next + 1) % order.length) {
    const at = order[rest > 0 ? next : order.length - 1 - next] ?? 0;
    const step = rest > 0 ? 1 : -Math.min(1, parts[at] ?? 0);
    parts[at] = (parts[at] ?? 0) + step;
    rest -= step;
  }
  return parts;
}
