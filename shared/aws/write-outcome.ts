import type { Action, Outcome } from '../plan/action.ts';
import { codeOf, isBusy, isGone, isMissingGroup, isMissingInstance, isRefusedForGood } from './errors.ts';

/** How a write to the account ended; `error` says what AWS did not need to be asked for. */
export type Ending =
  | 'done'
  | 'already'
  | 'gone'
  | { readonly retry: boolean; readonly error: string; readonly expected?: boolean };

/**
 * Performs a write to the account, and says how it ended. What AWS refuses is not tried again: its code and words
 * are the outcome's `refusal`. What fails otherwise, after the client's own retries, is worth another delivery.
 * @param thing what the message names, such as `checkout-fargate in shop`
 */
export async function writeOutcome(action: Action, thing: string, perform: () => Promise<Ending>): Promise<Outcome> {
  const failed = { action, result: 'failed', failedFor: action.for } as const;
  try {
    const ending = await perform();
    if (typeof ending === 'string') return { action, result: ending };
    const { retry, error, expected = false } = ending;
    return { ...failed, retry, error: `${thing}: ${error}`, ...(expected && { expected }) };
  } catch (error) {
    if (isGone(error) || isMissingGroup(error) || isMissingInstance(error)) return { action, result: 'gone' };
    const words = `${codeOf(error)}: ${error instanceof Error ? error.message : String(error)}`;
    if (isBusy(error))
      return { ...failed, retry: true, error: `${thing} is busy with another change, try later: ${words}` };
    const refused = isRefusedForGood(error);
    return { ...failed, retry: !refused, error: `${thing}: ${words}`, ...(refused && { refusal: words }) };
  }
}
