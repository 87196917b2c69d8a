import type { FleetListener } from '../ec2/fleet.ts';
import type { Ec2Instance } from '../ec2/instance.ts';
import { onDemandPrice } from '../ec2/prices.ts';
import type { ContainerInstance, Task } from '../ecs/model.ts';
import type { TaskWatcher } from '../world/ecs.ts';
import type { Region } from '../world/region.ts';
import { type Bill, type Capacity, type Charge, idle, Shares } from './bill.ts';
import { fargateCharge } from './fargate-charge.ts';
import { HostUse } from './host-use.ts';
import { hours, instanceSpan, isFree, type PriceStep, type Span, usdFor, within } from './rules.ts';

/** An instance on the bill. */
type Host = {
  readonly ec2: Ec2Instance;
  readonly runningAt: number;
  endedAt: number | undefined;
  /** EC2 interrupted it */
  byEc2: boolean;
  cluster: string | undefined;
  readonly use: HostUse;
};

/**
 * The exact bill of a region, kept from what happens in it and not from what its API tells. It knows everything from
 * the instant on at which it was made. A change of a pool's prices by hand counts for the past, too.
 */
export class RegionBill implements FleetListener, TaskWatcher {
  /** What was before is not on it; epoch milliseconds. */
  readonly since: number;
  readonly #region: Region;
  readonly #now: () => number;
  readonly #hosts = new Map<string, Host>();
  readonly #stoppedOnFargate: Task[] = [];

  constructor(region: Region, now: () => number) {
    this.#region = region;
    this.#now = now;
    this.since = now();
    const { fleet, ecs } = region.parts;
    for (const ec2 of fleet.instances.values()) if (ec2.state === 'running') this.running(ec2);
    for (const instance of ecs.instances.byEc2Id.values())
      for (const task of instance.tasks.values()) this.placed(task, instance);
    fleet.listeners.push(this);
    ecs.watchers.push(this);
  }

  running(ec2: Ec2Instance): void {
    const now = this.#now();
    const runningAt = now === this.since ? ec2.launchedAt : now;
    const use = new HostUse(now);
    this.#hosts.set(ec2.id, { ec2, runningAt, endedAt: undefined, byEc2: false, cluster: undefined, use });
  }

  lost(ec2: Ec2Instance): void {
    const host = this.#hosts.get(ec2.id);
    if (!host || host.endedAt !== undefined) return;
    host.cluster = this.#clusterOf(host);
    host.endedAt = this.#now();
    host.byEc2 = ec2.stateReason?.code.startsWith('Server.Spot') ?? false;
  }

  placed(task: Task, instance: ContainerInstance): void {
    const { cpu, memory } = task.definition;
    const size = { id: task.id, consumer: consumerOf(task), cpu, memory };
    this.#hosts.get(instance.ec2InstanceId)?.use.place(size, instance, this.#now());
  }

  stopped(task: Task): void {
    if (task.launchType === 'FARGATE') this.#stoppedOnFargate.push(task);
    else this.#hosts.get(task.instance?.ec2InstanceId ?? '')?.use.leave(task.id, this.#now());
  }

  /** What ran from `from` to before `to` as far as that is past, epoch milliseconds. @throws Error for a time before it */
  between(from: number, to: number): Bill {
    if (from < this.since) {
      const [asked, since] = [from, this.since].map((at) => new Date(at).toISOString());
      throw new Error(`the bill of ${this.#region.name} is kept from ${since} on; asked is ${asked}`);
    }
    const time = { from, to: Math.min(to, this.#now()) };
    const shares = new Shares();
    const onHosts = [...this.#hosts.values()].flatMap((host) => this.#charge(host, time, shares) ?? []);
    const tasks = [...this.#stoppedOnFargate, ...this.#region.parts.ecs.fargate.tasks.values()];
    const onFargate = [...new Set(tasks)].flatMap((task) => {
      const charge = fargateCharge(task, time, this.#now());
      if (charge) shares.add({ ...charge, consumer: consumerOf(task) });
      return charge ?? [];
    });
    const charges = [...onHosts, ...onFargate];
    const usd = charges.reduce((sum, charge) => sum + charge.usd, 0);
    return { ...time, region: this.#region.name, charges, shares: shares.lines, usd };
  }

  #charge(host: Host, time: Span, shares: Shares): Charge | undefined {
    const { ec2, runningAt, endedAt, byEc2, use } = host;
    const { id, type, zone, launchedAt } = ec2;
    const billed = within(instanceSpan(runningAt, endedAt ?? this.#now()), time);
    if (!billed) return undefined;
    const capacity: Capacity = ec2.spot ? 'spot' : 'on-demand';
    const cluster = this.#clusterOf(host);
    const free = ec2.spot !== undefined && endedAt !== undefined && isFree({ launchedAt, endedAt, byEc2 });
    const steps = free ? [] : this.#steps(ec2, billed);
    const usd = usdFor(steps, billed);
    let used = 0;
    for (const stretch of use.until(endedAt ?? this.#now())) {
      const part = within(stretch, billed);
      const whole = part ? usdFor(steps, part) : 0;
      if (whole === 0) continue;
      for (const [consumer, share] of stretch.shares) {
        shares.add({ cluster, consumer, capacity, usd: whole * share });
        used += whole * share;
      }
    }
    shares.add({ cluster, consumer: idle, capacity, usd: usd - used });
    const seconds = (billed.to - billed.from) / 1_000;
    const usages = [{ type: `${ec2.spot ? 'SpotUsage' : 'BoxUsage'}:${type}`, hours: free ? 0 : hours(billed), usd }];
    return { id, capacity, cluster, type, zone, seconds, free, usd, usages };
  }

  #steps(ec2: Ec2Instance, { from, to }: Span): readonly PriceStep[] {
    if (ec2.spot) return this.#region.parts.fleet.market.priceChanges(ec2, from, to);
    return [{ atMs: from, price: onDemandPrice(ec2.type) }];
  }

  #clusterOf({ ec2, cluster }: Host): string | undefined {
    return cluster ?? this.#region.parts.ecs.instances.byEc2Id.get(ec2.id)?.cluster.name;
  }
}

const consumerOf = ({ service, definition }: Task): string =>
  service ? `service:${service.name}` : `family:${definition.family}`;
