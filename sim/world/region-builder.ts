import type { RegisterTaskDefinitionRequest } from '@aws-sdk/client-ecs';
import type { Group } from '../autoscaling/group.ts';
import type { Ec2Instance } from '../ec2/instance.ts';
import { fitOf, hasRoom } from '../ecs/fit.ts';
import type { TaskDefinition } from '../ecs/model/task-definition.ts';
import type { Cluster, EcsService, Task } from '../ecs/model.ts';
import { chooserFor } from '../ecs/placement.ts';
import { ruleArn } from '../elbv2/load-balancers.ts';
import { TargetGroup } from '../elbv2/target-group.ts';
import { Traffic } from '../traffic.ts';
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

/**
 * Builds a region of the simulated account. What is built before virtual time runs is there at once: groups have their
 * instances registered, `settle` gives every service its tasks.
 */
export class RegionBuilder {
  readonly parts: RegionParts;
  protected readonly world: World;
  protected readonly traffic: Traffic[] = [];

  constructor(world: World, parts: RegionParts) {
    this.world = world;
    this.parts = parts;
  }

  /** `eu-west-1` */
  get name(): string {
    return this.world.region;
  }

  createCluster(options: Options.ClusterOptions): Cluster {
    const cluster = newCluster(this.world, options);
    this.parts.ecs.state.clusters.set(cluster.name, cluster);
    return cluster;
  }

  createTargetGroup(options: Options.NewTargetGroup): TargetGroup {
    const group = new TargetGroup(this.world, targetGroupOptions(options));
    this.parts.targetGroups.set(group.arn, group);
    return group;
  }

  /** A group whose `desired` instances are running and registered already. @throws Error when its pools are dry */
  createGroup(options: Options.GroupOptions): Group {
    const group = newGroup(this.world, this.parts.fleet, options);
    const { ecs, autoScaling } = this.parts;
    const { cluster, capacityProvider: name } = options;
    if (name !== undefined) {
      if (ecs.state.capacityProviders.has(name)) throw new Error(`there is a capacity provider ${name} already`);
      ecs.providers.create({ ...providerSettings(options), name, group });
    }
    this.world.quietly(() => {
      autoScaling.add(group, options.found);
      if (cluster && name !== undefined) ecs.providers.associate(cluster, [...cluster.capacityProviders, name]);
    });
    return group;
  }

  /** An instance outside any group: running and registered already, or `booting`. */
  addInstance(options: Options.InstanceOptions): Ec2Instance {
    const { cluster, booting = false, bootMs = 30_000 } = options;
    const world = this.world;
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
    const networkMode = options.definition?.networkMode ?? options.networkMode ?? (byInstance ? 'bridge' : 'awsvpc');
    if (targetGroup && byInstance === (networkMode === 'awsvpc')) {
      throw new Error(`${networkMode} tasks cannot be targets of type ${targetGroup.options.targetType}`);
    }
    const definition = options.definition ?? this.#define(options.name, { ...options, networkMode });
    const service = newService(this.world, options);
    const [port] = definition.ports;
    const zones = options.zones ?? ['a', 'b', 'c'].map((letter) => `${this.world.region}${letter}`);
    const place = { containerName: port?.containerName ?? '', containerPort: port?.containerPort ?? 0 };
    this.parts.ecs.addService(service, {
      definition,
      launch: launchOf(options),
      network:
        networkMode === 'awsvpc'
          ? { subnets: zones.map((zone) => `subnet-${zone}`), securityGroups: [], assignPublicIp: 'DISABLED' }
          : undefined,
      loadBalancers: targetGroup ? [{ ...balancerOf(targetGroup, options.alternate), ...place }] : [],
      platformVersion: undefined,
      described: options.serviceConnect ? { serviceConnectConfiguration: options.serviceConnect } : {},
    });
    this.parts.ecs.scheduler.poke(service);
    if (targetGroup && requestsPerSecond > 0) {
      const { facts } = service;
      this.traffic.push(new Traffic({ world: this.world, group: targetGroup, facts, requestsPerSecond, requestMs }));
    }
    return service;
  }

  /** As RegisterTaskDefinition does. @throws AwsError for what ECS refuses */
  registerTaskDefinition(request: RegisterTaskDefinitionRequest): TaskDefinition {
    const { ecs, operations } = this.parts;
    const call = { region: this.world.region, account: this.world.account, caller: 'builder', at: this.world.now() };
    operations.ecs.RegisterTaskDefinition?.(request, call);
    return ecs.state.definition(request.family);
  }

  #define(family: string, options: Options.DefinitionOptions): TaskDefinition {
    const definition = newDefinition(this.world, family, options);
    this.parts.ecs.state.definitions.set(`${definition.family}:${definition.revision}`, definition);
    return definition;
  }

  /** A standalone task. @throws Error when it fits nowhere, or not on the instance asked for */
  runTask(options: Options.RunTaskOptions): Task {
    const { cluster, family, instanceId, group, startedBy, tags } = options;
    const { ecs } = this.parts;
    const definition = options.definition ?? newDefinition(this.world, family, options);
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
    this.world.quietly(() => {
      for (const cluster of state.clusters.values()) {
        const services = [...cluster.services.values()];
        // Daemons first: on a real instance they were there before the replicas.
        for (const service of services) if (service.scheduling === 'DAEMON') scheduler.settle(service);
        for (const service of services) if (service.scheduling === 'REPLICA') scheduler.settle(service);
        for (const task of cluster.tasks.values()) if (task.process === 'starting') tasks.settle(task);
      }
    });
  }
}

const balancerOf = (targetGroup: TargetGroup, alternate: TargetGroup | undefined) =>
  alternate ? { targetGroup, alternate, productionRule: ruleArn(targetGroup) } : { targetGroup };
