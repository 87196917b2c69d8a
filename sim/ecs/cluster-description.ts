import type { Attachment, Cluster as ClusterShape, KeyValuePair } from '@aws-sdk/client-ecs';
import { managedDrainingHook } from '../autoscaling/group.ts';
import { type Cluster, type EcsService, primary, type Task } from './model.ts';
import { type EcsState, tagList } from './state.ts';

/**
 * A cluster as DescribeClusters shows it.
 * @param include what to show beyond the rest: ATTACHMENTS, CONFIGURATIONS, SETTINGS, STATISTICS, TAGS
 */
export const clusterShape = (state: EcsState, cluster: Cluster, include: ReadonlySet<string>): ClusterShape => {
  const instances = [...cluster.instances.values()].filter(
    ({ status }) => status === 'ACTIVE' || status === 'DRAINING',
  );
  const tasks = [...cluster.tasks.values()];
  const services = [...cluster.services.values()];
  return {
    clusterArn: cluster.arn,
    clusterName: cluster.name,
    status: 'ACTIVE',
    registeredContainerInstancesCount: instances.length,
    runningTasksCount: tasks.filter(isRunning).length,
    pendingTasksCount: tasks.filter(isPending).length,
    activeServicesCount: services.filter(({ status }) => status === 'ACTIVE').length,
    capacityProviders: [...cluster.capacityProviders],
    defaultCapacityProviderStrategy: cluster.defaultStrategy.map((item) => ({ ...item })),
    statistics: include.has('STATISTICS') ? statistics(tasks, services) : [],
    settings: include.has('SETTINGS') ? [...cluster.settings] : [],
    tags: include.has('TAGS') ? tagList(cluster.tags) : [],
    ...(include.has('CONFIGURATIONS') && cluster.configuration ? { configuration: cluster.configuration } : {}),
    ...(cluster.serviceConnectDefaults ? { serviceConnectDefaults: cluster.serviceConnectDefaults } : {}),
    ...(include.has('ATTACHMENTS')
      ? { attachments: attachments(state, cluster), attachmentsStatus: cluster.attachmentsStatus }
      : {}),
  };
};

const isRunning = ({ lastStatus }: Task): boolean => lastStatus === 'RUNNING';

const isPending = ({ lastStatus }: Task): boolean => lastStatus === 'PENDING' || lastStatus === 'PROVISIONING';

const statistics = (tasks: readonly Task[], services: readonly EcsService[]): KeyValuePair[] =>
  (['EC2', 'Fargate'] as const).flatMap((kind) => {
    const own = tasks.filter(({ launchType }) => launchType === kind.toUpperCase());
    const of = services.filter((service) => kindOf(service) === kind);
    const counts: [string, number][] = [
      [`running${kind}TasksCount`, own.filter(isRunning).length],
      [`pending${kind}TasksCount`, own.filter(isPending).length],
      [`active${kind}ServiceCount`, of.filter(({ status }) => status === 'ACTIVE').length],
      [`draining${kind}ServiceCount`, of.filter(({ status }) => status === 'DRAINING').length],
    ];
    return counts.map(([name, value]) => ({ name, value: String(value) }));
  });

const kindOf = (service: EcsService): 'EC2' | 'Fargate' => {
  const { launchType, strategy } = primary(service).launch;
  return launchType === 'FARGATE' || strategy?.[0]?.capacityProvider.startsWith('FARGATE') ? 'Fargate' : 'EC2';
};

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/managed-instance-draining.html */
const attachments = (state: EcsState, cluster: Cluster): Attachment[] =>
  cluster.capacityProviders.flatMap((name) => {
    const provider = state.capacityProviders.get(name);
    if (!provider) return [];
    const attachment = (type: string, detail: string, value: string): Attachment => ({
      id: `${type}-${provider.sequence}`,
      type,
      status: 'CREATED',
      details: [
        { name: 'capacityProviderName', value: name },
        { name: detail, value },
      ],
    });
    return [
      ...(provider.managedScaling
        ? [attachment('as_policy', 'scalingPolicyName', `ECSManagedAutoScalingPolicy-${name}`)]
        : []),
      ...(provider.managedDraining
        ? [attachment('managed_draining', 'autoScalingLifecycleHookName', managedDrainingHook)]
        : []),
    ];
  });
