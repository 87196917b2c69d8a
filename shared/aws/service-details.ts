import { DescribeServicesCommand, type ECSClient, ListServicesCommand } from '@aws-sdk/client-ecs';
import { batches } from '../core/batches.ts';
import type { ServiceDetail } from '../model/lending.ts';
import { unlessGone } from './errors.ts';
import { serviceDetailOf } from './service-shape.ts';

const PER_PAGE = 100; // https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ListServices.html
const PER_CALL = 10; // https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeServices.html

/** All services of a cluster that are ACTIVE or DRAINING, with their tags; none when the cluster is gone. */
export async function serviceDetails(ecs: ECSClient, cluster: string): Promise<readonly ServiceDetail[]> {
  const arns = await listServices(ecs, cluster);
  const pages = await Promise.all(
    batches(arns, PER_CALL).map((services) =>
      unlessGone(ecs.send(new DescribeServicesCommand({ cluster, services, include: ['TAGS'] })), { services: [] }),
    ),
  );
  return pages.flatMap(({ services }) =>
    (services ?? []).filter(({ status }) => status !== 'INACTIVE').map((wire) => serviceDetailOf(cluster, wire)),
  );
}

async function listServices(ecs: ECSClient, cluster: string): Promise<readonly string[]> {
  const arns: string[] = [];
  let nextToken: string | undefined;
  do {
    const page = await unlessGone(
      ecs.send(new ListServicesCommand({ cluster, maxResults: PER_PAGE, ...(nextToken && { nextToken }) })),
      { serviceArns: [], nextToken: undefined },
    );
    arns.push(...(page.serviceArns ?? []));
    nextToken = page.nextToken;
  } while (nextToken);
  return arns;
}
