import { DescribeContainerInstancesCommand, type ECSClient, type ContainerInstance as Wire } from '@aws-sdk/client-ecs';
import { batches } from '../../core/batches.ts';
import { type Instant, instant } from '../../model/instant.ts';
import { listContainerInstances } from '../ecs-container-instances.ts';
import { unlessGone } from '../errors.ts';
import type { Reservation } from './reservation.ts';

const PER_CALL = 100; // https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeContainerInstances.html

/** A container instance with what its agent registered. */
export type Registered = {
  readonly arn: string;
  readonly instanceId: string;
  readonly registeredAt: Instant;
  /** CPU units and MiB, before any task took some of it; undefined: ECS does not say */
  readonly room: Reservation | undefined;
};

/** Those of a cluster that are not INACTIVE. */
export const allRegistered = async (ecs: ECSClient, cluster: string): Promise<readonly Registered[]> =>
  namedRegistered(ecs, cluster, await listContainerInstances(ecs, cluster, {}));

/** The named ones, also INACTIVE ones: ECS shows them for a while. Those that it does not know any more are left out. */
export async function namedRegistered(
  ecs: ECSClient,
  cluster: string,
  arns: readonly string[],
): Promise<readonly Registered[]> {
  const pages = await Promise.all(
    batches(arns, PER_CALL).map((containerInstances) =>
      unlessGone(ecs.send(new DescribeContainerInstancesCommand({ cluster, containerInstances })), {
        containerInstances: [],
      }),
    ),
  );
  return pages.flatMap((page) => (page.containerInstances ?? []).map(inModel));
}

function inModel(wire: Wire): Registered {
  const amount = (name: string) => wire.registeredResources?.find((one) => one.name === name)?.integerValue;
  const [cpu, memory] = [amount('CPU'), amount('MEMORY')];
  return {
    arn: wire.containerInstanceArn ?? '',
    instanceId: wire.ec2InstanceId ?? '',
    registeredAt: instant(wire.registeredAt?.getTime() ?? 0),
    room: cpu && memory ? { cpu, memory } : undefined,
  };
}
