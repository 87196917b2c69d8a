import type { Group } from '../autoscaling/group.ts';
import type { Ec2Instance, Pool } from '../ec2/instance.ts';
import { fitOf, hasRoom } from '../ecs/fit.ts';
import { type Cluster, type EcsService, primary, type Task } from '../ecs/model.ts';
import { chooserFor } from '../ecs/placement.ts';
import { TargetGroup } from '../elbv2/target-group.ts';
import type { CapacitySource } from '../market/source.ts';
import { Traffic } from '../traffic.ts';
import { announceScheduledChange } from './maintenance.ts';
import type * as Options from './options.ts';
import type { RegionParts } from './parts.ts';
import {
  launchOf,
  newCluster,
  newDefinition,
  newGroup,
  newService,
  providerSettings,
  targetGroupOptions,
} from './resources.ts';
import type { World } from './world.ts';
import { failZone, recoverZone } from './zone-failure.ts';

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
    const group = newGroup(this.#world, this.parts.fleet, options);
    const { ecs, autoScaling } = this.parts;
    const { cluster, capacityProvider: name } = options;
    if (name !== undefined) {
      if (ecs.state.capacityProviders.has(name)) throw new Error(`there is a capacity provider ${name} already`);
      ecs.providers.create({ ...providerSettings(options), name, group });
    }
    this.#world.quietly(() => {
      autoScaling.add(group, options.found);
      if (cluster && name !== undefined) ecs.providers.associate(cluster, [...cluster.capacityProviders, name]);
    });
    return group;
  }

  /** An instance outside any group: running and registered already, or `booting`. */
  addInstance(options: Options.InstanceOptions): Ec2Instance {
    const { cluster, booting = false, bootMs = 30_000 } = options;
    const world = this.#world;
    const { type, zone, spot = true, tags = {} } = options;
    const ec2 = this.parts.fleet.launch({ type, zone, spot, tags, settled: !booting });
    if (!cluster) return ec2;
    const join = () => {
      if (ec2.state !== 'pending' && ec2.state !== 'running') return;
      const { capacityProvider: capacityProviderName, attributes, registrationFails: failsWith } = options;
      const registration = { cluster, ec2, capacityProviderName, attributes, failsWith, settled: !booting };
      this.parts.ecs.join(registration, options.agentDrainsOnSpot);
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
    this.parts.ecs.state.definitions.set(`${definition.family}:${definition.revision}`, definition);
    const service = newService(this.#world, options);
    const [port] = definition.ports;
    const zones = options.zones ?? ['a', 'b', 'c'].map((letter) => `${this.#world.region}${letter}`);
    const place = { containerName: port?.containerName ?? '', containerPort: port?.containerPort ?? 0 };
    this.parts.ecs.addService(service, {
      definition,
      launch: launchOf(options),
      network:
        networkMode === 'awsvpc'
          ? { subnets: zones.map((zone) => `subnet-${zone}`), securityGroups: [], assignPublicIp: 'DISABLED' }
          : undefined,
      loadBalancers: targetGroup ? [{ targetGroup, ...place }] : [],
      platformVersion: undefined,
      described: {},
    });
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
    const instance = instanceId === undefined ? chooserFor({ cluster, definition, siblings }).next() : wanted;
    if (!instance || !hasRoom(instance, fitOf({ definition })))
      throw new Error(`no room for ${family} in ${cluster.name}`);
    ecs.state.definitions.set(`${family}:${definition.revision}`, definition);
    return ecs.tasks.start({
      cluster,
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
        for (const task of cluster.tasks.values()) if (task.process === 'starting') tasks.settle(task);
      }
    });
  }

  /** Opens or closes a Spot pool for launches. */
  setAvailable(pool: Pool, available: boolean): void {
    this.parts.fleet.setAvailable(pool, available);
  }

  /** Gives a Spot pool another capacity over time, counted from the account's beginning; it is in force at once. */
  setCapacity(pool: Pool, source: CapacitySource): void {
    this.parts.fleet.setCapacity(pool, source);
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

  /**
   * An Availability Zone fails: everything in it is lost at once without a notice, and nothing starts there.
   * @throws AwsError InvalidParameterValue for a zone that the region cannot have
   */
  loseZone(zone: string): void {
    failZone(this.#world, this.parts, zone);
  }

  /** A lost zone is back; what was in it is not. @throws AwsError as `loseZone` */
  restoreZone(zone: string): void {
    recoverZone(this.#world, this.parts, zone);
  }

  /** How many vCPUs Fargate has for this account from now on, by default for x86_64; Infinity is no limit. */
  setFargateCapacity({ spot, architecture = 'x86_64', vcpus }: Options.FargateCapacity): void {
    this.parts.ecs.fargate.setCapacity(spot ? 'FARGATE_SPOT' : 'FARGATE', architecture, vcpus);
  }

  /** Fargate takes Spot tasks back two minutes after their notice: one, or so many of them. @returns those tasks */
  interruptFargateSpot(which: Task | number): readonly Task[] {
    const { fargate, tasks } = this.parts.ecs;
    const doomed = typeof which === 'number' ? fargate.victims(which) : [which];
    for (const task of doomed) {
      if (task.capacityProviderName !== 'FARGATE_SPOT') throw new Error(`${task.arn} is not a Fargate Spot task`);
      tasks.stops.bySpot(task);
    }
    return doomed;
  }

  /** The agent on an instance loses its connection to ECS, or gets it back. @throws Error for an unknown instance */
  setAgent(instanceId: string, connected: boolean): void {
    const { instances } = this.parts.ecs;
    const instance = instances.byEc2Id.get(instanceId);
    if (!instance) throw new Error(`${instanceId} is not registered with a cluster`);
    instances.setAgent(instance, connected);
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

  /** Application Auto Scaling changes how many replicas a service wants. */
  setDesiredCount(service: EcsService, desired: number): void {
    const { scheduler } = this.parts.ecs;
    service.desired = desired;
    service.facts.desired = desired;
    scheduler.events.act(service, { name: 'SERVICE_DESIRED_COUNT_UPDATED', desiredCount: desired }, { always: true });
    scheduler.poke(service);
  }

  /**
   * CodeDeploy replaces the tasks of a CODE_DEPLOY service by new ones in another target group: the traffic moves when
   * all are healthy, the old ones end when `bakeMinutes` are over.
   * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-type-bluegreen.html
   * @throws Error when another controller deploys the service
   */
  codeDeploy(service: EcsService, { targetGroup, bakeMinutes = 0, definition }: Options.CodeDeployOptions): void {
    if (service.controller !== 'CODE_DEPLOY') throw new Error(`${service.name} is not deployed by CodeDeploy`);
    const { scheduler, state } = this.parts.ecs;
    const now = primary(service);
    const changed =
      definition === undefined ? undefined : newDefinition(this.#world, now.definition.family, definition);
    if (changed) state.definitions.set(`${changed.family}:${changed.revision}`, changed);
    const loadBalancers = now.loadBalancers.map((one) => ({ ...one, targetGroup }));
    service.bakeMinutes = bakeMinutes;
    scheduler.rollouts.begin(service, { ...now, definition: changed ?? now.definition, loadBalancers });
    this.parts.ecs.watchTargets(service);
    scheduler.changed(service);
  }

  /** Lets all traffic arrive that was due by now, so that the tally is complete. */
  countRequests(): void {
    for (const traffic of this.#traffic) traffic.advance();
  }
}
