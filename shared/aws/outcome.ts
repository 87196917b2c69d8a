import type { Action, Outcome } from '../plan/action.ts';
import { codeOf, isGone } from './errors.ts';

/**
 * Performs an action and says how it ended. What was to go and is gone already is success; everything else that fails
 * after the client's own retries is worth another delivery of the event.
 */
export async function outcomeOf(
  action: Action,
  perform: () => Promise<void>,
  isOver: (error: unknown) => boolean = isGone,
): Promise<Outcome> {
  try {
    await perform();
    return { action, result: 'done' };
  } catch (error) {
    if (isOver(error)) return { action, result: 'gone' };
    const message = error instanceof Error ? error.message : String(error);
    return { action, result: 'failed', retry: true, failedFor: action.for, error: `${codeOf(error)}: ${message}` };
  }
}
