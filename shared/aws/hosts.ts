import { DescribeContainerInstancesCommand, type ECSClient, type ContainerInstance as Wire } from '@aws-sdk/client-ecs';
import { batches } from '../core/batches.ts';
import { instant } from '../model/instant.ts';
import type { Host } from '../model/lending.ts';
import { listContainerInstances } from './ecs-container-instances.ts';
import { unlessGone } from './errors.ts';

const PER_CALL = 100; // https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeContainerInstances.html

const HOSTS = new Set(['ACTIVE', 'DRAINING', 'REGISTERING']);

/** The container instances of a cluster that have tasks or may get some, and what is free on each. */
export async function describeHosts(ecs: ECSClient, cluster: string): Promise<readonly Host[]> {
  const arns = await listContainerInstances(ecs, cluster, {});
  const pages = await Promise.all(
    batches(arns, PER_CALL).map((containerInstances) =>
      unlessGone(ecs.send(new DescribeContainerInstancesCommand({ cluster, containerInstances })), {
        containerInstances: [],
      }),
    ),
  );
  return pages
    .flatMap((page) => page.containerInstances ?? [])
    .filter(({ status }) => HOSTS.has(status ?? ''))
    .map(inModel);
}

/**
 * The ARNs of the container instances that an expression matches: ECS itself evaluates `memberOf`.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/cluster-query-language.html
 */
export const matchingHosts = (ecs: ECSClient, cluster: string, expression: string): Promise<readonly string[]> =>
  listContainerInstances(ecs, cluster, { filter: expression });

function inModel(wire: Wire): Host {
  const attributes = new Map((wire.attributes ?? []).map(({ name, value }) => [name ?? '', value ?? '']));
  const type = attributes.get('ecs.instance-type');
  const zone = attributes.get('ecs.availability-zone');
  const free = (name: string) => wire.remainingResources?.find((one) => one.name === name);
  // Of ports, "remaining" means those in use: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Resource.html
  const ports = (name: string) => new Set((free(name)?.stringSetValue ?? []).map(Number));
  return {
    arn: wire.containerInstanceArn ?? '',
    instanceId: wire.ec2InstanceId ?? '',
    status: wire.status ?? '',
    connected: wire.agentConnected ?? false,
    pool: type && zone ? { type, zone } : undefined,
    provider: wire.capacityProviderName,
    attributes,
    registeredAt: instant(wire.registeredAt?.getTime() ?? 0),
    cpu: free('CPU')?.integerValue ?? 0,
    memory: free('MEMORY')?.integerValue ?? 0,
    gpus: free('GPU')?.stringSetValue?.length ?? 0,
    tcp: ports('PORTS'),
    udp: ports('PORTS_UDP'),
    tasks: (wire.runningTasksCount ?? 0) + (wire.pendingTasksCount ?? 0),
  };
}
