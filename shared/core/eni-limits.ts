import table from './eni-limits.json' with { type: 'json' };

/** What an instance type has, as far as placing tasks depends on it. */
export type TypeSize = {
  readonly vcpus: number;
  readonly memoryMiB: number;
  readonly gpus: number;
  /** tasks of network mode awsvpc that an instance holds */
  readonly awsvpcTasks: number;
  /** the same with trunking; undefined: the type does not support it */
  readonly awsvpcTasksWithTrunking: number | undefined;
};

/** The size of an instance type; undefined for one that the table does not know. */
export function sizeOf(type: string): TypeSize | undefined {
  const row = Object.hasOwn(rows, type) ? rows[type] : undefined;
  if (!row) return undefined;
  const [vcpus, memoryMiB, gpus, awsvpcTasks, trunked] = row;
  return { vcpus, memoryMiB, gpus, awsvpcTasks, awsvpcTasksWithTrunking: trunked ?? undefined };
}

/**
 * How many awsvpc tasks an instance of a type holds; undefined: no limit is known. A type whose trunking the table does
 * not know counts as one without.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/container-instance-eni.html
 *
 * @param trunking whether the instance registered with a trunk interface
 */
export function awsvpcLimit(type: string | undefined, trunking: boolean): number | undefined {
  const size = type === undefined ? undefined : sizeOf(type);
  return trunking ? (size?.awsvpcTasksWithTrunking ?? size?.awsvpcTasks) : size?.awsvpcTasks;
}

type Row = readonly [number, number, number, number, number | null];

const rows = table.types as unknown as Readonly<Record<string, Row>>;
