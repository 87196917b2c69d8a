import type { World } from '../../world/world.ts';
import type { EcsService, Task } from '../model.ts';
import type { ServiceEvents } from './service-events.ts';

/** The wait doubles with each failure beyond the third, up to 27 minutes. */
const freeFailures = 3;
const firstWaitMs = 10_000;
const longestWaitMs = 1_620_000;

const impaired = 'is unable to consistently start tasks successfully.';

/**
 * Slows down a service whose tasks end again and again before they run. How fast the wait grows is not documented.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-throttle-logic.html
 */
export class StartThrottle {
  readonly #world: World;
  readonly #events: ServiceEvents;
  readonly #failures = new Map<EcsService, { count: number; notBefore: number }>();

  constructor(world: World, events: ServiceEvents) {
    this.#world = world;
    this.#events = events;
  }

  /** A task became healthy, failed its checks or ended. */
  count(service: EcsService, task: Task): void {
    if (task.startedAt !== undefined) this.reset(service);
    if (!neverRan(task)) return;
    const entry = this.#failures.get(service) ?? { count: 0, notBefore: 0 };
    this.#failures.set(service, entry);
    entry.count += 1;
    if (entry.count < freeFailures) return;
    entry.notBefore = this.#world.now() + Math.min(longestWaitMs, firstWaitMs * 2 ** (entry.count - freeFailures));
    if (entry.count > freeFailures) return;
    this.#events.say(service, impaired);
    this.#events.act(service, { name: 'SERVICE_TASK_START_IMPAIRED' });
  }

  /** A task ran, or the service was changed: it starts at full speed again. */
  reset(service: EcsService): void {
    if (!this.#failures.delete(service)) return;
    for (const about of [impaired, 'SERVICE_TASK_START_IMPAIRED']) this.#events.resolved(service, about);
  }

  /** Must the service wait before it starts another task? */
  holds(service: EcsService): boolean {
    return (this.#failures.get(service)?.notBefore ?? 0) > this.#world.now();
  }
}

/** Did a task go from PENDING to STOPPED? What ends after it was RUNNING does not slow its service down. */
const neverRan = ({ lastStatus, startedAt, stopCode }: Task): boolean =>
  lastStatus === 'STOPPED' && startedAt === undefined && stopCode === 'TaskFailedToStart';
