/** A fault that struck, for the verdict and for replays. */
export type HappenedFault = {
  /** epoch milliseconds */
  readonly at: number;
  readonly kind: string;
  /** the call or the delivery that it struck */
  readonly target: string;
  /** by how much the call or the delivery is late, how long it is silent, how old its answer may be */
  readonly delayMs?: number;
  /** how often its rule strikes; undefined: whenever it fits */
  readonly rate?: number;
  /** of a call: who made it */
  readonly caller?: string;
  /** of a delivery: ARNs and ids that the event names */
  readonly resources?: readonly string[];
};
