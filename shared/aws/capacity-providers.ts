import {
  type CapacityProvider,
  DescribeCapacityProvidersCommand,
  DescribeClustersCommand,
  type ECSClient,
  PutClusterCapacityProvidersCommand,
} from '@aws-sdk/client-ecs';
import { batches } from '../core/batches.ts';
import type { ProviderGroup } from '../model/surroundings.ts';
import type { Associate } from '../plan/lending-action.ts';
import type { Ending } from './write-outcome.ts';

const NAMES_PER_CALL = 100; // https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeCapacityProviders.html
const PER_PAGE = 10;

/** The Auto Scaling groups behind capacity providers, by provider name; FARGATE and the like have none. */
export async function groupsOfProviders(
  ecs: ECSClient,
  names: readonly string[],
): Promise<ReadonlyMap<string, ProviderGroup>> {
  const found = await Promise.all(batches(names, NAMES_PER_CALL).map((some) => describe(ecs, some)));
  return new Map(
    found.flat().flatMap(({ name, autoScalingGroupProvider: behind }) => {
      if (name === undefined || behind?.autoScalingGroupArn === undefined) return [];
      const group = behind.autoScalingGroupArn.replace(/^.*autoScalingGroupName\//, '');
      const managedScaling = behind.managedScaling?.status === 'ENABLED';
      const managedDraining = behind.managedDraining === 'ENABLED';
      return [[name, { group, managedScaling, managedDraining }] as const];
    }),
  );
}

async function describe(ecs: ECSClient, capacityProviders: readonly string[]): Promise<readonly CapacityProvider[]> {
  const providers: CapacityProvider[] = [];
  let nextToken: string | undefined;
  do {
    const page = await ecs.send(
      new DescribeCapacityProvidersCommand({
        capacityProviders: [...capacityProviders],
        maxResults: PER_PAGE,
        ...(nextToken && { nextToken }),
      }),
    );
    providers.push(...(page.capacityProviders ?? []));
    nextToken = page.nextToken;
  } while (nextToken);
  return providers;
}

/**
 * Adds capacity providers to a cluster. The call replaces all that the cluster has, so what it has is read first and
 * sent back with it, the default strategy too.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_PutClusterCapacityProviders.html
 */
export async function associateProviders(ecs: ECSClient, { cluster, providers }: Associate): Promise<Ending> {
  const { clusters } = await ecs.send(new DescribeClustersCommand({ clusters: [cluster] }));
  const [found] = clusters ?? [];
  if (!found || found.status === 'INACTIVE') return 'gone';
  const known = found.capacityProviders ?? [];
  const missing = providers.filter((provider) => !known.includes(provider));
  if (missing.length === 0) return 'already';
  await ecs.send(
    new PutClusterCapacityProvidersCommand({
      cluster,
      capacityProviders: [...known, ...missing],
      defaultCapacityProviderStrategy: found.defaultCapacityProviderStrategy ?? [],
    }),
  );
  return 'done';
}
