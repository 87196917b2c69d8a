import type { ContainerInstance, Task, TaskDefinition } from './model.ts';

/** Linux' ephemeral range as the agent uses it, https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_PortMapping.html */
const dynamicPorts = { first: 32_768, last: 60_999 };

/** Takes CPU, memory and a port of the host for a new task. @returns the port (0 in awsvpc mode) */
export const reserve = (instance: ContainerInstance, definition: TaskDefinition): number => {
  instance.cpuLeft -= definition.cpu;
  instance.memoryLeft -= definition.memory;
  const port = portFor(instance, definition);
  if (port > 0) instance.portsInUse.add(port);
  return port;
};

/** Gives back what `reserve` took. */
export const release = (task: Task): void => {
  const { instance, definition } = task;
  instance.cpuLeft += definition.cpu;
  instance.memoryLeft += definition.memory;
  instance.portsInUse.delete(task.hostPort);
};

const portFor = (instance: ContainerInstance, definition: TaskDefinition): number => {
  if (definition.networkMode === 'awsvpc') return 0;
  if (definition.hostPort > 0) return definition.hostPort;
  while (instance.portsInUse.has(instance.nextDynamicPort)) instance.nextDynamicPort += 1;
  const port = instance.nextDynamicPort;
  instance.nextDynamicPort = port === dynamicPorts.last ? dynamicPorts.first : port + 1;
  return port;
};
