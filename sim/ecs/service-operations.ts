import type {
  Cluster as ClusterShape,
  DescribeClustersRequest,
  DescribeClustersResponse,
  DescribeServicesRequest,
  DescribeServicesResponse,
  Failure,
  ListClustersRequest,
  ListClustersResponse,
  ListServicesRequest,
  ListServicesResponse,
  Service as ServiceShape,
} from '@aws-sdk/client-ecs';
import type { Operation } from '../service.ts';
import { page } from '../world/page.ts';
import type { Cluster, Deployment, EcsService, Launch, Network, Task } from './model.ts';
import { byReference, checkedList, type EcsState, missing, pageRequest, tagList } from './state.ts';

/** The ECS operations on clusters and services of one region. */
export const serviceOperations = (state: EcsState): Record<string, Operation> => ({
  /** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ListClusters.html */
  ListClusters: (input: ListClustersRequest): ListClustersResponse => {
    const result = page(state.clusters.values(), pageRequest(input));
    return { clusterArns: result.items.map(({ arn }) => arn), nextToken: result.nextToken };
  },

  /** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeClusters.html */
  DescribeClusters: (input: DescribeClustersRequest): DescribeClustersResponse => {
    const failures: Failure[] = [];
    const withTags = input.include?.includes('TAGS') ?? false;
    const asked = input.clusters?.length ? input.clusters : ['default'];
    const clusters = checkedList(asked, 'Clusters', 100).flatMap((reference) => {
      const cluster = [...state.clusters.values()].find(({ arn, name }) => arn === reference || name === reference);
      if (!cluster) failures.push(missing(reference));
      return cluster ? [clusterShape(cluster, withTags)] : [];
    });
    return { clusters, failures };
  },

  /** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ListServices.html: ten per page when not asked for more */
  ListServices: (input: ListServicesRequest): ListServicesResponse => {
    const { schedulingStrategy, launchType } = input;
    const services = [...state.cluster(input.cluster).services.values()].filter(
      (service) =>
        (schedulingStrategy === undefined || service.scheduling === schedulingStrategy) &&
        (launchType === undefined || service.deployments[0]?.launch.launchType === launchType),
    );
    const result = page(services, pageRequest(input, 10));
    return { serviceArns: result.items.map(({ arn }) => arn), nextToken: result.nextToken };
  },

  /** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeServices.html */
  DescribeServices: (input: DescribeServicesRequest): DescribeServicesResponse => {
    const cluster = state.cluster(input.cluster);
    const withTags = input.include?.includes('TAGS') ?? false;
    const failures: Failure[] = [];
    const services = checkedList(input.services, 'Services', 10).flatMap((reference) => {
      const service = byReference(cluster.services, reference);
      if (!service) failures.push(missing(reference));
      return service ? [serviceShape(service, withTags)] : [];
    });
    return { services, failures };
  },
});

const countOf = (tasks: Iterable<Task>, status: Task['lastStatus']): number => {
  let count = 0;
  for (const task of tasks) if (task.lastStatus === status) count += 1;
  return count;
};

const clusterShape = (cluster: Cluster, withTags: boolean): ClusterShape => ({
  clusterArn: cluster.arn,
  clusterName: cluster.name,
  status: 'ACTIVE',
  registeredContainerInstancesCount: [...cluster.instances.values()].filter(
    ({ status }) => status === 'ACTIVE' || status === 'DRAINING',
  ).length,
  runningTasksCount: countOf(cluster.tasks.values(), 'RUNNING'),
  pendingTasksCount: countOf(cluster.tasks.values(), 'PENDING'),
  activeServicesCount: cluster.services.size,
  capacityProviders: cluster.capacityProviders,
  defaultCapacityProviderStrategy: [],
  settings: [],
  statistics: [],
  tags: withTags ? tagList(cluster.tags) : [],
});

const serviceShape = (service: EcsService, withTags: boolean): ServiceShape => {
  const tasks = [...service.tasks.values()];
  const [newest] = service.deployments;
  return {
    serviceArn: service.arn,
    serviceName: service.name,
    clusterArn: service.cluster.arn,
    status: service.status,
    schedulingStrategy: service.scheduling,
    desiredCount: service.desired,
    ...countsOf(tasks),
    ...(newest ? launchShape(newest.launch) : {}),
    ...(newest?.platformVersion === undefined ? {} : { platformVersion: newest.platformVersion }),
    taskDefinition: newest?.definition.arn,
    loadBalancers: (newest?.loadBalancers ?? []).map(({ targetGroup, containerName, containerPort }) => ({
      targetGroupArn: targetGroup.arn,
      containerName,
      containerPort,
    })),
    ...(newest?.network ? { networkConfiguration: networkShape(newest.network) } : {}),
    deploymentConfiguration: {
      minimumHealthyPercent: service.minimumHealthyPercent,
      maximumPercent: service.maximumPercent,
      deploymentCircuitBreaker: service.circuitBreaker,
      strategy: service.deploymentStrategy,
    },
    deploymentController: { type: service.controller },
    deployments: service.deployments.map((deployment) => deploymentShape(service, deployment, tasks)),
    healthCheckGracePeriodSeconds: service.healthCheckGraceSeconds,
    availabilityZoneRebalancing: service.zoneRebalancing ? 'ENABLED' : 'DISABLED',
    enableExecuteCommand: service.enableExecuteCommand,
    enableECSManagedTags: false,
    propagateTags: service.propagateTags,
    events: service.events,
    placementConstraints: service.constraints.map((constraint) => ({ ...constraint })),
    placementStrategy: service.placement.map(({ type, field }) => ({
      type,
      ...(field === undefined ? {} : { field }),
    })),
    serviceRegistries: [...service.serviceRegistries],
    createdAt: new Date(service.createdAt),
    tags: withTags ? tagList(service.tags) : [],
  };
};

const countsOf = (tasks: readonly Task[]) => ({
  runningCount: countOf(tasks, 'RUNNING'),
  pendingCount: tasks.filter(({ process }) => process === 'starting').length,
});

const deploymentShape = (service: EcsService, deployment: Deployment, tasks: readonly Task[]) => {
  const own = tasks.filter((task) => task.deployment === deployment);
  return {
    id: deployment.id,
    status: deployment.status,
    taskDefinition: deployment.definition.arn,
    desiredCount: deployment.status === 'PRIMARY' ? service.desired : 0,
    ...countsOf(own),
    failedTasks: deployment.failedTasks,
    createdAt: new Date(deployment.createdAt),
    updatedAt: new Date(deployment.updatedAt),
    ...launchShape(deployment.launch),
    ...(deployment.network ? { networkConfiguration: networkShape(deployment.network) } : {}),
    rolloutState: deployment.rolloutState,
    rolloutStateReason: deployment.rolloutStateReason,
  };
};

const launchShape = ({ launchType, strategy }: Launch) =>
  strategy ? { capacityProviderStrategy: strategy.map((item) => ({ ...item })) } : { launchType };

const networkShape = ({ subnets, securityGroups, assignPublicIp }: Network) => ({
  awsvpcConfiguration: { subnets: [...subnets], securityGroups: [...securityGroups], assignPublicIp },
});
