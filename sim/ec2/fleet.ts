import { type CapacityOf, Market } from '../market/market.ts';
import { Reclaims } from '../market/reclaims.ts';
import type { CapacitySource } from '../market/source.ts';
import { AwsError } from '../service.ts';
import type { World } from '../world/world.ts';
import { interruptionWarned, rebalanceRecommended, spotRequestFulfilled, stateChanged } from './announce.ts';
import { byUser, type Ending, hostFailed, hostRetired, isReclaim, reclaimed, transitionReason } from './endings.ts';
import { imageFor } from './images.ts';
import type { Ec2Instance, InstanceState, Pool, SpotAction } from './instance.ts';
import { sizeOf } from './instance.ts';
import { checkLaunch, type LaunchRequest } from './launch-checks.ts';
import { LaunchTemplates } from './launch-templates.ts';
import { Network } from './network.ts';
import { VcpuQuotas } from './quotas.ts';

/** A Spot Instance gets its notice two minutes before EC2 takes it, https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/spot-instance-termination-notices.html */
export const noticeMs = 120_000;

/** A terminated instance stays visible for about an hour, https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/terminating-instances.html */
const visibleAfterEndMs = 3_600_000;

/** What other services of the region hear about instances, at the instant it happens. */
export type FleetListener = {
  /** it is `running` from now on, or has been since its launch, long before */
  running?(instance: Ec2Instance): void;
  /** EC2 has recommended to replace the instance */
  recommended?(instance: Ec2Instance): void;
  /** EC2 has said that it will take the instance at `instance.reclaimAt` */
  noticed?(instance: Ec2Instance, action: SpotAction): void;
  /** the machine goes down now: everything on it dies */
  lost?(instance: Ec2Instance): void;
  /** `terminated` or `stopped` is reached */
  ended?(instance: Ec2Instance): void;
};

export type LaunchOptions = LaunchRequest & {
  readonly tags?: Readonly<Record<string, string>>;
  /** true: it has been running since long before now */
  readonly settled?: boolean;
};

/** The EC2 instances of one region: launch, interruption, end, and the events of each. */
export class Fleet {
  readonly instances = new Map<string, Ec2Instance>();
  readonly listeners: FleetListener[] = [];
  readonly #world: World;
  readonly market: Market;
  readonly network: Network;
  readonly quotas = new VcpuQuotas();
  readonly templates: LaunchTemplates;
  readonly #reclaims: Reclaims;

  /** @param capacityOf how many Spot Instances each pool can hold over time; default any number */
  constructor(world: World, capacityOf?: CapacityOf) {
    this.#world = world;
    this.market = new Market(world, capacityOf);
    this.network = new Network(world);
    this.templates = new LaunchTemplates(world);
    this.#reclaims = new Reclaims(world, this.market, {
      recommend: ({ id }) => this.recommendRebalance(id),
      interrupt: ({ id }) => this.interrupt(id, { notice: true, action: 'terminate' }),
    });
  }

  /** Is there Spot capacity for one more instance of this pool? */
  available(pool: Pool): boolean {
    return this.market.headroom(pool) > 0;
  }

  /** Opens or closes a Spot pool for launches; running instances stay. */
  setAvailable(pool: Pool, available: boolean): void {
    this.market.setOpen(pool, available);
  }

  /** Is there On-Demand capacity in this pool? */
  availableOnDemand(pool: Pool): boolean {
    return this.market.hasOnDemand(pool) && this.market.offers(pool);
  }

  setOnDemandAvailable(pool: Pool, available: boolean): void {
    this.market.setOnDemand(pool, available);
  }

  /** Gives a pool another Spot capacity over time (counted from the account's beginning), in force at once. */
  setCapacity(pool: Pool, source: CapacitySource): void {
    this.#reclaims.change(pool, source);
  }

  /** @throws AwsError as RunInstances refuses (see checkLaunch); Error for an unknown instance type */
  launch(options: LaunchOptions): Ec2Instance {
    const world = this.#world;
    checkLaunch(options, this);
    const instance = this.#create(options);
    this.instances.set(instance.id, instance);
    this.quotas.count(instance.type, options.spot, 1);
    if (options.spot) {
      this.market.hold(instance);
      this.#reclaims.watch(instance);
    }
    if (options.settled) {
      this.#tellRunning(instance);
      return instance;
    }
    spotRequestFulfilled(world, instance);
    stateChanged(world, instance);
    world.clock.after(world.delay('pending', instance.id, [4_000, 10_000]), () => {
      if (instance.state !== 'pending') return;
      this.#enter(instance, 'running');
      this.#tellRunning(instance);
    });
    return instance;
  }

  #tellRunning(instance: Ec2Instance): void {
    for (const listener of this.listeners) listener.running?.(instance);
  }

  #create(options: LaunchOptions): Ec2Instance {
    const world = this.#world;
    const now = world.now();
    const sequence = world.ids.next('instance');
    const id = `i-${world.ids.hex('i', 17)}`;
    // Hours, not seconds: a settled instance must not look as if it had been launched together with the scenario.
    const launchedAt = options.settled ? now - world.delay('age', id, [3_600_000, 36_000_000]) : now;
    return {
      sequence,
      id,
      type: options.type,
      zone: options.zone,
      launchedAt,
      tags: { ...options.tags },
      imageId: options.imageId ?? imageFor(sizeOf(options.type).arch),
      privateIp: `10.${128 + ((sequence >> 16) & 63)}.${(sequence >> 8) & 255}.${sequence & 255}`,
      spot: options.spot
        ? {
            id: `sir-${world.ids.hex('sir', 8)}`,
            maxPrice: options.maxPrice,
            state: 'active',
            statusCode: 'fulfilled',
            statusAt: launchedAt,
          }
        : undefined,
      state: options.settled ? 'running' : 'pending',
      stateReason: undefined,
      transitionReason: '',
      reclaimAt: undefined,
    };
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
    this.market.release(instance);
    if (how.notice) this.#warn(instance, how.action);
    const reclaim = () => this.#end(instance, reclaimed[how.action]);
    if (hasTime) clock.at(instance.reclaimAt, reclaim);
    else reclaim();
  }

  /** Sends a rebalance recommendation; nothing else happens to the instance. */
  recommendRebalance(id: string): void {
    const instance = this.find(id);
    rebalanceRecommended(this.#world, instance);
    for (const listener of this.listeners) listener.recommended?.(instance);
  }

  /** TerminateInstances, also as Auto Scaling calls it. */
  terminate(id: string): void {
    this.#end(this.find(id), byUser);
  }

  /** The zone fails: its instances are gone at once, without a notice, and its pools refuse every launch. */
  loseZone(zone: string): void {
    this.market.setZone(zone, false);
    for (const instance of [...this.instances.values()]) if (instance.zone === zone) this.#end(instance, hostFailed);
  }

  /** The zone can be launched in again. */
  restoreZone(zone: string): void {
    this.market.setZone(zone, true);
  }

  /** EC2 stops the instance itself: its host is retired or maintained. */
  stop(id: string): void {
    this.#end(this.find(id), hostRetired);
  }

  #warn(instance: Ec2Instance, action: SpotAction): void {
    const world = this.#world;
    if (instance.spot && action !== 'hibernate') {
      instance.spot.statusCode = action === 'stop' ? 'marked-for-stop' : 'marked-for-termination';
      instance.spot.statusAt = world.now();
    }
    interruptionWarned(world, instance, action);
    for (const listener of this.listeners) listener.noticed?.(instance, action);
  }

  #end(instance: Ec2Instance, ending: Ending): void {
    const world = this.#world;
    if (!isUp(instance)) return;
    instance.stateReason = { code: ending.reason, message: `${ending.reason}: ${ending.text}` };
    instance.transitionReason = transitionReason(ending, world.now());
    this.quotas.count(instance.type, instance.spot !== undefined, -1);
    if (instance.spot) {
      this.market.release(instance);
      instance.spot.state = ending.gone === 'stopped' ? 'disabled' : 'closed';
      instance.spot.statusCode = ending.spotStatus;
      instance.spot.statusAt = world.now();
    }
    this.#enter(instance, ending.going);
    world.journal({
      kind: isReclaim(ending) ? 'instance-reclaimed' : 'instance-terminated',
      subject: instance.id,
      text: `${instance.id} goes down: ${ending.text}`,
      data: { reason: ending.reason },
    });
    for (const listener of this.listeners) listener.lost?.(instance);
    world.clock.after(world.delay('ending', instance.id, [10_000, 40_000]), () => {
      this.#enter(instance, ending.gone);
      for (const listener of this.listeners) listener.ended?.(instance);
      if (ending.gone !== 'terminated') return;
      world.clock.after(visibleAfterEndMs, () => this.instances.delete(instance.id));
    });
  }

  #enter(instance: Ec2Instance, state: InstanceState): void {
    instance.state = state;
    stateChanged(this.#world, instance);
  }
}

/** Is the machine up (or on its way up)? */
export const isUp = (instance: Ec2Instance): boolean => instance.state === 'pending' || instance.state === 'running';
