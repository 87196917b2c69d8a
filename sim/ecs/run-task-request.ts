import type { RunTaskRequest, StartTaskRequest, TaskOverride } from '@aws-sdk/client-ecs';
import { AwsError } from '../service.ts';
import type { World } from '../world/world.ts';
import { checkedStrategy, isFargate } from './capacity-providers/strategy.ts';
import type { FargatePlatform } from './fargate/platform.ts';
import type { Launch } from './model/capacity-provider.ts';
import type { Tags } from './model/tags.ts';
import type { TaskDefinition } from './model/task-definition.ts';
import type { Cluster, Network, PlacementConstraint, PlacementStrategy } from './model.ts';
import { checkedNetwork } from './network.ts';
import type { NewTask } from './new-task.ts';
import { type EcsState, invalid } from './state.ts';
import { checkedTags } from './tags.ts';
import type { Tasks } from './tasks.ts';

export type RunParts = {
  readonly world: World;
  readonly state: EcsState;
  readonly tasks: Tasks;
  readonly fargate: FargatePlatform;
};

/** What every task of a call has in common. */
export type CommonTask = Pick<
  NewTask,
  'cluster' | 'definition' | 'group' | 'startedBy' | 'tags' | 'overrides' | 'enableExecuteCommand'
>;

/** A RunTask request, checked and with its defaults. */
export type Run = {
  readonly common: CommonTask;
  readonly count: number;
  readonly launch: Launch;
  readonly network: Network | undefined;
  readonly constraints: readonly PlacementConstraint[];
  readonly strategies: readonly PlacementStrategy[];
};

/** @throws AwsError ClientException, InvalidParameterException, NotImplemented, PlatformUnknownException */
export const checkedRun = (parts: RunParts, input: RunTaskRequest): Run => {
  const { cluster, definition } = checkedStart(parts, input);
  const { count = 1 } = input;
  if (!Number.isInteger(count) || count < 1 || count > 10) throw invalid('count must be between 1 and 10.');
  const launch = launchOf(parts.state, cluster, input);
  const fargate = launch.launchType === 'FARGATE' || isFargate(launch.strategy?.[0]?.capacityProvider);
  const needed = fargate ? 'FARGATE' : 'EC2';
  if (!definition.compatibilities.includes(needed)) {
    throw invalid(`Task definition does not support launch_type ${needed}.`);
  }
  checkPlatform(input.platformVersion, fargate);
  return {
    common: commonOf(input, cluster, definition),
    count,
    launch,
    network: checkedNetwork(definition, input.networkConfiguration, fargate),
    ...placementOf(input, definition, fargate),
  };
};

/** The cluster and task definition of a RunTask or StartTask request. @throws AwsError */
export const checkedStart = ({ state }: RunParts, input: RunTaskRequest | StartTaskRequest) => {
  const cluster = state.cluster(input.cluster);
  const definition = state.definition(input.taskDefinition, 'TaskDefinition not found.');
  if (definition.status !== 'ACTIVE') throw new AwsError('ClientException', 'TaskDefinition is inactive');
  if (input.volumeConfigurations?.length) {
    throw new AwsError('NotImplemented', 'volumeConfigurations: volumes are not simulated', 501);
  }
  if (input.propagateTags === 'SERVICE') throw invalid('propagateTags cannot be SERVICE when running a task.');
  checkOverrides(definition, input.overrides);
  return { cluster, definition };
};

export const commonOf = (
  input: RunTaskRequest | StartTaskRequest,
  cluster: Cluster,
  definition: TaskDefinition,
): CommonTask => {
  const { group, startedBy, enableExecuteCommand, overrides } = input;
  if (startedBy !== undefined && !/^[\w/-]{1,128}$/.test(startedBy)) throw invalid('Invalid startedBy.');
  const own: Tags = input.propagateTags === 'TASK_DEFINITION' ? definition.tags : {};
  const managed: Tags = input.enableECSManagedTags ? { 'aws:ecs:clusterName': cluster.name } : {};
  return {
    cluster,
    definition,
    ...(group === undefined ? {} : { group }),
    ...(startedBy === undefined ? {} : { startedBy }),
    tags: { ...managed, ...checkedTags(input.tags, own) },
    overrides,
    enableExecuteCommand,
  };
};

const launchOf = (state: EcsState, cluster: Cluster, input: RunTaskRequest): Launch => {
  const { launchType, capacityProviderStrategy } = input;
  if (launchType !== undefined && capacityProviderStrategy?.length) {
    throw invalid(
      'Specifying both a launch type and capacity provider strategy is not supported. Remove one and try again.',
    );
  }
  if (launchType === 'EC2' || launchType === 'FARGATE') return { launchType };
  if (launchType !== undefined) throw new AwsError('NotImplemented', `launchType: ${launchType} is not simulated`, 501);
  const strategy = capacityProviderStrategy?.length
    ? checkedStrategy(state, cluster, capacityProviderStrategy)
    : cluster.defaultStrategy;
  return strategy.length > 0 ? { strategy } : { launchType: 'EC2' };
};

const checkPlatform = (version: string | undefined, fargate: boolean): void => {
  if (version === undefined) return;
  if (!fargate) throw invalid('The platform version must be null when specifying an EC2 launch type.');
  if (version !== 'LATEST' && version !== '1.4.0') {
    throw new AwsError('PlatformUnknownException', 'The specified platform version does not exist.');
  }
};

const placementOf = (input: RunTaskRequest, definition: TaskDefinition, fargate: boolean) => {
  const { placementConstraints = [], placementStrategy = [] } = input;
  if (fargate && placementConstraints.length > 0) {
    throw invalid('Placement constraints are not supported with FARGATE launch type.');
  }
  if (fargate && placementStrategy.length > 0) {
    throw invalid('Placement strategies are not supported with FARGATE launch type.');
  }
  if (placementConstraints.length + definition.memberOf.length > 10) {
    throw invalid('placementConstraints can have at most 10 items.');
  }
  if (placementStrategy.length > 5) throw invalid('placementStrategy can have at most 5 items.');
  return {
    constraints: placementConstraints.map(({ type, expression = '' }): PlacementConstraint => {
      if (type === 'distinctInstance') return { type };
      if (type === 'memberOf') return { type, expression };
      throw invalid(`Invalid placement constraint type ${type}.`);
    }),
    strategies: placementStrategy.map(({ type, field }): PlacementStrategy => {
      if (type === 'spread' || type === 'binpack' || type === 'random') return { type, field };
      throw invalid(`Invalid placement strategy type ${type}.`);
    }),
  };
};

/** Sizes decide about placement and cannot be overridden here; commands and environments may be. */
const checkOverrides = (definition: TaskDefinition, overrides: TaskOverride | undefined): void => {
  if (!overrides) return;
  const { containerOverrides = [] } = overrides;
  const sized = (['cpu', 'memory', 'ephemeralStorage'] as const).find((member) => overrides[member] !== undefined);
  const inside = containerOverrides.flatMap((container) =>
    (['cpu', 'memory', 'memoryReservation', 'resourceRequirements'] as const).filter(
      (member) => container[member] !== undefined,
    ),
  )[0];
  const unsupported = sized ?? (inside === undefined ? undefined : `containerOverrides.${inside}`);
  if (unsupported !== undefined) {
    throw new AwsError('NotImplemented', `overrides.${unsupported}: sizes cannot be overridden`, 501);
  }
  const names = new Set(definition.registered.containerDefinitions?.map(({ name }) => name));
  const unknown = containerOverrides.find(({ name }) => !names.has(name));
  if (unknown) throw invalid(`Override for container named ${unknown.name} is not a container in the TaskDefinition.`);
};
