import type { Group } from '../autoscaling/group.ts';
import type { Ec2Instance, Pool } from '../ec2/instance.ts';
import type { Cluster, EcsService, Task } from '../ecs/model.ts';
import { hasRoom, Placement } from '../ecs/placement.ts';
import { TargetGroup } from '../elbv2/target-group.ts';
import { Traffic } from '../traffic.ts';
import { announceScheduledChange } from './maintenance.ts';
import type * as Options from './options.ts';
import type { RegionParts } from './parts.ts';
import { newCluster, newDefinition, newGroup, newService, targetGroupOptions } from './resources.ts';
import type { World } from './world.ts';

const defaultRetirementMs = 14 * 86_400_000;

/**
 * One region of the simulated account: the verbs that build it and let things happen in it. What is built before
 * virtual time runs is there at once: groups have their instances registered, `settle` gives every service its tasks.
 */
export class Region {
  readonly parts: RegionParts;
  readonly #world: World;
  readonly #traffic: Traffic[] = [];

  constructor(world: World, parts: RegionParts) {
    this.#world = world;
    this.parts = parts;
  }

  createCluster(options: Options.ClusterOptions): Cluster {
    const cluster = newCluster(this.#world, options);
    this.parts.ecs.state.clusters.set(cluster.name, cluster);
    return cluster;
  }

  createTargetGroup(options: Options.NewTargetGroup): TargetGroup {
    const group = new TargetGroup(this.#world, targetGroupOptions(options));
    this.parts.targetGroups.set(group.arn, group);
    return group;
  }

  /** A group whose `desired` instances are running and registered already. @throws Error when its pools are dry */
  createGroup(options: Options.GroupOptions): Group {
    const group = newGroup(this.#world, options);
    if (options.capacityProvider !== undefined) options.cluster?.capacityProviders.push(options.capacityProvider);
    this.#world.quietly(() => this.parts.autoScaling.add(group, options.found));
    return group;
  }

  /** An instance outside any group: running and registered already, or `booting`. */
  addInstance(options: Options.InstanceOptions): Ec2Instance {
    const { cluster, booting = false, bootMs = 30_000 } = options;
    const world = this.#world;
    const { type, zone, spot = true, tags = {} } = options;
    const ec2 = this.parts.fleet.launch({ type, zone, spot, tags, settled: !booting });
    if (!cluster) return ec2;
    const own = { agent: options.agentDrainsOnSpot ?? false, managed: options.managedDraining ?? false };
    const join = () => {
      if (ec2.state !== 'pending' && ec2.state !== 'running') return;
      const registration = { cluster, ec2, capacityProviderName: options.capacityProvider, settled: !booting };
      this.parts.ecs.join(registration, own);
    };
    if (booting) world.clock.after(bootMs, join);
    else world.quietly(join);
    return ec2;
  }

  /** A service with a task definition of its own; its tasks come with `settle`, or with the scheduler's next pass. */
  createService(options: Options.ServiceOptions): EcsService {
    const { targetGroup, requestsPerSecond = 0, requestMs = 200 } = options;
    const byInstance = targetGroup?.options.targetType === 'instance';
    const networkMode = options.networkMode ?? (byInstance ? 'bridge' : 'awsvpc');
    if (targetGroup && byInstance === (networkMode === 'awsvpc')) {
      throw new Error(`${networkMode} tasks cannot be targets of type ${targetGroup.options.targetType}`);
    }
    const definition = newDefinition(this.#world, options.family ?? options.name, { ...options, networkMode });
    const service = newService(this.#world, definition, options);
    this.parts.ecs.addService(service);
    this.parts.ecs.scheduler.poke(service);
    if (targetGroup && requestsPerSecond > 0) {
      const { facts } = service;
      this.#traffic.push(new Traffic({ world: this.#world, group: targetGroup, facts, requestsPerSecond, requestMs }));
    }
    return service;
  }

  /** A standalone task. @throws Error when it fits nowhere, or not on the instance asked for */
  runTask(options: Options.RunTaskOptions): Task {
    const { cluster, family, instanceId, group, startedBy, tags } = options;
    const { ecs } = this.parts;
    const definition = newDefinition(this.#world, family, options);
    const siblings = [...cluster.tasks.values()].filter((task) => task.definition.family === family);
    const wanted = instanceId === undefined ? undefined : ecs.instances.byEc2Id.get(instanceId);
    const instance = instanceId === undefined ? new Placement(cluster, definition, siblings).next() : wanted;
    if (!instance || !hasRoom(instance, definition)) throw new Error(`no room for ${family} in ${cluster.name}`);
    ecs.state.definitions.set(`${family}:${definition.revision}`, definition);
    return ecs.tasks.start({
      instance,
      definition,
      ...(group === undefined ? {} : { group }),
      ...(startedBy === undefined ? {} : { startedBy }),
      ...(tags === undefined ? {} : { tags }),
    });
  }

  /** Gives every service its tasks at this instant, RUNNING and healthy, without events: the world before the story. */
  settle(): void {
    const { state, scheduler, tasks } = this.parts.ecs;
    this.#world.quietly(() => {
      for (const cluster of state.clusters.values()) {
        const services = [...cluster.services.values()];
        // Daemons first: on a real instance they were there before the replicas.
        for (const service of services) if (service.scheduling === 'DAEMON') scheduler.settle(service);
        for (const service of services) if (service.scheduling === 'REPLICA') scheduler.settle(service);
        for (const task of cluster.tasks.values()) if (task.lastStatus === 'PENDING') tasks.settle(task);
      }
    });
  }

  /** Opens or closes a Spot pool for launches. */
  setAvailable(pool: Pool, available: boolean): void {
    this.parts.fleet.setAvailable(pool, available);
  }

  /** EC2 takes a Spot Instance back, by default two minutes after a notice to terminate. */
  interrupt(instanceId: string, { notice = true, action = 'terminate' }: Options.InterruptOptions = {}): void {
    this.parts.fleet.interrupt(instanceId, { notice, action });
  }

  /** EC2 recommends to replace an instance; nothing else happens to it. */
  recommendRebalance(instanceId: string): void {
    this.parts.fleet.recommendRebalance(instanceId);
  }

  /** EC2 takes (some of) a pool's Spot Instances back and, unless told otherwise, has no more of them. */
  interruptPool(options: Options.InterruptPoolOptions): Ec2Instance[] {
    const { type, zone, overMs = 0, stillAvailable = false } = options;
    const inPool = [...this.parts.fleet.instances.values()].filter(
      (ec2) =>
        ec2.spot && ec2.type === type && ec2.zone === zone && ec2.state === 'running' && ec2.reclaimAt === undefined,
    );
    const doomed = inPool.slice(0, options.count ?? inPool.length);
    if (!stillAvailable) this.setAvailable({ type, zone }, false);
    for (const { id } of doomed) {
      const delayMs = overMs > 0 ? this.#world.delay('interruption', id, [0, overMs]) : 0;
      if (delayMs === 0) this.interrupt(id, options);
      else this.#world.clock.after(delayMs, () => this.interrupt(id, options));
    }
    return doomed;
  }

  /** AWS Health announces in one event that the hosts of these instances will be retired; EC2 stops them then. */
  retire(instanceIds: string | readonly string[], options: Options.RetireOptions = {}): void {
    const { inMs = defaultRetirementMs, eventTypeCode = 'AWS_EC2_PERSISTENT_INSTANCE_RETIREMENT_SCHEDULED' } = options;
    const instances = [instanceIds].flat().map((id) => this.parts.fleet.find(id));
    // Health tells whole seconds.
    const startsAt = Math.ceil((this.#world.now() + inMs) / 1_000) * 1_000;
    announceScheduledChange(this.#world, { instances, eventTypeCode, startsAt });
    this.#world.clock.at(startsAt, () => {
      for (const { id } of instances) this.parts.fleet.stop(id);
    });
  }

  /** The group ends some of its instances, through its termination hooks. @throws Error below its minimum size */
  scaleIn(group: Group, count = 1): void {
    this.parts.autoScaling.setDesired(group, group.desired - count);
  }

  /** Changes how many replicas a service wants. */
  setDesiredCount(service: EcsService, desired: number): void {
    service.desired = desired;
    service.facts.desired = desired;
    this.parts.ecs.scheduler.poke(service);
  }

  /** Lets all traffic arrive that was due by now, so that the tally is complete. */
  countRequests(): void {
    for (const traffic of this.#traffic) traffic.advance();
  }
}
