import { type Fleet, isUp } from '../ec2/fleet.ts';
import type { World } from '../world/world.ts';
import { beginActivity, terminateFailed, terminateSucceeded } from './activities.ts';
import type { Activity } from './activity.ts';
import { type Group, type GroupInstance, leave } from './group.ts';
import { cancelLaunch } from './launches.ts';
import type { LifecycleActions } from './lifecycle-actions.ts';

/** How long until Auto Scaling tries again to terminate an instance; AWS does not say. */
const againMs = 60_000;

/** Ends of instances of Auto Scaling groups: the termination hooks, and what is told about them. */
export class Terminations {
  readonly #world: World;
  readonly #fleet: Fleet;
  readonly #actions: LifecycleActions;
  /** by instance id, why EC2 will not terminate it the next time */
  readonly #refusals = new Map<string, string>();

  constructor(world: World, parts: { readonly fleet: Fleet; readonly actions: LifecycleActions }) {
    this.#world = world;
    this.#fleet = parts.fleet;
    this.#actions = parts.actions;
  }

  /** Begins the end of an instance, through its group's hooks. One that is ending already just goes on. */
  begin(group: Group, instance: GroupInstance, cause: string): Activity {
    const { ec2 } = instance;
    if (instance.activity && instance.lifecycleState.startsWith('Terminating')) return instance.activity;
    leave(group, instance);
    const activity = this.#activity(group, instance, cause);
    this.#actions.drop(ec2.id);
    instance.lifecycleState = 'Terminating';
    this.#actions.open({
      group,
      instance,
      transition: 'autoscaling:EC2_INSTANCE_TERMINATING',
      done: () => {
        instance.lifecycleState = 'Terminating:Proceed';
        this.#terminate(group, instance);
      },
    });
    return activity;
  }

  /** The next call that terminates the instance fails; Auto Scaling then tries again. */
  refuseNext(instanceId: string, why: string): void {
    this.#refusals.set(instanceId, why);
  }

  #terminate(group: Group, instance: GroupInstance): void {
    const { ec2, activity } = instance;
    if (!isUp(ec2)) return;
    const why = this.#refusals.get(ec2.id);
    if (why === undefined || !activity) {
      this.#fleet.terminate(ec2.id);
      return;
    }
    this.#refusals.delete(ec2.id);
    terminateFailed(this.#world, group, { activity, instance, why });
    this.#world.clock.after(againMs, () => {
      if (!isUp(ec2)) return;
      this.#activity(group, instance, 'an instance was taken out of service after its termination had failed.');
      this.#terminate(group, instance);
    });
  }

  /** The machine is gone; the instance is no longer in the group. */
  ended(group: Group, instance: GroupInstance): void {
    const { ec2 } = instance;
    this.#actions.drop(ec2.id);
    leave(group, instance);
    const ending = instance.lifecycleState.startsWith('Terminating');
    const cause =
      'an instance was taken out of service in response to an EC2 health check indicating it has been terminated or stopped.';
    const reason = ec2.stateReason?.message ?? '';
    if (!ending) {
      cancelLaunch(
        this.#world,
        group,
        instance,
        `Instance became unhealthy while waiting for instance to be in InService state. Termination Reason: ${reason}`,
      );
    }
    const activity = ending && instance.activity ? instance.activity : this.#activity(group, instance, cause);
    group.instances.delete(ec2.id);
    terminateSucceeded(this.#world, group, { activity, instance });
  }

  #activity(group: Group, instance: GroupInstance, cause: string): Activity {
    const { id, zone } = instance.ec2;
    const at = new Date(this.#world.now()).toISOString();
    instance.activity = beginActivity(this.#world, group, {
      cause: `At ${at} ${cause}`,
      description: `Terminating EC2 instance: ${id}`,
      zone,
    });
    return instance.activity;
  }
}
