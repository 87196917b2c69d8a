import type { Load, TargetGroup } from './elbv2/target-group.ts';
import type { DropReason, ServiceFacts } from './world/tally.ts';
import type { World } from './world/world.ts';

export type TrafficOptions = {
  readonly world: World;
  readonly group: TargetGroup;
  /** where requests are counted */
  readonly facts: ServiceFacts;
  readonly requestsPerSecond: number;
  /** mean duration of a request, milliseconds; each draws 0.5 to 1.5 times that */
  readonly requestMs: number;
};

const reportEveryMs = 1_000;

/**
 * Open-loop traffic on one target group: requests come at their own pace, whether or not anything answers them, and
 * are dealt out in turn over the routable targets. Nothing is scheduled per request: all arrivals since the last
 * change are made up in one go before the next one, so that 100,000 requests cost well under a second.
 */
export class Traffic implements Load {
  readonly #options: TrafficOptions;
  readonly #entity: string;
  readonly #startMs: number;
  readonly #unreported = new Map<DropReason, number>();
  readonly origin: TargetGroup;
  #group: TargetGroup;
  #count = 0;
  #turn = 0;

  constructor(options: TrafficOptions) {
    this.#options = options;
    this.#entity = `${options.world.region}/${options.group.options.name}`;
    this.#startMs = options.world.now();
    this.origin = options.group;
    this.#group = options.group;
    options.group.load = this;
    this.#reportLater();
  }

  /** Lets every request arrive that was due by now, routed as things stand. */
  advance(): void {
    const now = this.#options.world.now();
    for (let at = this.#arrival(this.#count); at <= now; at = this.#arrival(this.#count)) {
      this.#route(at);
      this.#count += 1;
    }
  }

  /** Requests go to another target group from now on: a listener's rule was changed. */
  moveTo(group: TargetGroup): void {
    this.advance();
    this.#group.load = undefined;
    this.#group = group;
    group.load = this;
  }

  /** Counts requests that got no answer. */
  drop(reason: DropReason, count: number): void {
    if (count === 0) return;
    const { requestsDropped } = this.#options.facts;
    requestsDropped[reason] = (requestsDropped[reason] ?? 0) + count;
    this.#unreported.set(reason, (this.#unreported.get(reason) ?? 0) + count);
  }

  #route(at: number): void {
    const { facts, requestMs, world } = this.#options;
    const group = this.#group;
    facts.requestsSent += 1;
    const receivers = group.receivers();
    const target = receivers[this.#turn % receivers.length];
    this.#turn += 1;
    if (!target) this.drop('no-healthy-target', 1);
    else if (target.backend.process !== 'serving') this.drop('target-stopping', 1);
    else {
      const spread = 0.5 + world.random('request', this.#entity, this.#count);
      target.inFlight.add(at, at + requestMs * spread);
    }
  }

  // One request in each slot of 1/rate seconds, at a drawn point of it.
  #arrival(n: number): number {
    const slotMs = 1_000 / this.#options.requestsPerSecond;
    return this.#startMs + (n + this.#options.world.random('arrival', this.#entity, n)) * slotMs;
  }

  #reportLater(): void {
    const { world, facts } = this.#options;
    world.clock.after(reportEveryMs, () => {
      this.advance();
      for (const [reason, count] of this.#unreported) {
        world.journal({
          kind: 'requests-dropped',
          subject: facts.service,
          text: `${count} requests to ${facts.service} dropped: ${reason}`,
          data: { reason, count },
        });
      }
      this.#unreported.clear();
      this.#reportLater();
    });
  }
}
