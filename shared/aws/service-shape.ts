import type {
  CapacityProviderStrategyItem,
  LoadBalancer,
  NetworkConfiguration,
  ServiceConnectConfiguration,
  ServiceEvent,
  TaskSet,
  Service as Wire,
  Deployment as WireDeployment,
} from '@aws-sdk/client-ecs';
import { instant } from '../model/instant.ts';
import type { Balancer, Deployment, Launch, Network, ServiceDetail } from '../model/lending.ts';
import { tagsOf } from './ecs-clusters.ts';

/**
 * A service in model terms. What ECS deploys itself stands in `deployments`; with CODE_DEPLOY and EXTERNAL the same
 * stands in `taskSets`, and only the PRIMARY one knows the target group that carries production now.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Service.html
 */
export function serviceDetailOf(cluster: string, wire: Wire): ServiceDetail {
  const controller = wire.deploymentController?.type ?? 'ECS';
  const sets = controller === 'ECS' ? [] : (wire.taskSets ?? []);
  const primarySet = sets.find(isPrimary);
  const primary = wire.deployments?.find(isPrimary);
  const live = primarySet ?? primary ?? wire;
  const configuration = wire.deploymentConfiguration;
  return {
    arn: wire.serviceArn ?? '',
    name: wire.serviceName ?? '',
    cluster,
    tags: tagsOf(wire.tags),
    status: wire.status ?? '',
    daemon: wire.schedulingStrategy === 'DAEMON',
    controller,
    strategy: configuration?.strategy ?? 'ROLLING',
    desired: wire.desiredCount ?? 0,
    running: wire.runningCount ?? 0,
    pending: wire.pendingCount ?? 0,
    minimumHealthyPercent: configuration?.minimumHealthyPercent ?? DEFAULT_MINIMUM,
    maximumPercent: configuration?.maximumPercent ?? DEFAULT_MAXIMUM,
    launch: launchOf(live),
    definition: live.taskDefinition ?? wire.taskDefinition ?? '',
    deployments: primarySet ? sets.map(deploymentOfSet) : (wire.deployments ?? []).map(deploymentOf),
    network: networkOf(live.networkConfiguration ?? wire.networkConfiguration),
    balancers: balancersOf(primarySet?.loadBalancers ?? wire.loadBalancers),
    graceSeconds: wire.healthCheckGracePeriodSeconds,
    exec: wire.enableExecuteCommand ?? false,
    propagateTags: wire.propagateTags,
    managedTags: wire.enableECSManagedTags ?? false,
    constraints: (wire.placementConstraints ?? []).map(({ type, expression }) => ({ type: type ?? '', expression })),
    registries: (primarySet?.serviceRegistries ?? wire.serviceRegistries ?? []).flatMap(({ registryArn, ...ports }) =>
      registryArn === undefined ? [] : [{ registryArn, ...ports }],
    ),
    ...connectOf(primary?.serviceConnectConfiguration),
    unplaced: unplacedOf(wire.events),
    lattice: (primary?.vpcLatticeConfigurations ?? []).length > 0,
    volumes: (primary?.volumeConfigurations ?? []).length > 0,
  };
}

/**
 * The newest message that says that no place was found, or else that all is well: ECS shows the last hundred.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-event-messages-list.html
 */
function unplacedOf(events: readonly ServiceEvent[] = []): ServiceDetail['unplaced'] {
  const telling = events.filter(({ message }) =>
    /unable to place a task|has reached a steady state/.test(message ?? ''),
  );
  const newest = telling.reduce<ServiceEvent | undefined>((a, b) => (a && timeOf(a) >= timeOf(b) ? a : b), undefined);
  if (newest?.message === undefined || newest.message.includes('steady state')) return undefined;
  return { at: instant(timeOf(newest)), text: newest.message };
}

const timeOf = ({ createdAt }: ServiceEvent): number => createdAt?.getTime() ?? 0;

/** Of REPLICA services whose description says nothing: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeploymentConfiguration.html */
const DEFAULT_MINIMUM = 100;
const DEFAULT_MAXIMUM = 200;

const isPrimary = ({ status }: { status?: string | undefined }): boolean => status === 'PRIMARY';

const deploymentOf = (wire: WireDeployment): Deployment => ({
  id: wire.id ?? '',
  status: wire.status ?? '',
  rollout: wire.rolloutState,
  definition: wire.taskDefinition ?? '',
  network: networkOf(wire.networkConfiguration),
  createdAt: instant(wire.createdAt?.getTime() ?? 0),
});

const deploymentOfSet = (wire: TaskSet): Deployment => ({
  id: wire.id ?? '',
  status: wire.status ?? '',
  rollout: undefined,
  definition: wire.taskDefinition ?? '',
  network: networkOf(wire.networkConfiguration),
  createdAt: instant(wire.createdAt?.getTime() ?? 0),
});

type Launched = {
  readonly launchType?: string | undefined;
  readonly capacityProviderStrategy?: readonly CapacityProviderStrategyItem[] | undefined;
};

const FARGATE = 'FARGATE';
const FARGATE_SPOT = 'FARGATE_SPOT';

/** A provider with neither weight nor base gets no tasks. */
function launchOf({ launchType, capacityProviderStrategy }: Launched): Launch {
  const used = (capacityProviderStrategy ?? []).filter(({ weight = 0, base = 0 }) => weight > 0 || base > 0);
  const providers = used.flatMap(({ capacityProvider }) => capacityProvider ?? []);
  const spot = providers.includes(FARGATE_SPOT);
  if (spot || providers.includes(FARGATE)) return { on: 'fargate', spot };
  if (providers.length === 0 && launchType === FARGATE) return { on: 'fargate', spot: false };
  return { on: 'ec2', providers };
}

const networkOf = (configuration: NetworkConfiguration | undefined): Network | undefined => {
  const wire = configuration?.awsvpcConfiguration;
  if (!wire) return undefined;
  return {
    subnets: wire.subnets ?? [],
    securityGroups: wire.securityGroups ?? [],
    assignPublicIp: wire.assignPublicIp === 'ENABLED',
  };
};

/** Classic Load Balancers have no target group, and no awsvpc tasks either. */
const balancersOf = (wires: readonly LoadBalancer[] | undefined): readonly Balancer[] =>
  (wires ?? []).flatMap(({ targetGroupArn, advancedConfiguration, containerName, containerPort }) =>
    targetGroupArn === undefined
      ? []
      : [
          {
            targetGroup: targetGroupArn,
            alternate: advancedConfiguration?.alternateTargetGroupArn,
            productionRule: advancedConfiguration?.productionListenerRule,
            container: containerName ?? '',
            port: containerPort ?? 0,
          },
        ],
  );

/**
 * Whoever lists `services` offers endpoints under names that are unique in the namespace: a server. Without any it only
 * calls others.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ServiceConnectConfiguration.html
 */
function connectOf(
  wire: ServiceConnectConfiguration | undefined,
): Pick<ServiceDetail, 'serviceConnect' | 'connectConfiguration'> {
  if (!wire?.enabled) return { serviceConnect: 'none', connectConfiguration: undefined };
  if ((wire.services ?? []).length > 0) return { serviceConnect: 'server', connectConfiguration: undefined };
  return { serviceConnect: 'client', connectConfiguration: wire };
}
