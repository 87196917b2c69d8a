import type { Container, ContainerOverride, Task as Wire } from '@aws-sdk/client-ecs';

/** CPU units and MiB. */
export type Reservation = { readonly cpu: number; readonly memory: number };

/**
 * What a task reserves of its host, as DescribeTasks tells it: the size of the task, where it has one; otherwise the
 * sum of its containers, of each its soft limit of memory before its hard one, as ECS subtracts them from the host.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html, memoryReservation
 */
export function reservedBy({ cpu, memory, overrides, containers = [] }: Wire): Reservation {
  const replaced = new Map((overrides?.containerOverrides ?? []).map((one) => [one.name, one]));
  const sum = (of: (container: Container, override: ContainerOverride | undefined) => number): number =>
    containers.reduce((total, container) => total + of(container, replaced.get(container.name)), 0);
  return {
    cpu: cpuUnits(overrides?.cpu) ?? cpuUnits(cpu) ?? sum((one, other) => other?.cpu ?? cpuUnits(one.cpu) ?? 0),
    memory:
      mebibytes(overrides?.memory) ??
      mebibytes(memory) ??
      sum(
        (one, other) =>
          other?.memoryReservation ?? mebibytes(one.memoryReservation) ?? other?.memory ?? mebibytes(one.memory) ?? 0,
      ),
  };
}

/** `256`, or `.25 vCPU`; undefined: no size. */
const cpuUnits = (text: string | undefined): number | undefined => sizeIn(text, /^([\d.]+) ?vcpu$/i);

/** `512`, or `0.5 GB`; undefined: no size. */
const mebibytes = (text: string | undefined): number | undefined => sizeIn(text, /^([\d.]+) ?gb$/i);

function sizeIn(text: string | undefined, inLargeUnit: RegExp): number | undefined {
  const large = inLargeUnit.exec(text ?? '')?.[1];
  const size = large === undefined ? Number(text) : Number(large) * 1_024;
  return size > 0 ? size : undefined;
}
