import type {
  DeleteServiceRequest,
  DeleteServiceResponse,
  UpdateServiceRequest,
  UpdateServiceResponse,
} from '@aws-sdk/client-ecs';
import { AwsError, type Operation } from '../../service.ts';
import { checkedStrategy } from '../capacity-providers/strategy.ts';
import type { Launch } from '../model/capacity-provider.ts';
import { type EcsService, primary, type ServiceLoadBalancer } from '../model.ts';
import { checkedNetwork } from '../network.ts';
import { byReference, type EcsState, invalid } from '../state.ts';
import { isBlueGreen, swapped } from './blue-green.ts';
import { describedOf, platformOf, type ServiceParts, visibleWhenInactiveMs } from './create-service.ts';
import { serviceShape } from './describe.ts';
import { checkDiscoveryNames } from './discovery-names.ts';
import { checkCompatible, checkedLoadBalancers, isFargate, noDaemonsOnFargate } from './launch-settings.ts';
import type { NewDeployment } from './rollouts.ts';
import { checkZoneRebalancing, settingsOf } from './service-settings.ts';

/**
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_UpdateService.html: what is left out stays; a change of
 * what a deployment carries begins a new one, a change of the strategy only with forceNewDeployment.
 */
export const updateService =
  (parts: ServiceParts): Operation =>
  (input: UpdateServiceRequest): UpdateServiceResponse => {
    const { state, scheduler } = parts;
    const service = found(state, input.cluster, input.service);
    if (service.status !== 'ACTIVE') throw new AwsError('ServiceNotActiveException', 'Service was not ACTIVE.');
    checkController(service, input);
    const next = deploymentFor(parts, service, input);
    if (service.scheduling === 'DAEMON' && isFargate(next.launch)) throw invalid(noDaemonsOnFargate);
    const settings = settingsOf(input, { daemon: service.scheduling === 'DAEMON', fargate: isFargate(next.launch) });
    if (input.healthCheckGracePeriodSeconds !== undefined && next.loadBalancers.length === 0) {
      throw invalid('Health check grace period is only valid for services configured to use load balancers');
    }
    checkZoneRebalancing({ ...service, ...settings });
    checkDiscoveryNames(state, input.serviceConnectConfiguration, service);
    const begins = input.forceNewDeployment || startsDeployment(service, input, next);
    Object.assign(service, settings);
    if (service.scheduling === 'REPLICA') service.facts.desired = service.desired;
    if (begins) {
      scheduler.rollouts.begin(
        service,
        isBlueGreen(service) ? { ...next, loadBalancers: swapped(next.loadBalancers) } : next,
      );
      parts.watchTargets(service);
    }
    scheduler.changed(service);
    return { service: serviceShape(service, true) };
  };

/**
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeleteService.html: DRAINING until its tasks are gone,
 * then INACTIVE.
 */
export const deleteService =
  ({ world, state, scheduler }: ServiceParts): Operation =>
  (input: DeleteServiceRequest): DeleteServiceResponse => {
    const service = found(state, input.cluster, input.service);
    if (service.status === 'INACTIVE') throw new AwsError('ServiceNotFoundException', 'Service not found.');
    if (!input.force && service.scheduling === 'REPLICA' && service.desired > 0) {
      throw invalid('The service cannot be stopped while it is scaled above 0.');
    }
    service.status = 'DRAINING';
    service.desired = 0;
    service.facts.desired = 0;
    service.minimumHealthyPercent = 0;
    scheduler.changed(service);
    world.clock.after(visibleWhenInactiveMs, () => {
      const { services } = service.cluster;
      if (service.status === 'INACTIVE' && services.get(service.name) === service) services.delete(service.name);
    });
    return { service: serviceShape(service, true) };
  };

const found = (state: EcsState, cluster: string | undefined, reference: string | undefined): EcsService => {
  const service = byReference(state.cluster(cluster).services, reference ?? '');
  if (!service) throw new AwsError('ServiceNotFoundException', 'Service not found.');
  return service;
};

const useCodeDeploy =
  'on services with a CODE_DEPLOY deployment controller. Use AWS CodeDeploy to trigger a new deployment.';

const checkController = ({ controller }: EcsService, input: UpdateServiceRequest): void => {
  if (input.deploymentController !== undefined && input.deploymentController.type !== controller) {
    throw new AwsError('NotImplemented', 'a change of the deployment controller is not imitated', 501);
  }
  if (controller !== 'CODE_DEPLOY') return;
  if (input.forceNewDeployment) throw invalid(`Cannot force a new deployment ${useCodeDeploy}`);
  if (input.taskDefinition !== undefined) throw invalid(`Unable to update task definition ${useCodeDeploy}`);
  const { networkConfiguration, platformVersion, loadBalancers, capacityProviderStrategy } = input;
  if (networkConfiguration ?? platformVersion ?? loadBalancers ?? capacityProviderStrategy) {
    throw invalid(`Unable to update network parameters ${useCodeDeploy}`);
  }
};

/** The deployment that the request describes, whether or not one begins. */
const deploymentFor = (parts: ServiceParts, service: EcsService, input: UpdateServiceRequest): NewDeployment => {
  const { state, targetGroups } = parts;
  const now = primary(service);
  const launch = launchFor(state, service, input);
  const definition = input.taskDefinition === undefined ? now.definition : state.definition(input.taskDefinition);
  const moved = isFargate(launch) !== isFargate(now.launch);
  if (definition !== now.definition || moved) checkCompatible(definition, launch);
  const restated = input.networkConfiguration !== undefined || definition !== now.definition || moved;
  const kept = now.network && {
    awsvpcConfiguration: {
      ...now.network,
      subnets: [...now.network.subnets],
      securityGroups: [...now.network.securityGroups],
    },
  };
  const given = input.networkConfiguration ?? (definition.networkMode === 'awsvpc' ? kept : undefined);
  const balancers =
    input.loadBalancers ??
    now.loadBalancers.map(({ targetGroup, alternate, advanced, ...place }) => ({
      ...place,
      targetGroupArn: targetGroup.arn,
      ...(alternate ? { advancedConfiguration: { ...advanced, alternateTargetGroupArn: alternate.arn } } : {}),
    }));
  if (isFargate(launch) && moved && (service.constraints.length > 0 || service.placement.length > 0)) {
    settingsOf(
      {
        placementConstraints: input.placementConstraints ?? service.constraints.map((one) => ({ ...one })),
        placementStrategy:
          input.placementStrategy ??
          service.placement.map(({ type, field }) => ({ type, ...(field === undefined ? {} : { field }) })),
      },
      { daemon: false, fargate: true },
    );
  }
  const platform = input.platformVersion ?? (isFargate(launch) ? now.platformVersion : undefined);
  return {
    definition,
    launch,
    network: restated ? checkedNetwork(definition, given, isFargate(launch)) : now.network,
    loadBalancers: checkedLoadBalancers(balancers, { definition, targetGroups }).map((one, index) => {
      const known = now.loadBalancers[index];
      return known && isSameBalancer(one, known) ? known : one;
    }),
    platformVersion: platformOf(platform, isFargate(launch)),
    described: { ...now.described, ...describedOf(input) },
  };
};

const launchFor = (state: EcsState, service: EcsService, input: UpdateServiceRequest): Launch => {
  const { capacityProviderStrategy: given } = input;
  const now = primary(service).launch;
  if (given === undefined) return now;
  const strategy = checkedStrategy(state, service.cluster, given);
  const launch = strategy.length > 0 ? { strategy } : fallback(service);
  if (JSON.stringify(launch) !== JSON.stringify(now) && !input.forceNewDeployment) {
    throw invalid(
      'When switching from launch type to capacity provider strategy on an existing service, or making a change to a capacity provider strategy on a service that is already using one, you must force a new deployment.',
    );
  }
  return launch;
};

// An empty strategy leads back to the launch type that the service was made with.
const fallback = ({ originalLaunch }: EcsService): Launch => {
  if (originalLaunch?.launchType !== undefined) return originalLaunch;
  throw invalid(
    'No launch type to fall back to for empty capacity provider strategy. Your service was not created with a launch type.',
  );
};

// Blue/green deployments exchange the two groups, which leaves the service's load balancer what it was.
const isSameBalancer = (one: ServiceLoadBalancer, other: ServiceLoadBalancer | undefined): boolean => {
  const groups = new Set([one.targetGroup, one.alternate]);
  return (
    one.containerName === other?.containerName &&
    one.containerPort === other.containerPort &&
    groups.has(other.targetGroup) &&
    groups.has(other.alternate)
  );
};

const startsDeployment = (service: EcsService, input: UpdateServiceRequest, next: NewDeployment): boolean => {
  const now = primary(service);
  const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);
  return (
    next.definition !== now.definition ||
    !same(next.network, now.network) ||
    next.platformVersion !== now.platformVersion ||
    !same(next.described, now.described) ||
    next.loadBalancers.length !== now.loadBalancers.length ||
    next.loadBalancers.some((one, index) => !isSameBalancer(one, now.loadBalancers[index])) ||
    (input.serviceRegistries !== undefined && !same(input.serviceRegistries, service.serviceRegistries))
  );
};
