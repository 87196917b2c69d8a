/** A time that is billed, epoch milliseconds; `to` is exclusive. */
export type Span = { readonly from: number; readonly to: number };

/** A price from an instant on, dollars an hour. */
export type PriceStep = { readonly atMs: number; readonly price: number };

const secondMs = 1_000;
const hourMs = 3_600_000;
/** Linux instances and Fargate tasks: https://aws.amazon.com/ec2/pricing/on-demand/, https://aws.amazon.com/fargate/pricing/ */
const leastSeconds = 60;

/**
 * The time of an instance that is billed: from `running` until it shuts down or stops, to the nearest second, and a
 * minute at least. It is not billed while it is pending.
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-instance-lifecycle.html
 * https://docs.aws.amazon.com/whitepapers/latest/cost-optimization-leveraging-ec2-spot-instances/how-spot-instances-work.html
 */
export const instanceSpan = (runningAt: number, endedAt: number): Span =>
  spanOf(runningAt, Math.round((endedAt - runningAt) / secondMs));

/**
 * The time of a Fargate task that is billed: from the pull of its image until it has stopped, rounded up to the second,
 * and a minute at least. https://aws.amazon.com/fargate/pricing/
 */
export const taskSpan = (pullStartedAt: number, stoppedAt: number): Span =>
  spanOf(pullStartedAt, Math.ceil((stoppedAt - pullStartedAt) / secondMs));

const spanOf = (from: number, seconds: number): Span => ({
  from,
  to: from + Math.max(leastSeconds, seconds) * secondMs,
});

/**
 * Is a Spot Instance free of charge? It is if EC2 interrupts it in its first hour, but not if its user ends it.
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/billing-for-interrupted-spot-instances.html
 */
export const isFree = ({ launchedAt, endedAt, byEc2 }: SpotEnd): boolean => byEc2 && endedAt - launchedAt < hourMs;

/** How a Spot Instance ended; `byEc2`: EC2 interrupted it. */
export type SpotEnd = { readonly launchedAt: number; readonly endedAt: number; readonly byEc2: boolean };

/** The part of a time that is in another one; undefined: nothing is. */
export const within = (one: Span, other: Span): Span | undefined => {
  const both = { from: Math.max(one.from, other.from), to: Math.min(one.to, other.to) };
  return both.from < both.to ? both : undefined;
};

/**
 * Dollars for a time at the price in force in each moment of it: "You pay the Spot price that's in effect, billed to
 * the nearest second".
 * https://docs.aws.amazon.com/whitepapers/latest/cost-optimization-leveraging-ec2-spot-instances/how-spot-instances-work.html
 * @param steps oldest first; the first is in force when the time begins
 */
export const usdFor = (steps: readonly PriceStep[], time: Span): number =>
  steps.reduce((usd, { atMs, price }, index) => {
    const from = index === 0 ? Number.NEGATIVE_INFINITY : atMs;
    const part = within({ from, to: steps[index + 1]?.atMs ?? Number.POSITIVE_INFINITY }, time);
    return usd + (part ? price * hours(part) : 0);
  }, 0);

export const hours = ({ from, to }: Span): number => (to - from) / hourMs;
