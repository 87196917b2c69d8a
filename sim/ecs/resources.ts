import type { PortMapping, TaskDefinition } from './model/task-definition.ts';
import type { ContainerInstance, Task } from './model.ts';

/** Linux' ephemeral range as the agent uses it, https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_PortMapping.html */
const dynamicPorts = { first: 32_768, last: 60_999 };

/** Takes CPU, memory, GPUs, a network interface and the host's ports for a task that is placed on an instance. */
export const reserve = (instance: ContainerInstance, task: Pick<Task, 'definition' | 'hostPorts'>): void => {
  const { definition, hostPorts } = task;
  take(instance, definition, 1);
  if (definition.networkMode === 'awsvpc') return;
  for (const port of definition.ports) {
    const hostPort = portFor(instance, port);
    instance.portsInUse.add(portKey(hostPort, port.protocol));
    hostPorts.set(port.containerPort, hostPort);
  }
};

/** Gives back what `reserve` took. */
export const release = (instance: ContainerInstance, { definition, hostPorts }: Task): void => {
  take(instance, definition, -1);
  for (const { containerPort, protocol } of definition.ports) {
    const hostPort = hostPorts.get(containerPort);
    if (hostPort !== undefined) instance.portsInUse.delete(portKey(hostPort, protocol));
  }
};

/** How `portsInUse` names a port: TCP and UDP are apart. */
export const portKey = (port: number, protocol: PortMapping['protocol']): number => (protocol === 'udp' ? -port : port);

const take = (instance: ContainerInstance, definition: TaskDefinition, times: 1 | -1): void => {
  instance.cpuLeft -= times * definition.cpu;
  instance.memoryLeft -= times * definition.memory;
  instance.gpusLeft -= times * definition.gpus;
  if (definition.networkMode === 'awsvpc') instance.eniSlotsLeft -= times;
};

const portFor = (instance: ContainerInstance, { hostPort, protocol }: PortMapping): number => {
  if (hostPort > 0) return hostPort;
  while (instance.portsInUse.has(portKey(instance.nextDynamicPort, protocol)))
    instance.nextDynamicPort = after(instance);
  const port = instance.nextDynamicPort;
  instance.nextDynamicPort = after(instance);
  return port;
};

const after = ({ nextDynamicPort }: ContainerInstance): number =>
  nextDynamicPort === dynamicPorts.last ? dynamicPorts.first : nextDynamicPort + 1;
