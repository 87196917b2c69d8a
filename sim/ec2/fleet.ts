import { AwsError } from '../service.ts';
import type { World } from '../world/world.ts';
import type { Ec2Instance, InstanceState, Pool, SpotAction } from './instance.ts';
import { sizeOf } from './instance.ts';

/** A Spot Instance gets its notice two minutes before EC2 takes it, https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/spot-instance-termination-notices.html */
export const noticeMs = 120_000;

/** A terminated instance stays visible for about an hour, https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/terminating-instances.html */
const visibleAfterEndMs = 3_600_000;

/** What other services of the region hear about instances, at the instant it happens. */
export type FleetListener = {
  /** EC2 has said that it will take the instance at `instance.reclaimAt` */
  noticed?(instance: Ec2Instance, action: SpotAction): void;
  /** the machine goes down now: everything on it dies */
  lost?(instance: Ec2Instance): void;
  /** `terminated` or `stopped` is reached */
  ended?(instance: Ec2Instance): void;
};

export type LaunchOptions = Pool & {
  readonly spot: boolean;
  readonly tags?: Readonly<Record<string, string>>;
  /** true: it has been running since long before now */
  readonly settled?: boolean;
};

type End = {
  readonly going: InstanceState;
  readonly gone: InstanceState;
  readonly reason: string;
  readonly text: string;
};

const reclaimed: Readonly<Record<SpotAction, End>> = {
  terminate: {
    going: 'shutting-down',
    gone: 'terminated',
    reason: 'Server.SpotInstanceTermination',
    text: 'Spot instance termination',
  },
  stop: {
    going: 'stopping',
    gone: 'stopped',
    reason: 'Server.SpotInstanceShutdown',
    text: 'The instance was stopped due to a Spot Instance interruption',
  },
  hibernate: {
    going: 'stopping',
    gone: 'stopped',
    reason: 'Server.SpotInstanceShutdown',
    text: 'The instance was hibernated due to a Spot Instance interruption',
  },
};

/** The EC2 instances of one region: launch, interruption, end, and the events of each. */
export class Fleet {
  readonly instances = new Map<string, Ec2Instance>();
  readonly listeners: FleetListener[] = [];
  readonly #world: World;
  readonly #dry = new Set<string>();

  constructor(world: World) {
    this.#world = world;
  }

  /** Is there Spot capacity for one more instance of this pool? */
  available(pool: Pool): boolean {
    return !this.#dry.has(poolKey(pool));
  }

  /** Opens or closes a Spot pool for launches; running instances stay. */
  setAvailable(pool: Pool, available: boolean): void {
    if (available) this.#dry.delete(poolKey(pool));
    else this.#dry.add(poolKey(pool));
  }

  /** @throws AwsError InsufficientInstanceCapacity when the Spot pool is dry; Error for an unknown instance type */
  launch(options: LaunchOptions): Ec2Instance {
    const world = this.#world;
    sizeOf(options.type);
    if (options.spot && !this.available(options)) {
      const message = 'There is no Spot capacity available that matches your request.';
      throw new AwsError('InsufficientInstanceCapacity', message, 500);
    }
    const now = world.now();
    const sequence = world.ids.next('instance');
    const id = `i-${world.ids.hex('i', 17)}`;
    // Hours, not seconds: a settled instance must not look as if it had been launched together with the scenario.
    const launchedAt = options.settled ? now - world.delay('age', id, [3_600_000, 36_000_000]) : now;
    const instance: Ec2Instance = {
      sequence,
      id,
      type: options.type,
      zone: options.zone,
      launchedAt,
      tags: options.tags ?? {},
      privateIp: `10.${128 + ((sequence >> 16) & 63)}.${(sequence >> 8) & 255}.${sequence & 255}`,
      spot: options.spot
        ? { id: `sir-${world.ids.hex('sir', 8)}`, state: 'active', statusCode: 'fulfilled', statusAt: launchedAt }
        : undefined,
      state: options.settled ? 'running' : 'pending',
      stateReason: undefined,
      reclaimAt: undefined,
    };
    this.instances.set(id, instance);
    if (options.settled) return instance;
    this.#announce(instance);
    world.clock.after(world.delay('pending', id, [4_000, 10_000]), () => {
      if (instance.state === 'pending') this.#enter(instance, 'running');
    });
    return instance;
  }

  /** @throws AwsError InvalidInstanceID.NotFound */
  find(id: string): Ec2Instance {
    const instance = this.instances.get(id);
    if (!instance) throw new AwsError('InvalidInstanceID.NotFound', `The instance ID '${id}' does not exist`);
    return instance;
  }

  /**
   * EC2 takes a Spot Instance back: with `notice` two minutes after saying so (a hibernation begins at once), without
   * it now. A second interruption of the same instance changes nothing.
   */
  interrupt(id: string, how: { readonly notice: boolean; readonly action: SpotAction }): void {
    const { clock } = this.#world;
    const instance = this.find(id);
    if (!instance.spot) throw new Error(`${id} is not a Spot Instance`);
    if (instance.reclaimAt !== undefined || !isUp(instance)) return;
    const hasTime = how.notice && how.action !== 'hibernate';
    instance.reclaimAt = clock.now() + (hasTime ? noticeMs : 0);
    if (how.notice) this.#warn(instance, how.action);
    const reclaim = () => this.#end(instance, reclaimed[how.action]);
    if (hasTime) clock.at(instance.reclaimAt, reclaim);
    else reclaim();
  }

  /** Sends a rebalance recommendation; nothing else happens to the instance. */
  recommendRebalance(id: string): void {
    const instance = this.find(id);
    this.#world.journal({
      kind: 'rebalance-recommendation',
      subject: id,
      text: `EC2 recommends to replace ${id} (${instance.type} in ${instance.zone})`,
      data: {},
    });
    this.#world.emit({
      source: 'aws.ec2',
      'detail-type': 'EC2 Instance Rebalance Recommendation',
      resources: [zonalArn(instance)],
      detail: { 'instance-id': id },
    });
  }

  /** TerminateInstances, also as Auto Scaling calls it. */
  terminate(id: string): void {
    this.#end(this.find(id), {
      going: 'shutting-down',
      gone: 'terminated',
      reason: 'Client.UserInitiatedShutdown',
      text: 'User initiated shutdown',
    });
  }

  /** EC2 stops the instance itself: its host is retired or maintained. */
  stop(id: string): void {
    const text = 'The instance was stopped for a scheduled change of its host';
    this.#end(this.find(id), { going: 'stopping', gone: 'stopped', reason: 'Server.ScheduledStop', text });
  }

  #warn(instance: Ec2Instance, action: SpotAction): void {
    const world = this.#world;
    if (instance.spot && action !== 'hibernate') {
      instance.spot.statusCode = action === 'stop' ? 'marked-for-stop' : 'marked-for-termination';
      instance.spot.statusAt = world.now();
    }
    world.journal({
      kind: 'notice',
      subject: instance.id,
      text: `EC2 will ${action} ${instance.id} (${instance.type} in ${instance.zone})`,
      data: { action, type: instance.type, zone: instance.zone },
    });
    world.emit({
      source: 'aws.ec2',
      'detail-type': 'EC2 Spot Instance Interruption Warning',
      resources: [zonalArn(instance)],
      detail: { 'instance-id': instance.id, 'instance-action': action },
    });
    for (const listener of this.listeners) listener.noticed?.(instance, action);
  }

  #end(instance: Ec2Instance, end: End): void {
    const world = this.#world;
    if (!isUp(instance)) return;
    instance.stateReason = { code: end.reason, message: `${end.reason}: ${end.text}` };
    if (instance.spot) {
      instance.spot.state = end.gone === 'stopped' ? 'disabled' : 'closed';
      instance.spot.statusCode = end.reason.startsWith('Server.Spot')
        ? `instance-${end.gone}-no-capacity`
        : 'instance-terminated-by-user';
      instance.spot.statusAt = world.now();
    }
    this.#enter(instance, end.going);
    world.journal({
      kind: end.reason.startsWith('Server.Spot') ? 'instance-reclaimed' : 'instance-terminated',
      subject: instance.id,
      text: `${instance.id} goes down: ${end.text}`,
      data: { reason: end.reason },
    });
    for (const listener of this.listeners) listener.lost?.(instance);
    world.clock.after(world.delay('ending', instance.id, [10_000, 40_000]), () => {
      this.#enter(instance, end.gone);
      for (const listener of this.listeners) listener.ended?.(instance);
      if (end.gone !== 'terminated') return;
      world.clock.after(visibleAfterEndMs, () => this.instances.delete(instance.id));
    });
  }

  #enter(instance: Ec2Instance, state: InstanceState): void {
    instance.state = state;
    this.#announce(instance);
  }

  #announce(instance: Ec2Instance): void {
    this.#world.emit({
      source: 'aws.ec2',
      'detail-type': 'EC2 Instance State-change Notification',
      resources: [this.#world.arn('ec2', `instance/${instance.id}`)],
      detail: { 'instance-id': instance.id, state: instance.state },
    });
  }
}

/** Is the machine up (or on its way up)? */
export const isUp = (instance: Ec2Instance): boolean => instance.state === 'pending' || instance.state === 'running';

// Real warnings carry the zone where the region belongs and no account; aws-node-termination-handler's samples show it.
const zonalArn = (instance: Ec2Instance): string => `arn:aws:ec2:${instance.zone}:instance/${instance.id}`;

const poolKey = (pool: Pool): string => `${pool.type}/${pool.zone}`;
