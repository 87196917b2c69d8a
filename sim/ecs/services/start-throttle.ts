import type { EcsService } from '../model.ts';

/** The wait doubles with each failure beyond the third, up to 15 minutes. */
const freeFailures = 3;
const firstWaitMs = 10_000;
const longestWaitMs = 900_000;

/**
 * Slows down a service whose tasks cannot start again and again. How fast the wait grows is not documented.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-throttle-logic.html
 */
export class StartThrottle {
  readonly #failures = new Map<EcsService, { count: number; notBefore: number }>();

  /** A task ended before it was healthy. @returns whether the service is impaired from now on */
  failed(service: EcsService, now: number): boolean {
    const entry = this.#failures.get(service) ?? { count: 0, notBefore: 0 };
    this.#failures.set(service, entry);
    entry.count += 1;
    if (entry.count < freeFailures) return false;
    entry.notBefore = now + Math.min(longestWaitMs, firstWaitMs * 2 ** (entry.count - freeFailures));
    return entry.count === freeFailures;
  }

  /** A task came up, or the service was changed: it starts at full speed again. */
  reset(service: EcsService): void {
    this.#failures.delete(service);
  }

  /** When the next task may start, epoch milliseconds; 0: at once. */
  notBefore(service: EcsService): number {
    return this.#failures.get(service)?.notBefore ?? 0;
  }
}
