import type { Cluster, ContainerInstance, EcsService } from '../../sim/ecs/model.ts';
import type { Region } from '../../sim/world/region.ts';

/** What no simulated account may come to, whoever does what. Keeps what it saw at the last step. */
export class Invariants {
  readonly #region: Region;
  /** wanted tasks of each service at the last step */
  readonly #wanted = new Map<EcsService, number>();
  /** and what it desired then: it may have started tasks for that before somebody changed it */
  readonly #desired = new Map<EcsService, number>();

  constructor(region: Region) {
    this.#region = region;
  }

  /** Looks at the account as it is now. @returns one sentence for each breach */
  breaches(): readonly string[] {
    const { ecs, fleet } = this.#region.parts;
    return [
      ...[...ecs.state.clusters.values()].flatMap((cluster) => [
        ...[...cluster.instances.values()].flatMap(ofInstance),
        ...[...cluster.services.values()].flatMap((service) => [
          ...ofService(service, cluster),
          ...this.#ofCount(service),
        ]),
      ]),
      ...ofPools(fleet),
    ];
  }

  /** A service never starts more than its maximum; a lower desired count or maximum may leave it with more. */
  #ofCount(service: EcsService): readonly string[] {
    const { name, desired, maximumPercent, scheduling, deploymentStrategy } = service;
    let wanted = 0;
    for (const { desiredStatus } of service.tasks.values()) if (desiredStatus === 'RUNNING') wanted += 1;
    // One that is seen for the first time may have had another count before.
    const before = this.#wanted.get(service) ?? wanted;
    this.#wanted.set(service, wanted);
    const asked = Math.max(desired, this.#desired.get(service) ?? 0);
    this.#desired.set(service, desired);
    if (scheduling === 'DAEMON' || deploymentStrategy === 'BLUE_GREEN' || wanted <= before) return [];
    const most = Math.max(asked, Math.floor((asked * maximumPercent) / 100));
    return wanted <= most ? [] : [`the simulator: ${name} started tasks up to ${wanted}; its maximum is ${most}`];
  }
}

function ofInstance(instance: ContainerInstance): readonly string[] {
  const { cpu, memory, cpuLeft, memoryLeft, gpus, gpusLeft, eniSlots, eniSlotsLeft } = instance;
  const taken = { cpu: 0, memory: 0, gpus: 0, interfaces: 0, ports: 0 };
  for (const { definition, hostPorts } of instance.tasks.values()) {
    taken.cpu += definition.cpu;
    taken.memory += definition.memory;
    taken.gpus += definition.gpus;
    if (definition.networkMode === 'awsvpc') taken.interfaces += 1;
    else taken.ports += hostPorts.size;
  }
  const counts = [
    ['CPU units', cpuLeft, cpu - taken.cpu],
    ['MiB', memoryLeft, memory - taken.memory],
    ['GPUs', gpusLeft, gpus - taken.gpus],
    ['network interfaces', eniSlotsLeft, eniSlots - taken.interfaces],
    ['ports in use', instance.portsInUse.size, taken.ports],
  ] as const;
  return counts.flatMap(([what, has, explained]) =>
    has >= 0 && has === explained
      ? []
      : [`the simulator: ${instance.ec2InstanceId} has ${has} ${what}; its tasks explain ${explained}`],
  );
}

function ofService({ name, tasks, facts }: EcsService, cluster: Cluster): readonly string[] {
  let running = 0;
  for (const task of tasks.values()) {
    if (task.lastStatus === 'STOPPED' || !cluster.tasks.has(task.id))
      return [`the simulator: ${name} counts ${task.arn}, which has ended`];
    if (task.process === 'serving' || task.process === 'stopping') running += 1;
  }
  if (facts.running === running) return [];
  return [`the simulator: ${name} has ${running} tasks running and tells of ${facts.running}`];
}

/** Who is not under notice has a place in its pool. */
function ofPools({ instances, market }: Region['parts']['fleet']): readonly string[] {
  const up = [...instances.values()].filter(
    ({ spot, state, reclaimAt }) => spot && (state === 'running' || state === 'pending') && reclaimAt === undefined,
  );
  return [...Map.groupBy(up, ({ type, zone }) => `${type} in ${zone}`)].flatMap(([pool, [first, ...others]]) =>
    first && others.length + 1 > market.capacity(first)
      ? [`the simulator: ${others.length + 1} instances in ${pool}, which holds ${market.capacity(first)}`]
      : [],
  );
}
