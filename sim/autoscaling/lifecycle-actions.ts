import { AwsError } from '../service.ts';
import type { World } from '../world/world.ts';
import type { Group, GroupInstance, HookTransition, LifecycleHook } from './group.ts';

/** An action ends after 100 heartbeat timeouts or 48 hours at the latest (PutLifecycleHook). */
const longestMs = 172_800_000;
const mostHeartbeats = 100;

export type HookResult = 'CONTINUE' | 'ABANDON';

/** What an instance waits for: all the hooks of one transition. */
type Wait = {
  readonly group: Group;
  readonly instance: GroupInstance;
  readonly transition: HookTransition;
  /** @param why in AWS's words, for ABANDON */
  readonly done: (result: HookResult, why: string) => void;
};

type Action = {
  readonly token: string;
  readonly wait: Wait;
  readonly hook: LifecycleHook;
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
 * Lifecycle hooks: an instance waits in Pending:Wait or Terminating:Wait until each hook of the transition is completed
 * or times out. The hooks run side by side; an ABANDON skips the others.
 * https://docs.aws.amazon.com/autoscaling/ec2/userguide/lifecycle-hooks-overview.html
 */
export class LifecycleActions {
  readonly #world: World;
  readonly #opened: (hook: LifecycleHook, group: Group, instance: GroupInstance) => void;
  /** open actions by instance id */
  readonly #actions = new Map<string, Action[]>();

  /** @param opened hears of every action that begins */
  constructor(world: World, opened: (hook: LifecycleHook, group: Group, instance: GroupInstance) => void) {
    this.#world = world;
    this.#opened = opened;
  }

  /** Lets an instance wait for the hooks of a transition; `done` comes at once when there are none. */
  open(wait: Wait): void {
    const { group, instance, transition, done } = wait;
    const hooks = [...group.hooks.values()].filter((hook) => transitionOf(hook) === transition);
    if (hooks.length === 0) {
      done('CONTINUE', '');
      return;
    }
    instance.lifecycleState = transition === 'autoscaling:EC2_INSTANCE_LAUNCHING' ? 'Pending:Wait' : 'Terminating:Wait';
    const actions = hooks.map((hook) => this.#begin(wait, hook));
    this.#actions.set(instance.ec2.id, actions);
    for (const { hook } of actions) this.#opened(hook, group, instance);
  }

  /** RecordLifecycleActionHeartbeat: the timeout begins anew. @throws AwsError ValidationError */
  heartbeat(reference: ActionReference): void {
    this.#restartTimeout(this.#find(reference));
  }

  /** CompleteLifecycleAction: CONTINUE ends this hook, ABANDON all of them. @throws AwsError ValidationError */
  complete(reference: ActionReference, result: HookResult): void {
    this.#complete(this.#find(reference), result);
  }

  /** Completes an action that may have timed out in the meantime. */
  completeIfOpen(reference: ActionReference): void {
    const action = this.#search(reference);
    if (action) this.#complete(action, 'CONTINUE');
  }

  /** The instance is gone, or goes another way: nothing waits any more. */
  drop(instanceId: string): void {
    for (const action of this.#actions.get(instanceId) ?? []) action.cancelTimeout();
    this.#actions.delete(instanceId);
  }

  #begin(wait: Wait, hook: LifecycleHook): Action {
    const { group, instance, transition } = wait;
    const longest = Math.min(longestMs, mostHeartbeats * hook.heartbeatTimeoutSeconds * 1_000);
    const token = this.#world.ids.uuid('lifecycle-action');
    const latestEnd = this.#world.now() + longest;
    const action: Action = { token, wait, hook, latestEnd, cancelTimeout: () => undefined };
    this.#restartTimeout(action);
    const launching = transition === 'autoscaling:EC2_INSTANCE_LAUNCHING';
    this.#world.journal({
      kind: 'hook-opened',
      subject: instance.ec2.id,
      text: `${group.name} wants ${instance.ec2.id} to ${launching ? 'start' : 'end'} and waits for ${hook.name}`,
      data: { hook: hook.name, group: group.name },
    });
    announce(this.#world, action);
    return action;
  }

  #restartTimeout(action: Action): void {
    action.cancelTimeout();
    const { hook } = action;
    const at = Math.min(this.#world.now() + hook.heartbeatTimeoutSeconds * 1_000, action.latestEnd);
    action.cancelTimeout = this.#world.clock.at(at, () =>
      this.#complete(action, hook.defaultResult ?? 'CONTINUE', 'Heartbeat Timeout'),
    );
  }

  #complete(action: Action, result: HookResult, how = `Lifecycle Action Completed with ${result} Result`): void {
    const { hook, wait } = action;
    const { id } = wait.instance.ec2;
    const launching = wait.transition === 'autoscaling:EC2_INSTANCE_LAUNCHING';
    this.#world.journal({
      kind: 'hook-completed',
      subject: id,
      text: `${hook.name} lets ${id} ${launching ? 'start' : 'end'} (${result})`,
      data: { hook: hook.name, group: wait.group.name, result },
    });
    action.cancelTimeout();
    const others = (this.#actions.get(id) ?? []).filter((other) => other !== action);
    this.#actions.set(id, others);
    if (result === 'CONTINUE' && others.length > 0) return;
    this.drop(id);
    wait.done(result, `Lifecycle Action with token ${action.token} was abandoned: ${how}`);
  }

  #find(reference: ActionReference): Action {
    const found = this.#search(reference);
    if (found) return found;
    const { instanceId, token } = reference;
    const subject = token === undefined ? `instance ID ${instanceId}` : `token ${token}`;
    throw new AwsError('ValidationError', `No active Lifecycle Action found with ${subject}`);
  }

  #search({ groupName, hookName, instanceId, token }: ActionReference): Action | undefined {
    const ofInstance = instanceId === undefined ? [...this.#actions.values()].flat() : this.#actions.get(instanceId);
    return ofInstance?.find(
      (action) =>
        action.wait.group.name === groupName &&
        action.hook.name === hookName &&
        (token === undefined ? instanceId !== undefined : action.token === token),
    );
  }
}

export const transitionOf = (hook: LifecycleHook): HookTransition =>
  hook.transition ?? 'autoscaling:EC2_INSTANCE_TERMINATING';

/** https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-event-reference.html */
const announce = (world: World, { token, wait, hook }: Action): void => {
  const launching = wait.transition === 'autoscaling:EC2_INSTANCE_LAUNCHING';
  const metadata = hook.notificationMetadata === undefined ? {} : { NotificationMetadata: hook.notificationMetadata };
  world.emit({
    source: 'aws.autoscaling',
    'detail-type': `EC2 Instance-${launching ? 'launch' : 'terminate'} Lifecycle Action`,
    resources: [wait.group.arn],
    detail: {
      LifecycleActionToken: token,
      AutoScalingGroupName: wait.group.name,
      LifecycleHookName: hook.name,
      EC2InstanceId: wait.instance.ec2.id,
      LifecycleTransition: wait.transition,
      Origin: launching ? 'EC2' : 'AutoScalingGroup',
      Destination: launching ? 'AutoScalingGroup' : 'EC2',
      ...metadata,
    },
  });
};
