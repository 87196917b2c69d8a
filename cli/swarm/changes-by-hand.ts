import type { DescribeTaskDefinitionResponse, RegisterTaskDefinitionRequest } from '@aws-sdk/client-ecs';
import { defaultStartMs } from '../../sim/account.ts';
import { behaviourLabels } from '../../sim/ecs/definitions/derive.ts';
import { type EcsService, primary } from '../../sim/ecs/model.ts';
import { REGION } from '../scenario.ts';
import { type Happening, managedInstances, managedServices, oneOf, type Stage } from './stage.ts';

/** Somebody in the console sets an instance that drains ACTIVE again, doomed or not. */
export const setActive: Happening = (stage) => {
  const draining = managedInstances(stage).filter(({ status }) => status === 'DRAINING');
  setState(stage, 'ACTIVE', oneOf(stage, 'draining', draining));
};

/** Somebody drains an instance that nobody takes away. */
export const drains: Happening = (stage) => {
  const active = managedInstances(stage).filter(({ status }) => status === 'ACTIVE');
  setState(stage, 'DRAINING', oneOf(stage, 'active', active));
};

const setState = (
  { person }: Stage,
  status: string,
  instance: ReturnType<typeof managedInstances>[number] | undefined,
) => {
  if (!instance) return;
  const { cluster, arn } = instance;
  person.call('ecs:UpdateContainerInstancesState', { status, cluster: cluster.name, containerInstances: [arn] });
};

const running = (stage: Stage) => managedServices(stage).filter(({ tasks }) => tasks.size > 0);

export const stopsTask: Happening = (stage) => {
  const service = oneOf(stage, 'service', running(stage));
  if (!service) return;
  const { arn, cluster } = stage.draw.pick('task', [...service.tasks.values()]);
  stage.person.call('ecs:StopTask', { cluster: cluster.name, task: arn, reason: 'by hand' });
};

export const protectsTask: Happening = (stage) => {
  const service = oneOf(stage, 'service', running(stage));
  if (!service) return;
  const tasks = stage.draw.some('task', [...service.tasks.values()], 2).map(({ arn }) => arn);
  const input = { cluster: service.cluster.name, tasks, protectionEnabled: true, expiresInMinutes: 1 };
  stage.person.call('ecs:UpdateTaskProtection', input);
};

export const deregistersTarget: Happening = (stage) => {
  const targets = running(stage).flatMap(({ tasks }) => [...tasks.values()].flatMap((task) => [...task.targets]));
  const [group, target] = oneOf(stage, 'target', targets) ?? [];
  if (!group || !target) return;
  const Targets = [{ Id: target.id, Port: target.port }];
  stage.person.call('elbv2:DeregisterTargets', { TargetGroupArn: group.arn, Targets });
};

export const desiredCount: Happening = (stage) => {
  const service = oneOf(stage, 'service', managedServices(stage).filter(isReplica));
  if (service) stage.region.setDesiredCount(service, stage.draw.whole('desired', 0, service.desired + 2));
};

const isReplica = ({ scheduling }: EcsService): boolean => scheduling === 'REPLICA';

const groupsOf = ({ region }: Stage) => [...region.parts.autoScaling.groups.values()];

export const editsGroup: Happening = (stage) => {
  const group = oneOf(stage, 'group', groupsOf(stage));
  if (!group) return;
  const { draw, person } = stage;
  const changes = draw.pick('change', [
    { DesiredCapacity: Math.max(1, group.desired + draw.whole('more', -1, 2)) },
    { CapacityRebalance: true },
    { TerminationPolicies: [draw.pick('policy', ['OldestInstance', 'NewestInstance', 'ClosestToNextInstanceHour'])] },
    { MaxSize: group.maxSize + 1, MinSize: Math.min(1, group.desired) },
  ]);
  person.call('autoscaling:UpdateAutoScalingGroup', { AutoScalingGroupName: group.name, ...changes });
};

export const detachesInstance: Happening = (stage) => {
  const members = groupsOf(stage).flatMap(({ name, instances }) => [...instances.keys()].map((id) => ({ name, id })));
  const member = oneOf(stage, 'member', members);
  if (!member) return;
  stage.person.call('autoscaling:DetachInstances', {
    AutoScalingGroupName: member.name,
    InstanceIds: [member.id],
    ShouldDecrementDesiredCapacity: stage.draw.chance('decrement', 0.5),
  });
};

/** Until the calm phase at the latest. */
export const suspendsProcesses: Happening = (stage) => {
  const group = oneOf(stage, 'group', groupsOf(stage));
  if (!group) return;
  const { draw, person } = stage;
  const ScalingProcesses = draw.some('process', ['Launch', 'Terminate', 'AZRebalance', 'HealthCheck'], 2);
  const input = { AutoScalingGroupName: group.name, ScalingProcesses };
  person.call('autoscaling:SuspendProcesses', input);
  person.call('autoscaling:ResumeProcesses', input, draw.whole('suspended for', 10_000, 60_000));
};

const LABELS = {
  good: {},
  'crash loop': { [behaviourLabels.exitsAfterMs]: '4000' },
  'missing image': { [behaviourLabels.imageMissing]: 'true' },
  'failing target checks': { [behaviourLabels.failsTargetChecks]: 'true' },
} as const;

/** A rolling deployment of a new revision, which may be a bad one. */
export const deploys: Happening = (stage) => {
  const service = oneOf(stage, 'service', managedServices(stage));
  if (!service) return;
  const { draw, person, account, phases } = stage;
  const { definition } = primary(service);
  const kinds = Object.keys(LABELS) as (keyof typeof LABELS)[];
  const labels = LABELS[draw.pick('revision', [...kinds, 'good'] as const)];
  const { containerDefinitions = [], family, ...rest } = registered(stage, definition.arn);
  const revised = containerDefinitions.map((one) => ({ ...one, dockerLabels: { ...one.dockerLabels, ...labels } }));
  person.call('ecs:RegisterTaskDefinition', { ...rest, family, containerDefinitions: revised });
  const deploymentCircuitBreaker = { enable: draw.chance('breaker', 0.6), rollback: draw.chance('rollback', 0.6) };
  const { minimumHealthyPercent, maximumPercent } = service;
  const percents = { minimumHealthyPercent, maximumPercent };
  const input = {
    cluster: service.cluster.name,
    service: service.name,
    taskDefinition: family,
    ...(isReplica(service) && { deploymentConfiguration: { ...percents, deploymentCircuitBreaker } }),
  };
  person.call('ecs:UpdateService', input, 1_000);
  // What fails for ever is mended in the end.
  const mended = { ...input, taskDefinition: definition.arn };
  person.call('ecs:UpdateService', mended, defaultStartMs + phases.calmMs - account.clock.now());
};

/** What RegisterTaskDefinition was given for a revision. */
function registered({ region, account }: Stage, arn: string): Partial<RegisterTaskDefinitionRequest> {
  const from = { account: account.account, region: REGION, caller: 'swarm', at: account.clock.now() };
  const answer = region.parts.operations.ecs.DescribeTaskDefinition?.({ taskDefinition: arn }, from);
  const { taskDefinition = {} } = answer as DescribeTaskDefinitionResponse;
  const { family, networkMode, requiresCompatibilities, cpu, memory, executionRoleArn, containerDefinitions } =
    taskDefinition;
  return { family, networkMode, requiresCompatibilities, cpu, memory, executionRoleArn, containerDefinitions };
}
