import type { Fleet } from '../ec2/fleet.ts';
import { AwsError } from '../service.ts';
import type { World } from '../world/world.ts';
import { lifecycleActionEvent } from './events.ts';
import type { Group, GroupInstance, TerminationHook } from './group.ts';

/** An action ends after 100 heartbeat timeouts or 48 hours at the latest (PutLifecycleHook). */
const longestMs = 172_800_000;
const mostHeartbeats = 100;

type Action = {
  readonly token: string;
  readonly group: Group;
  readonly instance: GroupInstance;
  readonly hook: TerminationHook;
  readonly latestEnd: number;
  cancelTimeout: () => void;
};

export type ActionReference = {
  readonly groupName: string | undefined;
  readonly hookName: string | undefined;
  readonly instanceId?: string | undefined;
  readonly token?: string | undefined;
};

/**
 * The termination lifecycle: an instance waits in Terminating:Wait until each of its hooks is completed or times out.
 * https://docs.aws.amazon.com/autoscaling/ec2/userguide/lifecycle-hooks-overview.html
 */
export class LifecycleActions {
  readonly #world: World;
  readonly #fleet: Fleet;
  readonly #opened: (hook: TerminationHook, group: Group, instance: GroupInstance) => void;
  readonly #actions = new Map<string, Action[]>();

  /** @param opened hears of every action that begins */
  constructor(
    world: World,
    fleet: Fleet,
    opened: (hook: TerminationHook, group: Group, instance: GroupInstance) => void,
  ) {
    this.#world = world;
    this.#fleet = fleet;
    this.#opened = opened;
  }

  /** Begins the end of an instance: through its group's hooks, or at once when there are none. */
  open(group: Group, instance: GroupInstance): void {
    const { id } = instance.ec2;
    instance.lifecycleState = 'Terminating:Wait';
    this.#actions.set(
      id,
      group.hooks.map((hook) => this.#begin({ group, instance, hook })),
    );
    for (const hook of group.hooks) this.#opened(hook, group, instance);
    this.#proceedWhenDone(instance);
  }

  /** RecordLifecycleActionHeartbeat: the timeout begins anew. @throws AwsError ValidationError */
  heartbeat(reference: ActionReference): void {
    this.#restartTimeout(this.#find(reference));
  }

  /** CompleteLifecycleAction: CONTINUE ends this hook, ABANDON all of them. @throws AwsError ValidationError */
  complete(reference: ActionReference, result: 'CONTINUE' | 'ABANDON'): void {
    const action = this.#find(reference);
    const { id } = action.instance.ec2;
    this.#world.journal({
      kind: 'hook-completed',
      subject: id,
      text: `${action.hook.name} lets ${id} end (${result})`,
      data: { hook: action.hook.name, group: action.group.name, result },
    });
    const others = (this.#actions.get(id) ?? []).filter((other) => other !== action);
    action.cancelTimeout();
    if (result === 'ABANDON') for (const other of others) other.cancelTimeout();
    this.#actions.set(id, result === 'ABANDON' ? [] : others);
    this.#proceedWhenDone(action.instance);
  }

  /** Completes an action that may have timed out in the meantime. */
  completeIfOpen(reference: ActionReference): void {
    if (this.#search(reference)) this.complete(reference, 'CONTINUE');
  }

  /** The instance is gone: nothing waits any more. */
  drop(instanceId: string): void {
    for (const action of this.#actions.get(instanceId) ?? []) action.cancelTimeout();
    this.#actions.delete(instanceId);
  }

  #begin(what: Pick<Action, 'group' | 'instance' | 'hook'>): Action {
    const { hook, group, instance } = what;
    const longest = Math.min(longestMs, mostHeartbeats * hook.heartbeatTimeoutSeconds * 1_000);
    const token = this.#world.ids.uuid('lifecycle-action');
    const latestEnd = this.#world.now() + longest;
    const action: Action = { token, ...what, latestEnd, cancelTimeout: () => undefined };
    this.#restartTimeout(action);
    this.#world.journal({
      kind: 'hook-opened',
      subject: instance.ec2.id,
      text: `${group.name} wants ${instance.ec2.id} to end and waits for ${hook.name}`,
      data: { hook: hook.name, group: group.name },
    });
    lifecycleActionEvent(this.#world, { token, group, hook, instanceId: instance.ec2.id });
    return action;
  }

  #restartTimeout(action: Action): void {
    action.cancelTimeout();
    const { hook, instance, group } = action;
    const at = Math.min(this.#world.now() + hook.heartbeatTimeoutSeconds * 1_000, action.latestEnd);
    const reference = { groupName: group.name, hookName: hook.name, instanceId: instance.ec2.id };
    action.cancelTimeout = this.#world.clock.at(at, () => this.complete(reference, 'CONTINUE'));
  }

  #proceedWhenDone(instance: GroupInstance): void {
    if ((this.#actions.get(instance.ec2.id) ?? []).length > 0) return;
    instance.lifecycleState = 'Terminating:Proceed';
    this.#fleet.terminate(instance.ec2.id);
  }

  #find(reference: ActionReference): Action {
    const found = this.#search(reference);
    if (found) return found;
    const { instanceId, token } = reference;
    const subject = token === undefined ? `instance ID ${instanceId}` : `token ${token}`;
    throw new AwsError('ValidationError', `No active Lifecycle Action found with ${subject}`);
  }

  #search({ groupName, hookName, instanceId, token }: ActionReference): Action | undefined {
    return [...this.#actions.values()]
      .flat()
      .find(
        (action) =>
          action.group.name === groupName &&
          action.hook.name === hookName &&
          (token === undefined ? action.instance.ec2.id === instanceId : action.token === token),
      );
  }
}
