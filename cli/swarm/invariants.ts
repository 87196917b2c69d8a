import type { Cluster, ContainerInstance, EcsService } from '../../sim/ecs/model.ts';
import type { Region } from '../../sim/world/region.ts';

/** What no simulated account may come to, whoever does what. @returns one sentence for each breach */
export function invariantsIn({ parts }: Region): readonly string[] {
  return [...parts.ecs.state.clusters.values()].flatMap((cluster) => [
    ...[...cluster.instances.values()].flatMap(ofInstance),
    ...[...cluster.services.values()].flatMap((service) => ofService(service, cluster)),
  ]);
}

function ofInstance(instance: ContainerInstance): readonly string[] {
  const { cpu, memory, cpuLeft, memoryLeft, ec2InstanceId } = instance;
  let [cpuTaken, memoryTaken] = [0, 0];
  for (const { definition } of instance.tasks.values()) {
    cpuTaken += definition.cpu;
    memoryTaken += definition.memory;
  }
  if (cpuLeft >= 0 && memoryLeft >= 0 && cpuLeft === cpu - cpuTaken && memoryLeft === memory - memoryTaken) return [];
  return [
    `the simulator: ${ec2InstanceId} has ${cpuLeft} CPU and ${memoryLeft} MiB left, which its tasks do not explain`,
  ];
}

function ofService(service: EcsService, cluster: Cluster): readonly string[] {
  const { name, tasks, facts } = service;
  let running = 0;
  for (const task of tasks.values()) {
    if (task.lastStatus === 'STOPPED' || !cluster.tasks.has(task.id))
      return [`the simulator: ${name} counts ${task.arn}, which has ended`];
    if (task.process === 'serving' || task.process === 'stopping') running += 1;
  }
  if (facts.running === running) return [];
  return [`the simulator: ${name} has ${running} tasks running and tells of ${facts.running}`];
}
