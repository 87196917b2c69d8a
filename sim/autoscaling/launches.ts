import { type Fleet, isUp } from '../ec2/fleet.ts';
import type { Ec2Instance, Pool } from '../ec2/instance.ts';
import { AwsError } from '../service.ts';
import type { World } from '../world/world.ts';
import { beginActivity, launchCancelled, launchFailed, launchSucceeded } from './activities.ts';
import { poolsInOrder } from './allocation.ts';
import { type Group, type GroupInstance, type LaunchPool, launchTags, stay } from './group.ts';
import { distributionOf, resolvedTemplate } from './launch-plan.ts';
import type { LifecycleActions } from './lifecycle-actions.ts';

export type LaunchRequest = {
  readonly spot: boolean;
  /** default all zones of the group */
  readonly zones?: readonly string[];
  /** default: as the group's strategy says */
  readonly pool?: Pool;
};

export type LaunchFailure = { readonly pool: Pool; readonly code: string; readonly message: string };

type Parts = {
  readonly fleet: Fleet;
  readonly actions: LifecycleActions;
  /** the ECS agent of an instance (if any) is up */
  readonly booted: (ec2: Ec2Instance, group: Group) => void;
  readonly inService: (group: Group, instance: GroupInstance) => void;
  readonly abandoned: (group: Group, instance: GroupInstance) => void;
};

/** Launches of Auto Scaling groups: the choice of the pool, the launch hooks, and what is told about them. */
export class Launches {
  readonly #world: World;
  readonly #parts: Parts;

  constructor(world: World, parts: Parts) {
    this.#world = world;
    this.#parts = parts;
  }

  /** An instance that has been running in the group since long ago. @throws Error when no pool has capacity */
  settled(group: Group, request: LaunchRequest): GroupInstance {
    const found = this.#start(group, request, true);
    if ('code' in found) throw new Error(`no pool of ${group.name} has capacity: ${found.message}`);
    found.lifecycleState = 'InService';
    this.#parts.booted(found.ec2, group);
    return found;
  }

  /** Launches one instance, or says what EC2 answered to the last of the pools tried; that is told as an activity. */
  launch(group: Group, request: LaunchRequest, cause: string): GroupInstance | LaunchFailure {
    const found = this.#start(group, request, false);
    if ('code' in found) {
      const message = statusMessage(group, request.spot, found);
      launchFailed(this.#world, group, { pool: found.pool, cause, message });
      return found;
    }
    const { id, zone, type } = found.ec2;
    this.#world.journal({
      kind: 'instance-launched',
      subject: id,
      text: `${group.name} launches ${id} (${type} in ${zone})`,
      data: { group: group.name, type, zone },
    });
    found.activity = beginActivity(this.#world, group, {
      cause,
      description: `Launching a new EC2 instance: ${id}`,
      zone,
    });
    this.#boot(group, found);
    return found;
  }

  #start(group: Group, request: LaunchRequest, settled: boolean): GroupInstance | LaunchFailure {
    const { fleet } = this.#parts;
    const tried: LaunchFailure[] = [];
    const { pool: only } = request;
    for (const pool of poolsInOrder(group, { fleet, ...request })) {
      if (only && (pool.type !== only.type || pool.zone !== only.zone)) continue;
      try {
        const ec2 = fleet.launch({ ...launchOf(group, pool, request.spot), settled });
        return this.#join(group, ec2, pool);
      } catch (error) {
        if (!(error instanceof AwsError)) throw error;
        tried.push({ pool, code: error.code, message: error.message });
      }
    }
    return failureOf(group, tried, request.spot);
  }

  #join(group: Group, ec2: Ec2Instance, pool: LaunchPool): GroupInstance {
    const instance: GroupInstance = {
      ec2,
      weight: pool.weight,
      template: pool.template && resolvedTemplate(pool.template, this.#parts.fleet),
      lifecycleState: 'Pending',
      stays: false,
      protected: group.settings.NewInstancesProtectedFromScaleIn,
      healthy: true,
      replaces: undefined,
      activity: undefined,
    };
    group.instances.set(ec2.id, instance);
    stay(group, instance);
    return instance;
  }

  #boot(group: Group, instance: GroupInstance): void {
    const world = this.#world;
    const { ec2 } = instance;
    world.clock.after(world.delay('in-service', ec2.id, [10_000, 20_000]), () => this.#passHooks(group, instance));
    world.clock.after(Math.floor(group.bootMs * (0.8 + 0.4 * world.random('boot', ec2.id))), () => {
      if (isUp(ec2)) this.#parts.booted(ec2, group);
    });
  }

  #passHooks(group: Group, instance: GroupInstance): void {
    const { ec2 } = instance;
    if (instance.lifecycleState !== 'Pending' || !isUp(ec2)) return;
    this.#parts.actions.open({
      group,
      instance,
      transition: 'autoscaling:EC2_INSTANCE_LAUNCHING',
      done: (result, why) => {
        if (!isUp(ec2)) return;
        if (result === 'ABANDON') {
          cancelLaunch(this.#world, group, instance, `Instance failed to complete user's Lifecycle Action: ${why}`);
          this.#parts.abandoned(group, instance);
          return;
        }
        instance.lifecycleState = 'InService';
        const { activity } = instance;
        if (activity) launchSucceeded(this.#world, group, { activity, instance });
        this.#parts.inService(group, instance);
      },
    });
  }
}

const launchOf = (group: Group, pool: LaunchPool, spot: boolean) => {
  const { SpotMaxPrice: maxPrice } = distributionOf(group);
  return {
    type: pool.type,
    zone: pool.zone,
    spot,
    tags: launchTags(group),
    ...(pool.imageId === undefined ? {} : { imageId: pool.imageId }),
    ...(spot && maxPrice !== undefined ? { maxPrice: Number(maxPrice) } : {}),
  };
};

const noCapacity = 'InsufficientInstanceCapacity';

// A Spot request over several pools that all lack capacity fails as a whole; otherwise the last answer counts.
const failureOf = (group: Group, tried: readonly LaunchFailure[], spot: boolean): LaunchFailure => {
  const last = tried.at(-1);
  if (!last) {
    const message = 'The requested configuration is currently not supported. Please check the documentation.';
    return { pool: { type: '', zone: group.zones[0] ?? '' }, code: 'Unsupported', message };
  }
  const other = tried.find(({ code }) => code !== noCapacity);
  if (other) return other;
  if (!spot || !group.policy || new Set(tried.map(({ pool }) => pool.type)).size === 1) return last;
  const message =
    'Unable to fulfill capacity due to your request configuration. Please adjust your request and try again.';
  return { pool: last.pool, code: 'UnfulfillableCapacity', message };
};

// https://docs.aws.amazon.com/autoscaling/ec2/userguide/ts-as-capacity.html
const statusMessage = ({ policy }: Group, spot: boolean, { code, message }: LaunchFailure): string => {
  const sentence = message.endsWith('.') ? message : `${message}.`;
  const prefix = policy ? `Could not launch ${spot ? 'Spot' : 'On-Demand'} Instances. ${code} - ` : '';
  return `${prefix}${sentence} Launching EC2 instance failed.`;
};

/** Ends the activity of a launch that never came into service; without one that is open it does nothing. */
export const cancelLaunch = (world: World, group: Group, instance: GroupInstance, why: string): void => {
  const { activity } = instance;
  if (activity && activity.endedAt === undefined) launchCancelled(world, group, { activity, instance, why });
};
