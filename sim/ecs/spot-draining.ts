import type { World } from '../world/world.ts';
import type { ContainerInstances } from './container-instances.ts';
import type { ContainerInstance } from './model.ts';

/** The agent asks the instance's metadata every second and then calls every second until it succeeds (amazon-ecs-agent, agent/app/agent.go). */
const agentPollMs = 1_000;

/** ECS's own draining hears of the notice through a managed rule; how soon is not documented. */
const managedDrainingMs = [2_000, 6_000] as const;

/** A managed hook ends when no task is left, 48 hours at the latest (managed-instance-draining.html). */
const managedCheckMs = 5_000;
const managedLongestMs = 172_800_000;

/** Calls UpdateContainerInstancesState as an agent does, through the account's throttling; true when it was accepted. */
export type AgentCall = (instance: ContainerInstance) => Promise<boolean>;

/** The two ways in which ECS drains a doomed instance by itself: the agent's, and the capacity provider's. */
export class SpotDraining {
  readonly #world: World;
  readonly #instances: ContainerInstances;
  readonly #agentCall: AgentCall;

  constructor(world: World, instances: ContainerInstances, agentCall: AgentCall) {
    this.#world = world;
    this.#instances = instances;
    this.#agentCall = agentCall;
  }

  /** The agent's draining, ECS_ENABLE_SPOT_INSTANCE_DRAINING: from its first poll after the notice. */
  agentDrains(instance: ContainerInstance): void {
    const firstPollMs = this.#world.delay('agent-poll', instance.arn, [0, agentPollMs]);
    this.#world.clock.after(firstPollMs, () => this.#attempt(instance));
  }

  /** Managed instance draining of a capacity provider; ECS makes no call that counts against the account. */
  managedDrains(instance: ContainerInstance): void {
    const delayMs = this.#world.delay('managed-draining', instance.arn, managedDrainingMs);
    this.#world.clock.after(delayMs, () => {
      if (instance.status === 'ACTIVE') this.#instances.setStatus(instance, 'DRAINING', 'managed instance draining');
    });
  }

  /** Drains for the managed termination hook and says when nothing runs there any more. */
  managedDrainsThen(instance: ContainerInstance, drained: () => void): void {
    const latest = this.#world.now() + managedLongestMs;
    const check = () => {
      if (instance.tasks.size === 0 || this.#world.now() >= latest) drained();
      else this.#world.clock.after(managedCheckMs, check);
    };
    this.managedDrains(instance);
    this.#world.clock.after(managedCheckMs, check);
  }

  #attempt(instance: ContainerInstance): void {
    if (!instance.agentConnected) return;
    const { clock } = this.#world;
    const outcome = this.#agentCall(instance).then((accepted) => {
      if (!accepted) clock.after(agentPollMs, () => this.#attempt(instance));
    });
    void clock.track(outcome);
  }
}
