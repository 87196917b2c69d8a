import type { World } from '../../world/world.ts';
import type { Deployment, EcsService } from '../model.ts';

/** DescribeServices shows the latest hundred. */
const mostEvents = 100;

/** ECS leaves out a message that it gave already until its cause is resolved, or six hours have passed. */
const repeatAfterMs = 21_600_000;

export type ServiceAction =
  | { readonly name: 'SERVICE_STEADY_STATE' }
  | { readonly name: 'SERVICE_TASK_START_IMPAIRED' }
  | { readonly name: 'CAPACITY_PROVIDER_STEADY_STATE'; readonly capacityProviderArns: readonly string[] }
  | { readonly name: 'SERVICE_DESIRED_COUNT_UPDATED'; readonly desiredCount: number }
  | { readonly name: 'ECS_OPERATION_THROTTLED'; readonly reason: string }
  | {
      readonly name: 'SERVICE_TASK_PLACEMENT_FAILURE';
      readonly reason: string;
      readonly capacityProviderArns?: readonly string[];
      readonly containerInstanceArns?: readonly string[];
    };

const eventTypes: Readonly<Record<ServiceAction['name'], 'INFO' | 'WARN' | 'ERROR'>> = {
  SERVICE_STEADY_STATE: 'INFO',
  CAPACITY_PROVIDER_STEADY_STATE: 'INFO',
  SERVICE_DESIRED_COUNT_UPDATED: 'INFO',
  SERVICE_TASK_START_IMPAIRED: 'WARN',
  ECS_OPERATION_THROTTLED: 'ERROR',
  SERVICE_TASK_PLACEMENT_FAILURE: 'ERROR',
};

/**
 * What a service says: the messages that DescribeServices lists, and its EventBridge events.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-event-messages-list.html
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_service_events.html
 */
export class ServiceEvents {
  readonly #world: World;
  readonly #said = new Map<EcsService, Map<string, number>>();

  constructor(world: World) {
    this.#world = world;
  }

  /** A message such as `has reached a steady state.`; `(service X)` is put before it. A repeated one is left out. */
  say(service: EcsService, text: string): void {
    if (this.#world.quiet || !this.#isNew(service, text)) return;
    service.events.unshift({
      id: this.#world.ids.uuid('service-event'),
      createdAt: new Date(this.#world.now()),
      message: `(service ${service.name}) ${text}`,
    });
    service.events.splice(mostEvents);
  }

  /** What was wrong is resolved: its message may be given again. @param about how the message begins */
  resolved(service: EcsService, about: string): void {
    const said = this.#said.get(service);
    for (const text of said?.keys() ?? []) if (text.startsWith(about)) said?.delete(text);
  }

  /** Sends an ECS Service Action event; one that was sent already within six hours only when `always`. */
  act(service: EcsService, action: ServiceAction, { always = false } = {}): void {
    const { name, ...more } = action;
    if (this.#world.quiet) return;
    if (!always && !this.#isNew(service, `${name} ${JSON.stringify(more)}`)) return;
    this.#world.emit({
      source: 'aws.ecs',
      'detail-type': 'ECS Service Action',
      resources: [service.arn],
      detail: {
        eventType: eventTypes[name],
        eventName: name,
        clusterArn: service.cluster.arn,
        ...more,
        createdAt: new Date(this.#world.now()).toISOString(),
      },
    });
  }

  /** Sends an ECS Deployment State Change event. */
  deployment(service: EcsService, { id }: Deployment, state: 'IN_PROGRESS' | 'COMPLETED' | 'FAILED', reason: string) {
    this.#world.emit({
      source: 'aws.ecs',
      'detail-type': 'ECS Deployment State Change',
      resources: [service.arn],
      detail: {
        eventType: state === 'FAILED' ? 'ERROR' : 'INFO',
        eventName: `SERVICE_DEPLOYMENT_${state}`,
        deploymentId: id,
        updatedAt: new Date(this.#world.now()).toISOString(),
        reason,
      },
    });
  }

  #isNew(service: EcsService, key: string): boolean {
    const said = this.#said.get(service) ?? new Map<string, number>();
    this.#said.set(service, said);
    const before = said.get(key);
    if (before !== undefined && this.#world.now() - before < repeatAfterMs) return false;
    said.set(key, this.#world.now());
    return true;
  }
}
