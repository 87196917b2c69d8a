import type {
  PlacementConstraint as ConstraintShape,
  CreateServiceRequest,
  DeploymentConfiguration,
  PlacementStrategy as StrategyShape,
} from '@aws-sdk/client-ecs';
import { AwsError } from '../../service.ts';
import { instanceFilter } from '../instance-filter.ts';
import type { EcsService, PlacementConstraint, PlacementStrategy } from '../model.ts';
import { invalid } from '../state.ts';

/** The settings of a service that no deployment carries. */
export type ServiceSettings = Partial<
  Pick<
    EcsService,
    | 'desired'
    | 'minimumHealthyPercent'
    | 'maximumPercent'
    | 'circuitBreaker'
    | 'deploymentStrategy'
    | 'bakeMinutes'
    | 'healthCheckGraceSeconds'
    | 'zoneRebalancing'
    | 'enableExecuteCommand'
    | 'managedTags'
    | 'propagateTags'
    | 'constraints'
    | 'placement'
    | 'serviceRegistries'
  >
>;

type Given = Pick<
  CreateServiceRequest,
  | 'desiredCount'
  | 'deploymentConfiguration'
  | 'healthCheckGracePeriodSeconds'
  | 'availabilityZoneRebalancing'
  | 'enableExecuteCommand'
  | 'enableECSManagedTags'
  | 'propagateTags'
  | 'placementConstraints'
  | 'placementStrategy'
  | 'serviceRegistries'
>;

/**
 * The settings that CreateService and UpdateService share; what is left out of the request is left out here.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_UpdateService.html
 * @throws AwsError InvalidParameterException
 */
export const settingsOf = (
  given: Given,
  kind: { readonly daemon: boolean; readonly fargate: boolean },
): ServiceSettings => {
  const { desiredCount, healthCheckGracePeriodSeconds: grace, enableExecuteCommand, propagateTags } = given;
  if (desiredCount !== undefined && kind.daemon) {
    throw invalid(
      'The daemon scheduling strategy does not support a desired count for services. Remove the desired count value and try again',
    );
  }
  if (desiredCount !== undefined && (desiredCount < 0 || desiredCount > mostTasks)) {
    throw invalid(`The desired count ${desiredCount} must be between 0 and ${mostTasks}.`);
  }
  if (grace !== undefined && (grace < 0 || grace > 2_147_483_647)) {
    throw invalid('Health check grace period must be between 0 and 2147483647 seconds.');
  }
  return {
    ...(desiredCount === undefined ? {} : { desired: desiredCount }),
    ...percentsOf(given.deploymentConfiguration, kind.daemon),
    ...(grace === undefined ? {} : { healthCheckGraceSeconds: grace }),
    ...(given.availabilityZoneRebalancing === undefined
      ? {}
      : { zoneRebalancing: given.availabilityZoneRebalancing === 'ENABLED' }),
    ...(enableExecuteCommand === undefined ? {} : { enableExecuteCommand }),
    ...(given.enableECSManagedTags === undefined ? {} : { managedTags: given.enableECSManagedTags }),
    ...(propagateTags === undefined ? {} : { propagateTags }),
    ...(given.placementConstraints === undefined
      ? {}
      : { constraints: constraintsOf(given.placementConstraints, kind.fargate) }),
    ...(given.placementStrategy === undefined ? {} : { placement: placementOf(given.placementStrategy, kind) }),
    ...(given.serviceRegistries === undefined ? {} : { serviceRegistries: given.serviceRegistries }),
  };
};

/** @throws AwsError InvalidParameterException for a service that rebalances over zones and cannot */
export const checkZoneRebalancing = (service: EcsService): void => {
  if (!service.zoneRebalancing || canRebalanceZones(service)) return;
  throw invalid(
    'Availability Zone rebalancing needs a REPLICA service with a maximumPercent above 100 that spreads over Availability Zones first.',
  );
};

/** Can Availability Zone rebalancing be on? CreateService turns it on by default where it can. */
export const canRebalanceZones = ({ maximumPercent, placement, scheduling, controller }: EcsService): boolean => {
  const [first] = placement;
  const spreads = !first || (first.type === 'spread' && first.field === 'attribute:ecs.availability-zone');
  return maximumPercent > 100 && spreads && scheduling === 'REPLICA' && controller === 'ECS';
};

/** Tasks per service, https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-quotas.html */
const mostTasks = 5_000;

const percentsOf = (given: DeploymentConfiguration | undefined, daemon: boolean): ServiceSettings => {
  if (!given) return {};
  const { minimumHealthyPercent: least, maximumPercent: most, deploymentCircuitBreaker: breaker, strategy } = given;
  if (least !== undefined && (least < 0 || least > 100))
    throw invalid('minimumHealthyPercent must be between 0 and 100.');
  if (most !== undefined && (most < 100 || most > 200 * mostTasks))
    throw invalid('maximumPercent must be at least 100.');
  if (daemon && most !== undefined && most !== 100)
    throw invalid('The daemon scheduling strategy only supports 100 for maximumPercent.');
  if (!daemon && least === 100 && most === 100) {
    throw invalid('Both maximumPercent and minimumHealthyPercent cannot be 100 as this will block deployments.');
  }
  if (strategy === 'LINEAR' || strategy === 'CANARY') throw notImitated(`strategy ${strategy}`);
  refuseUnknown(given);
  return {
    ...(least === undefined ? {} : { minimumHealthyPercent: least }),
    ...(most === undefined ? {} : { maximumPercent: most }),
    ...(breaker === undefined
      ? {}
      : { circuitBreaker: { enable: breaker.enable ?? false, rollback: breaker.rollback ?? false } }),
    ...(strategy === undefined ? {} : { deploymentStrategy: strategy }),
    ...(given.bakeTimeInMinutes === undefined ? {} : { bakeMinutes: given.bakeTimeInMinutes }),
  };
};

const refuseUnknown = (given: DeploymentConfiguration): void => {
  const { deploymentCircuitBreaker: breaker, alarms, lifecycleHooks = [], earlySuccessCriteria } = given;
  if (alarms?.enable) throw notImitated('alarms');
  if (lifecycleHooks.length > 0) throw notImitated('lifecycleHooks');
  if (earlySuccessCriteria?.enable) throw notImitated('earlySuccessCriteria');
  if (breaker?.resetOnHealthyTask === false) throw notImitated('resetOnHealthyTask');
  if (breaker?.thresholdConfiguration) throw notImitated('thresholdConfiguration');
};

const notImitated = (what: string): AwsError =>
  new AwsError('NotImplemented', `deploymentConfiguration: ${what} is not imitated`, 501);

const constraintsOf = (given: readonly ConstraintShape[], fargate: boolean): PlacementConstraint[] => {
  if (fargate && given.length > 0) throw invalid('Placement constraints are not supported with FARGATE launch type.');
  if (given.length > 10) throw invalid('placementConstraints can have at most 10 items.');
  return given.map(({ type, expression }) => {
    if (type === 'distinctInstance') return { type };
    if (type !== 'memberOf' || !expression)
      throw invalid('A placement constraint is distinctInstance, or memberOf with an expression.');
    instanceFilter(expression);
    return { type, expression };
  });
};

const placementOf = (
  given: readonly StrategyShape[],
  { daemon, fargate }: { readonly daemon: boolean; readonly fargate: boolean },
): PlacementStrategy[] => {
  if (fargate && given.length > 0) throw invalid('Placement strategies are not supported with FARGATE launch type.');
  if (daemon && given.length > 0)
    throw invalid('Placement strategies are not supported with the DAEMON scheduling strategy.');
  if (given.length > 5) throw invalid('placementStrategy can have at most 5 items.');
  return given.map(({ type, field }) => {
    if (type === 'random') return { type, field: undefined };
    if (type === 'binpack' && /^(cpu|memory)$/i.test(field ?? '')) return { type, field };
    if (type === 'spread' && /^(instanceId|host|attribute:.+)$/.test(field ?? '')) return { type, field };
    throw invalid(`Unable to use the placement strategy ${type} with the field ${field}.`);
  });
};
