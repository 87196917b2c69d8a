import table from './sizes.json' with { type: 'json' };

/** CPU units (1,024 to a vCPU) and MiB. */
export type Size = { readonly cpu: number; readonly memory: number };

/**
 * The smallest size of a Fargate task that holds so many CPU units and MiB: the fewest CPU units, then the least memory,
 * which is also the cheapest. undefined: none is large enough, or a number is none.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html
 */
export function fargateSize(cpuUnits: number, memoryMiB: number, windows = false): Size | undefined {
  for (const row of table.sizes) {
    if (!(row.cpu >= cpuUnits) || (windows && !row.windows)) continue;
    const memory = row.memoryMiB.find((mib) => mib >= memoryMiB);
    if (memory !== undefined) return { cpu: row.cpu, memory };
  }
  return undefined;
}

/** What the largest task has. */
export function largestSize(windows = false): Size {
  const rows = table.sizes.filter((row) => row.windows || !windows);
  return {
    cpu: Math.max(...rows.map(({ cpu }) => cpu)),
    memory: Math.max(...rows.flatMap(({ memoryMiB }) => memoryMiB)),
  };
}
