import { createHash } from 'node:crypto';
import {
  CreateServiceCommand,
  DeleteServiceCommand,
  type ECSClient,
  type LoadBalancer,
  type NetworkConfiguration,
  type PropagateTags,
  RunTaskCommand,
  type RunTaskCommandInput,
  type ServiceConnectConfiguration,
  TagResourceCommand,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import { type Network, PROOF, type StandbyRung, type StandbySpec } from '../model/lending.ts';
import type { CreateStandby, FollowMain, Lend, Prove, RemoveStandby, TakeBack } from '../plan/lending-action.ts';
import { isTakenName } from './errors.ts';
import { withTags } from './task-definitions.ts';
import type { Ending } from './write-outcome.ts';

/**
 * Gives a standby its desired count, and changes nothing else: no deployment begins.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_UpdateService.html
 */
export async function setDesired(ecs: ECSClient, { cluster, standby, desired }: Lend | TakeBack): Promise<Ending> {
  await ecs.send(new UpdateServiceCommand({ cluster, service: standby, desiredCount: desired }));
  return 'done';
}

/**
 * Creates a standby at desired count 0. The name guards it: a second call, or one whose answer was lost, is refused as
 * "not idempotent", which means that it is there. A client token would give back a standby that was deleted since.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateService.html
 */
export async function createStandby(ecs: ECSClient, { spec }: CreateStandby): Promise<Ending> {
  try {
    await ecs.send(
      new CreateServiceCommand({
        cluster: spec.cluster,
        serviceName: spec.name,
        desiredCount: 0,
        capacityProviderStrategy: strategyOf(spec.rung),
        platformVersion: 'LATEST',
        deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: true } },
        // On by default, and would start further tasks to even out zones: more than are lent.
        availabilityZoneRebalancing: 'DISABLED',
        ...followedOf(spec),
        ...(spec.connectConfiguration && { serviceConnectConfiguration: connectOf(spec) }),
        ...withTags(spec.tags),
      }),
    );
    return 'done';
  } catch (error) {
    if (isTakenName(error)) return 'already';
    throw error;
  }
}

/** Makes a standby what its main service is now. ECS deploys it anew if that differs; the desired count stays. */
export async function followMain(ecs: ECSClient, { spec }: FollowMain): Promise<Ending> {
  const { service } = await ecs.send(
    new UpdateServiceCommand({
      cluster: spec.cluster,
      service: spec.name,
      ...followedOf(spec),
      serviceConnectConfiguration: connectOf(spec),
    }),
  );
  const resourceArn = service?.serviceArn;
  const { tags } = withTags(spec.tags);
  if (resourceArn !== undefined && tags) await ecs.send(new TagResourceCommand({ resourceArn, tags }));
  return 'done';
}

/** Deletes a standby with all of its tasks; one that ECS is deleting already is no error. */
export async function removeStandby(ecs: ECSClient, { cluster, standby }: RemoveStandby): Promise<Ending> {
  await ecs.send(new DeleteServiceCommand({ cluster, service: standby, force: true }));
  return 'done';
}

/**
 * Starts one task of a derived revision outside every target group. The token makes the same proof within a day one task.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RunTask.html
 */
export async function runProof(ecs: ECSClient, { spec }: Prove): Promise<Ending> {
  const request = {
    cluster: spec.cluster,
    taskDefinition: spec.definition,
    count: 1,
    capacityProviderStrategy: strategyOf(spec.rung),
    platformVersion: 'LATEST',
    networkConfiguration: networkOf(spec.network),
    startedBy: PROOF,
    enableExecuteCommand: spec.exec,
  } satisfies RunTaskCommandInput;
  const clientToken = createHash('sha256').update(JSON.stringify(request)).digest('hex');
  const { failures } = await ecs.send(new RunTaskCommand({ ...request, clientToken }));
  const [failure] = failures ?? [];
  if (!failure) return 'done';
  // No room now, or the quota is full: the next pass asks again, this event need not come back for it.
  return { retry: false, error: `ECS started no task: ${failure.reason ?? 'it does not say why'}` };
}

const strategyOf = (rung: StandbyRung) => [
  { capacityProvider: rung === 'fargate-spot' ? 'FARGATE_SPOT' : 'FARGATE', weight: 1 },
];

/** What a standby has of its main service. A grace period without a load balancer is refused. */
const followedOf = (spec: StandbySpec) => ({
  taskDefinition: spec.definition,
  networkConfiguration: networkOf(spec.network),
  loadBalancers: balancersOf(spec),
  ...(spec.balancers.length > 0 &&
    spec.graceSeconds !== undefined && { healthCheckGracePeriodSeconds: spec.graceSeconds }),
  enableExecuteCommand: spec.exec,
  ...(spec.propagateTags !== undefined && { propagateTags: spec.propagateTags as PropagateTags }),
  enableECSManagedTags: spec.managedTags,
  serviceRegistries: spec.registries.map((registry) => ({ ...registry })),
});

/** A standby deploys by rolling, whatever its main does: it has one target group, the one that carries production. */
const balancersOf = ({ balancers }: StandbySpec): LoadBalancer[] =>
  balancers.map(({ targetGroup, container, port }) => ({
    targetGroupArn: targetGroup,
    containerName: container,
    containerPort: port,
  }));

const networkOf = ({ subnets, securityGroups, assignPublicIp }: Network): NetworkConfiguration => ({
  awsvpcConfiguration: {
    subnets: [...subnets],
    securityGroups: [...securityGroups],
    assignPublicIp: assignPublicIp ? 'ENABLED' : 'DISABLED',
  },
});

/** As ECS described it of the main service: the model carries it without reading it. */
const connectOf = ({ connectConfiguration }: StandbySpec): ServiceConnectConfiguration =>
  (connectConfiguration as ServiceConnectConfiguration | undefined) ?? { enabled: false };
