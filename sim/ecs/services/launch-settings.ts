import type { LoadBalancer } from '@aws-sdk/client-ecs';
import type { TargetGroup } from '../../elbv2/target-group.ts';
import type { Launch } from '../model/capacity-provider.ts';
import type { TaskDefinition } from '../model/task-definition.ts';
import type { ServiceLoadBalancer } from '../model.ts';
import { invalid } from '../state.ts';

const FARGATE = new Set(['FARGATE', 'FARGATE_SPOT']);

export const noDaemonsOnFargate = 'The daemon scheduling strategy is not supported for FARGATE launch type.';

/** Do tasks that are launched so run on Fargate? */
export const isFargate = ({ launchType, strategy }: Launch): boolean =>
  launchType === 'FARGATE' || (strategy ?? []).some(({ capacityProvider }) => FARGATE.has(capacityProvider));

/** The load balancers of a service. @throws AwsError InvalidParameterException when one does not suit its tasks */
export const checkedLoadBalancers = (
  given: readonly LoadBalancer[],
  {
    definition,
    targetGroups,
  }: { readonly definition: TaskDefinition; readonly targetGroups: ReadonlyMap<string, TargetGroup> },
): readonly ServiceLoadBalancer[] => {
  if (given.length > 5) throw invalid('loadBalancers can have at most 5 items.');
  return given.map(
    ({ targetGroupArn, loadBalancerName, containerName = '', containerPort = 0, advancedConfiguration }) => {
      if (loadBalancerName !== undefined)
        throw invalid('Classic Load Balancers are not part of the simulated account.');
      const targetGroup = targetGroups.get(targetGroupArn ?? '');
      if (!targetGroup) throw invalid(`The target group ${targetGroupArn} does not exist.`);
      const container = definition.registered.containerDefinitions?.find(({ name }) => name === containerName);
      if (!container) throw invalid(`The container ${containerName} does not exist in the task definition.`);
      const port = definition.ports.find(
        (one) => one.containerName === containerName && one.containerPort === containerPort,
      );
      if (!port)
        throw invalid(`The container ${containerName} did not have a container port ${containerPort} defined.`);
      const wanted = definition.networkMode === 'awsvpc' ? 'ip' : 'instance';
      const { targetType } = targetGroup.options;
      if (targetType !== wanted) {
        throw invalid(
          `The provided target group ${targetGroup.arn} has target type ${targetType}, which is incompatible with the ${definition.networkMode} network mode specified in the task definition.`,
        );
      }
      const alternateArn = advancedConfiguration?.alternateTargetGroupArn;
      const alternate = alternateArn === undefined ? undefined : targetGroups.get(alternateArn);
      if (alternateArn !== undefined && !alternate) throw invalid(`The target group ${alternateArn} does not exist.`);
      return {
        targetGroup,
        containerName,
        containerPort,
        ...(alternate ? { alternate, advanced: advancedConfiguration } : {}),
      };
    },
  );
};

/** Refuses a task definition that cannot run where it is to be launched. @throws AwsError */
export const checkCompatible = (definition: TaskDefinition, launch: Launch): void => {
  if (definition.status !== 'ACTIVE') throw invalid('TaskDefinition is inactive');
  if (isFargate(launch) && !definition.compatibilities.includes('FARGATE')) {
    throw invalid('Task definition does not support launch_type FARGATE.');
  }
};
