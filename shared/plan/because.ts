/**
 * What every action carries: the queue records whose fate hangs on it, its region, and the one sentence why. An action
 * `under` a guard is performed only if that guard is won.
 */
export type Because = {
  readonly for: readonly string[];
  readonly region: string;
  readonly because: string;
  readonly under?: string;
};
