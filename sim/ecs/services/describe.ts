import type { LoadBalancer, Service as ServiceShape, TaskSet } from '@aws-sdk/client-ecs';
import type { Launch } from '../model/capacity-provider.ts';
import type { Deployment, EcsService, Network, ServiceLoadBalancer, Task } from '../model.ts';
import { tagList } from '../state.ts';

/** A service as DescribeServices shows it. */
export const serviceShape = (service: EcsService, withTags: boolean): ServiceShape => {
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
    loadBalancers: (newest?.loadBalancers ?? []).map(balancerShape),
    ...(newest?.network ? { networkConfiguration: networkShape(newest.network) } : {}),
    deploymentConfiguration: {
      minimumHealthyPercent: service.minimumHealthyPercent,
      maximumPercent: service.maximumPercent,
      deploymentCircuitBreaker: service.circuitBreaker,
      strategy: service.deploymentStrategy,
      ...(service.deploymentStrategy === 'BLUE_GREEN' ? { bakeTimeInMinutes: service.bakeMinutes } : {}),
    },
    deploymentController: { type: service.controller },
    ...(service.controller === 'CODE_DEPLOY'
      ? { deployments: [], taskSets: taskSetShapes(service, tasks) }
      : { deployments: service.deployments.map((deployment) => deploymentShape(service, deployment, tasks)) }),
    healthCheckGracePeriodSeconds: service.healthCheckGraceSeconds,
    availabilityZoneRebalancing: service.zoneRebalancing ? 'ENABLED' : 'DISABLED',
    enableExecuteCommand: service.enableExecuteCommand,
    enableECSManagedTags: service.managedTags,
    propagateTags: service.propagateTags,
    events: [...service.events],
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

/** A load balancer of a service as requests and answers have it. */
export const balancerShape = ({
  targetGroup,
  containerName,
  containerPort,
  alternate,
  advanced,
}: ServiceLoadBalancer): LoadBalancer => ({
  targetGroupArn: targetGroup.arn,
  containerName,
  containerPort,
  ...(alternate ? { advancedConfiguration: { ...advanced, alternateTargetGroupArn: alternate.arn } } : {}),
});

/**
 * What CodeDeploy runs beside each other; PRIMARY is the one with production traffic.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_TaskSet.html
 */
const taskSetShapes = (service: EcsService, tasks: readonly Task[]): TaskSet[] => {
  const [newest, before] = service.deployments;
  const live = before && newest?.movedAt === undefined ? before : newest;
  return service.deployments.map((deployment) => {
    const own = tasks.filter((task) => task.deployment === deployment);
    return {
      id: deployment.id,
      taskSetArn: `${service.arn.replace(':service/', ':task-set/')}/${deployment.id}`,
      status: deployment === live ? 'PRIMARY' : 'ACTIVE',
      startedBy: 'CODE_DEPLOY',
      taskDefinition: deployment.definition.arn,
      computedDesiredCount: service.desired,
      ...countsOf(own),
      createdAt: new Date(deployment.createdAt),
      updatedAt: new Date(deployment.updatedAt),
      ...launchShape(deployment.launch),
      ...(deployment.network ? { networkConfiguration: networkShape(deployment.network) } : {}),
      loadBalancers: deployment.loadBalancers.map(balancerShape),
    };
  });
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
    ...deployment.described,
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

const countOf = (tasks: readonly Task[], status: Task['lastStatus']): number =>
  tasks.reduce((count, { lastStatus }) => (lastStatus === status ? count + 1 : count), 0);
