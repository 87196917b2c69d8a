import {
  DescribeContainerInstancesCommand,
  type ECSClient,
  ListContainerInstancesCommand,
  type ContainerInstance as Wire,
} from '@aws-sdk/client-ecs';
import { batches } from '../core/batches.ts';
import type { ContainerInstance } from '../model/fleet.ts';
import { unlessGone } from './errors.ts';

const PER_CALL = 100; // https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ListContainerInstances.html

/**
 * The container instances of one cluster that run on the given EC2 instances; of all of them when none are given.
 * Many ids go into one filter of the cluster query language.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/cluster-query-language.html
 */
export async function findContainerInstances(ecs: ECSClient, cluster: string, instanceIds?: readonly string[]) {
  const filters = instanceIds
    ? batches(instanceIds, PER_CALL).map((ids) => `ec2InstanceId in [${ids.map((id) => `'${id}'`).join(', ')}]`)
    : [undefined];
  const lists = filters.map((filter) => listContainerInstances(ecs, cluster, filter === undefined ? {} : { filter }));
  const arns = await Promise.all(lists);
  return describeContainerInstances(ecs, cluster, arns.flat());
}

/** The named container instances; those that ECS does not know (any more) are left out. */
export async function describeContainerInstances(
  ecs: ECSClient,
  cluster: string,
  arns: readonly string[],
): Promise<readonly ContainerInstance[]> {
  const pages = await Promise.all(
    batches(arns, PER_CALL).map((containerInstances) =>
      unlessGone(ecs.send(new DescribeContainerInstancesCommand({ cluster, containerInstances })), {
        containerInstances: [],
      }),
    ),
  );
  return pages.flatMap((page) => (page.containerInstances ?? []).map((wire) => inModel(cluster, wire)));
}

/** The ARNs of all container instances of a cluster that are DRAINING. */
export const listDraining = async (ecs: ECSClient, cluster: string): Promise<ReadonlySet<string>> =>
  new Set(await listContainerInstances(ecs, cluster, { status: 'DRAINING' }));

type Selection = { readonly filter: string } | { readonly status: 'DRAINING' } | Record<string, never>;

/** The ARNs of a cluster's container instances, all but the INACTIVE ones unless `selection` says otherwise. */
export async function listContainerInstances(ecs: ECSClient, cluster: string, selection: Selection) {
  const arns: string[] = [];
  let nextToken: string | undefined;
  do {
    const input = { cluster, maxResults: PER_CALL, ...selection, ...(nextToken && { nextToken }) };
    const page = await unlessGone(ecs.send(new ListContainerInstancesCommand(input)), {
      containerInstanceArns: [],
      nextToken: undefined,
    });
    arns.push(...(page.containerInstanceArns ?? []));
    nextToken = page.nextToken;
  } while (nextToken);
  return arns;
}

function inModel(cluster: string, wire: Wire): ContainerInstance {
  const attribute = (name: string) => wire.attributes?.find((one) => one.name === name)?.value;
  const type = attribute('ecs.instance-type');
  const zone = attribute('ecs.availability-zone');
  return {
    arn: wire.containerInstanceArn ?? '',
    cluster,
    instanceId: wire.ec2InstanceId ?? '',
    status: wire.status ?? '',
    tasks: (wire.runningTasksCount ?? 0) + (wire.pendingTasksCount ?? 0),
    pool: type && zone ? { type, zone } : undefined,
  };
}
