import {
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  type ECSClient,
  type Service as Wire,
} from '@aws-sdk/client-ecs';
import { batches } from '../core/batches.ts';
import type { Service } from '../model/fleet.ts';
import { stopSecondsOf } from '../model/task-definition.ts';
import { tagsOf } from './ecs-clusters.ts';
import { unlessGone } from './errors.ts';

const PER_CALL = 10; // https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeServices.html

/** The named services of a cluster with their tags; those that are gone are left out. */
export async function describeServices(
  ecs: ECSClient,
  cluster: string,
  names: readonly string[],
): Promise<readonly Service[]> {
  const pages = await Promise.all(
    batches(names, PER_CALL).map((services) =>
      unlessGone(ecs.send(new DescribeServicesCommand({ cluster, services, include: ['TAGS'] })), { services: [] }),
    ),
  );
  return pages.flatMap(({ services }) =>
    (services ?? []).map((wire) => ({
      name: wire.serviceName ?? '',
      cluster,
      tags: tagsOf(wire.tags),
      daemon: wire.schedulingStrategy === 'DAEMON',
      rolling: isRolling(wire),
      desired: wire.desiredCount ?? 0,
      running: wire.runningCount ?? 0,
      minimumHealthyPercent: minimumOf(wire),
      targetGroups: (wire.loadBalancers ?? []).flatMap(({ targetGroupArn }) => targetGroupArn ?? []),
    })),
  );
}

const isRolling = ({ deploymentController, deploymentConfiguration }: Wire): boolean =>
  (deploymentController?.type ?? 'ECS') === 'ECS' && (deploymentConfiguration?.strategy ?? 'ROLLING') === 'ROLLING';

/**
 * DRAINING uses the defaults for services that another controller deploys, whatever they say.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeploymentConfiguration.html
 */
const minimumOf = ({ deploymentController, deploymentConfiguration }: Wire): number =>
  (deploymentController?.type ?? 'ECS') === 'ECS' ? (deploymentConfiguration?.minimumHealthyPercent ?? 100) : 100;

/** How long after SIGTERM ECS waits before it kills a task of this definition: the longest of its containers, seconds. */
export async function stopTimeoutSeconds(ecs: ECSClient, taskDefinition: string): Promise<number> {
  const { taskDefinition: definition } = await ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition }));
  return stopSecondsOf(definition ?? {});
}
