import {
  DescribeClustersCommand,
  type ECSClient,
  ListClustersCommand,
  type Tag,
  type Cluster as Wire,
} from '@aws-sdk/client-ecs';
import { batches } from '../core/batches.ts';
import type { Cluster } from '../model/fleet.ts';
import type { FailoverCluster } from '../model/surroundings.ts';

const PER_CALL = 100; // https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeClusters.html

/** The ARNs of all clusters of the region. */
export async function listClusters(ecs: ECSClient): Promise<readonly string[]> {
  const arns: string[] = [];
  let nextToken: string | undefined;
  do {
    const page = await ecs.send(new ListClustersCommand({ maxResults: PER_CALL, ...(nextToken && { nextToken }) }));
    arns.push(...(page.clusterArns ?? []));
    nextToken = page.nextToken;
  } while (nextToken);
  return arns;
}

/** Clusters with their tags and counts; those that are not there any more are left out. */
export async function describeClusters(ecs: ECSClient, arns: readonly string[]): Promise<readonly Cluster[]> {
  const pages = await Promise.all(
    batches(arns, PER_CALL).map((clusters) => ecs.send(new DescribeClustersCommand({ clusters, include: ['TAGS'] }))),
  );
  return pages.flatMap(({ clusters }) => (clusters ?? []).filter(isThere).map(inModel));
}

/** The same with their capacity providers, and how many tasks each has on Fargate. */
export async function describeFailoverClusters(
  ecs: ECSClient,
  arns: readonly string[],
): Promise<readonly FailoverCluster[]> {
  const pages = await Promise.all(
    batches(arns, PER_CALL).map((clusters) =>
      ecs.send(new DescribeClustersCommand({ clusters, include: ['TAGS', 'STATISTICS'] })),
    ),
  );
  return pages.flatMap(({ clusters }) =>
    (clusters ?? []).filter(isThere).map((wire) => ({
      ...inModel(wire),
      providers: wire.capacityProviders ?? [],
      fargateTasks: statistic(wire, 'runningFargateTasksCount') + statistic(wire, 'pendingFargateTasksCount'),
    })),
  );
}

const isThere = ({ status }: Wire): boolean => status !== 'INACTIVE';

const inModel = ({ clusterArn, clusterName, tags, ...counts }: Wire): Cluster => ({
  arn: clusterArn ?? '',
  name: clusterName ?? '',
  tags: tagsOf(tags),
  containerInstances: counts.registeredContainerInstancesCount ?? 0,
  tasks: (counts.runningTasksCount ?? 0) + (counts.pendingTasksCount ?? 0),
});

/** AWS's own page writes `RunningFargateTasksCount` beside `pendingFargateTasksCount`: case does not count. */
const statistic = ({ statistics }: Wire, name: string): number =>
  Number((statistics ?? []).find((one) => one.name?.toLowerCase() === name.toLowerCase())?.value ?? 0);

export const tagsOf = (tags: readonly Tag[] | undefined): Readonly<Record<string, string>> =>
  Object.fromEntries((tags ?? []).map(({ key, value }) => [key ?? '', value ?? '']));
