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
import type { Cluster, EcsService, Task } from './model.ts';
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
        (launchType === undefined || launchType === 'EC2'),
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
  const { targetGroup, definition, capacityProviderName } = service;
  const tasks = [...service.tasks.values()];
  const counts = {
    desiredCount: service.desired,
    runningCount: countOf(tasks, 'RUNNING'),
    pendingCount: countOf(tasks, 'PENDING'),
  };
  const placement =
    capacityProviderName === undefined
      ? { launchType: 'EC2' as const }
      : { capacityProviderStrategy: [{ capacityProvider: capacityProviderName, weight: 1, base: 0 }] };
  const createdAt = new Date(service.createdAt);
  return {
    serviceArn: service.arn,
    serviceName: service.name,
    clusterArn: service.cluster.arn,
    status: 'ACTIVE',
    schedulingStrategy: service.scheduling,
    ...counts,
    ...placement,
    taskDefinition: definition.arn,
    loadBalancers: targetGroup
      ? [
          {
            targetGroupArn: targetGroup.arn,
            containerName: definition.containerName,
            containerPort: definition.containerPort,
          },
        ]
      : [],
    deploymentConfiguration: {
      minimumHealthyPercent: service.minimumHealthyPercent,
      maximumPercent: service.maximumPercent,
    },
    deploymentController: { type: 'ECS' },
    deployments: [
      {
        id: service.deploymentId,
        status: 'PRIMARY',
        rolloutState: 'COMPLETED',
        taskDefinition: definition.arn,
        ...counts,
        ...placement,
        createdAt,
        updatedAt: createdAt,
      },
    ],
    events: [],
    placementConstraints: [],
    placementStrategy: [],
    serviceRegistries: [],
    createdAt,
    tags: withTags ? tagList(service.tags) : [],
  };
};
