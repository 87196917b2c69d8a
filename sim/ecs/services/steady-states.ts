import type { World } from '../../world/world.ts';
import { type EcsService, primary } from '../model.ts';
import type { ServiceEvents } from './service-events.ts';

const blockedText =
  'was unable to stop or start tasks during a deployment because of the service deployment configuration. Update the minimumHealthyPercent or maximumPercent value and try again.';

/**
 * Which services have all they want, and says so when one comes to it.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-event-messages-list.html
 */
export class SteadyStates {
  readonly #world: World;
  readonly #events: ServiceEvents;
  readonly #steady = new Set<EcsService>();

  constructor(world: World, events: ServiceEvents) {
    this.#world = world;
    this.#events = events;
  }

  /** A service has all its tasks, all healthy, and no other ones. */
  reach(service: EcsService): void {
    if (this.#steady.has(service)) return;
    this.#steady.add(service);
    this.#events.resolved(service, blockedText);
    this.#events.say(service, 'has reached a steady state.');
    this.#events.act(service, { name: 'SERVICE_STEADY_STATE' }, { always: true });
    const names = (primary(service).launch.strategy ?? []).map(({ capacityProvider }) => capacityProvider);
    if (names.length === 0) return;
    const capacityProviderArns = names.map((name) => this.#world.arn('ecs', `capacity-provider/${name}`));
    this.#events.act(service, { name: 'CAPACITY_PROVIDER_STEADY_STATE', capacityProviderArns }, { always: true });
  }

  /** All tasks of a service are healthy, some should be replaced, and none may be started or stopped. */
  blocked(service: EcsService): void {
    this.#events.say(service, blockedText);
  }

  /** A task of a service is missing, not healthy or too much. */
  leave(service: EcsService): void {
    if (this.#steady.delete(service)) this.#events.resolved(service, 'has reached a steady state.');
  }
}
