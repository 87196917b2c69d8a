import type { Group } from '../autoscaling/group.ts';
import type { Ec2Instance, Pool } from '../ec2/instance.ts';
import { type EcsService, primary, type Task } from '../ecs/model.ts';
import { tellScaled } from '../ecs/services/service-record.ts';
import type { CapacitySource } from '../market/source.ts';
import { announceScheduledChange } from './maintenance.ts';
import type * as Options from './options.ts';
import { RegionBuilder } from './region-builder.ts';
import { newDefinition } from './resources.ts';
import { failZone, recoverZone } from './zone-failure.ts';

const defaultRetirementMs = 14 * 86_400_000;

/** One region of the simulated account: how it is built, and the verbs that let things happen in it. */
export class Region extends RegionBuilder {
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
      const delayMs = overMs > 0 ? this.world.delay('interruption', id, [0, overMs]) : 0;
      if (delayMs === 0) this.interrupt(id, options);
      else this.world.clock.after(delayMs, () => this.interrupt(id, options));
    }
    return doomed;
  }

  /**
   * An Availability Zone fails: everything in it is lost at once without a notice, and nothing starts there.
   * @throws AwsError InvalidParameterValue for a zone that the region cannot have
   */
  loseZone(zone: string): void {
    failZone(this.world, this.parts, zone);
  }

  /** A lost zone is back; what was in it is not. @throws AwsError as `loseZone` */
  restoreZone(zone: string): void {
    recoverZone(this.world, this.parts, zone);
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

  /** A task's targets fail their health checks for so long, although it serves on: then they pass again. */
  failHealthChecks(task: Task, forMs: number): void {
    for (const [group, target] of task.targets) {
      group.failHealthChecks(target);
      this.world.clock.after(forMs, () => group.recover(target));
    }
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
    const startsAt = Math.ceil((this.world.now() + inMs) / 1_000) * 1_000;
    announceScheduledChange(this.world, { instances, eventTypeCode, startsAt });
    this.world.clock.at(startsAt, () => {
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
    const before = service.desired;
    service.desired = desired;
    service.facts.desired = desired;
    tellScaled(this.world, service, { before, by: 'Application Auto Scaling' });
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
    const changed = definition === undefined ? undefined : newDefinition(this.world, now.definition.family, definition);
    if (changed) state.definitions.set(`${changed.family}:${changed.revision}`, changed);
    const loadBalancers = now.loadBalancers.map((one) => ({ ...one, targetGroup }));
    service.bakeMinutes = bakeMinutes;
    scheduler.rollouts.begin(service, { ...now, definition: changed ?? now.definition, loadBalancers });
    this.parts.ecs.watchTargets(service);
    scheduler.changed(service);
  }

  /** Lets all traffic arrive that was due by now, so that the tally is complete. */
  countRequests(): void {
    for (const traffic of this.traffic) traffic.advance();
  }
}
