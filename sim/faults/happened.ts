/** A fault that struck, for the verdict and for replays. */
export type HappenedFault = {
  /** epoch milliseconds */
  readonly at: number;
  readonly kind: string;
  /** the call or the delivery that it struck */
  readonly target: string;
};
