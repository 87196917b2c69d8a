/** Where a task runs: on a Spot or On-Demand instance of its own, or on Fargate. */
export type Kind = 'spot' | 'on-demand' | 'fargate';

/** What a replay takes for granted. */
export type Assumptions = {
  /** from the launch to the task serving */
  readonly startMs: Readonly<Record<Kind, number>>;
  readonly noticeMs: number;
  /** of an hour of On-Demand; billed from the launch on, boot included */
  readonly price: Readonly<Record<Kind, number>>;
  readonly leastBilledMs: number;
};

const SECOND_MS = 1_000;

/**
 * EC2 bills at least a minute, Fargate too: https://aws.amazon.com/ec2/pricing/on-demand/,
 * https://aws.amazon.com/fargate/pricing/. The notice comes two minutes before:
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/spot-instance-termination-notices.html. Start times and prices
 * are those with which the published policies are compared; Fargate has room, Fargate Spot has none.
 */
export const usual: Assumptions = {
  startMs: { spot: 150 * SECOND_MS, 'on-demand': 150 * SECOND_MS, fargate: 60 * SECOND_MS },
  noticeMs: 120 * SECOND_MS,
  price: { spot: 0.3, 'on-demand': 1, fargate: 1.21 },
  leastBilledMs: 60 * SECOND_MS,
};

/** A service whose image is large: it is up ten seconds before the notice ends. */
export const slowFargate: Assumptions = { ...usual, startMs: { ...usual.startMs, fargate: 110 * SECOND_MS } };

/** Lent tasks run on Fargate Spot, which always has room. */
export const fargateSpot: Assumptions = { ...usual, price: { ...usual.price, fargate: 0.4 } };

/** Nothing takes time: what nobody can do, the measure of cost. */
export const instantly: Assumptions = {
  ...usual,
  startMs: { spot: 0, 'on-demand': 0, fargate: 0 },
  noticeMs: 0,
  leastBilledMs: 0,
};
