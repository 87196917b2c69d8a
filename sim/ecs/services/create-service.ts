import type { CreateServiceRequest, CreateServiceResponse } from '@aws-sdk/client-ecs';
import type { TargetGroup } from '../../elbv2/target-group.ts';
import { AwsError, type Operation } from '../../service.ts';
import type { World } from '../../world/world.ts';
import { checkedStrategy } from '../capacity-providers/strategy.ts';
import type { Launch } from '../model/capacity-provider.ts';
import type { Cluster, EcsService } from '../model.ts';
import { checkedNetwork } from '../network.ts';
import type { ServiceScheduler } from '../scheduler.ts';
import { type EcsState, invalid } from '../state.ts';
import { checkedTags } from '../tags.ts';
import { serviceShape } from './describe.ts';
import { checkCompatible, checkedLoadBalancers, isFargate, noDaemonsOnFargate } from './launch-settings.ts';
import type { NewDeployment } from './rollouts.ts';
import { checkDiscoveryNames } from './service-connect.ts';
import { tellCreated } from './service-record.ts';
import { canRebalanceZones, checkZoneRebalancing, settingsOf } from './service-settings.ts';

export type ServiceParts = {
  readonly world: World;
  readonly state: EcsState;
  readonly scheduler: ServiceScheduler;
  readonly targetGroups: ReadonlyMap<string, TargetGroup>;
  /** Makes a service known, with its first deployment. */
  readonly add: (service: EcsService, deployment: NewDeployment) => void;
  /** Listens to the target groups of the service's PRIMARY deployment. */
  readonly watchTargets: (service: EcsService) => void;
};

/** How long an INACTIVE service can be described; AWS says only that it may be removed later. */
export const visibleWhenInactiveMs = 3_600_000;

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateService.html */
export const createService = (parts: ServiceParts): Operation => {
  const byToken = new Map<string, EcsService>();
  return (input: CreateServiceRequest, { caller }): CreateServiceResponse => {
    const { world, state, scheduler, targetGroups } = parts;
    const cluster = state.cluster(input.cluster);
    const name = input.serviceName ?? '';
    const token = input.clientToken === undefined ? undefined : `${cluster.name} ${input.clientToken}`;
    const repeated = token === undefined ? undefined : byToken.get(token);
    if (repeated) return { service: serviceShape(repeated, true) };
    if (!/^[A-Za-z0-9_-]{1,255}$/.test(name)) {
      throw invalid(`The service name ${name} must have 1 to 255 letters, numbers, hyphens and underscores.`);
    }
    const known = cluster.services.get(name);
    if (known?.status === 'DRAINING') throw invalid('Unable to Start a service that is still Draining.');
    if (known && known.status !== 'INACTIVE') throw invalid('Creation of service was not idempotent.');
    refuseUnknown(input);
    const daemon = input.schedulingStrategy === 'DAEMON';
    const launch = launchFor(input, cluster, state);
    const fargate = isFargate(launch);
    if (daemon && fargate) throw invalid(noDaemonsOnFargate);
    const definition = state.definition(input.taskDefinition);
    checkCompatible(definition, launch);
    const network = checkedNetwork(definition, input.networkConfiguration, isFargate(launch));
    const loadBalancers = checkedLoadBalancers(input.loadBalancers ?? [], { definition, targetGroups });
    if (input.healthCheckGracePeriodSeconds !== undefined && loadBalancers.length === 0) {
      throw invalid('Health check grace period is only valid for services configured to use load balancers');
    }
    const platformVersion = platformOf(input.platformVersion, fargate);
    const desired = input.desiredCount;
    if (desired === undefined && !daemon)
      throw invalid('desiredCount is required for the REPLICA scheduling strategy.');
    const service: EcsService = {
      ...blankService(world, { cluster, name, daemon }),
      controller: input.deploymentController?.type ?? 'ECS',
      tags: checkedTags(input.tags),
      ...settingsOf(input, { daemon, fargate }),
    };
    service.zoneRebalancing = input.availabilityZoneRebalancing ? service.zoneRebalancing : canRebalanceZones(service);
    checkZoneRebalancing(service);
    service.facts.desired = service.desired;
    const described = describedOf(input);
    checkDiscoveryNames(state, service, input.serviceConnectConfiguration);
    parts.add(service, { definition, launch, network, loadBalancers, platformVersion, described });
    if (token !== undefined) byToken.set(token, service);
    tellCreated(world, service, caller);
    scheduler.poke(service);
    return { service: serviceShape(service, true) };
  };
};

/** A service with the defaults of CreateService, without deployments. */
export const blankService = (
  world: World,
  { cluster, name, daemon }: { readonly cluster: Cluster; readonly name: string; readonly daemon: boolean },
): EcsService => ({
  sequence: world.ids.next('service'),
  arn: world.arn('ecs', `service/${cluster.name}/${name}`),
  name,
  cluster,
  scheduling: daemon ? 'DAEMON' : 'REPLICA',
  controller: 'ECS',
  createdAt: world.now(),
  facts: world.tally.service({ region: world.region, cluster: cluster.name, service: name }),
  status: 'ACTIVE',
  desired: daemon ? 0 : 1,
  minimumHealthyPercent: daemon ? 0 : 100,
  maximumPercent: daemon ? 100 : 200,
  circuitBreaker: { enable: false, rollback: false },
  deploymentStrategy: 'ROLLING',
  bakeMinutes: 0,
  healthCheckGraceSeconds: 0,
  zoneRebalancing: false,
  enableExecuteCommand: false,
  managedTags: false,
  propagateTags: 'NONE',
  constraints: [],
  placement: [],
  serviceRegistries: [],
  tags: {},
  originalLaunch: undefined,
  deployments: [],
  events: [],
  tasks: new Map(),
});

/** What a deployment only carries along. */
export const describedOf = ({
  serviceConnectConfiguration,
  vpcLatticeConfigurations,
  volumeConfigurations,
}: Pick<
  CreateServiceRequest,
  'serviceConnectConfiguration' | 'vpcLatticeConfigurations' | 'volumeConfigurations'
>) => ({
  ...(serviceConnectConfiguration === undefined ? {} : { serviceConnectConfiguration }),
  ...(vpcLatticeConfigurations === undefined ? {} : { vpcLatticeConfigurations }),
  ...(volumeConfigurations === undefined ? {} : { volumeConfigurations }),
});

/** @throws AwsError InvalidParameterException for a platform version where there is no platform */
export const platformOf = (given: string | undefined, fargate: boolean): string | undefined => {
  if (!fargate) {
    if (given) throw invalid('The platform version must be null when specifying an EC2 launch type.');
    return undefined;
  }
  if (given !== undefined && !/^(LATEST|1\.[34]\.0)$/.test(given)) {
    throw new AwsError('PlatformUnknownException', 'The specified platform does not exist.');
  }
  return given ?? 'LATEST';
};

const launchFor = (input: CreateServiceRequest, cluster: Cluster, state: EcsState): Launch => {
  const { launchType, capacityProviderStrategy: given } = input;
  if (launchType !== undefined && given?.length) {
    throw invalid(
      'Specifying both a launch type and capacity provider strategy is not supported. Remove one and try again.',
    );
  }
  if (launchType === 'EC2' || launchType === 'FARGATE') return { launchType };
  if (launchType !== undefined) throw new AwsError('NotImplemented', `launchType ${launchType} is not imitated`, 501);
  const strategy = given?.length ? checkedStrategy(state, cluster, given) : cluster.defaultStrategy;
  return strategy.length > 0 ? { strategy } : { launchType: 'EC2' };
};

const refuseUnknown = ({ deploymentController }: CreateServiceRequest): void => {
  if (deploymentController?.type === 'EXTERNAL') {
    throw new AwsError('NotImplemented', 'task sets of the deployment controller EXTERNAL are not imitated', 501);
  }
};
