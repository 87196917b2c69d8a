import type { NetworkConfiguration } from '@aws-sdk/client-ecs';
import type { TaskDefinition } from './model/task-definition.ts';
import type { Network } from './model.ts';
import { invalid } from './state.ts';

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_AwsVpcConfiguration.html */
const most = { subnets: 16, securityGroups: 5 };

/**
 * The network of tasks as RunTask, StartTask, CreateService and UpdateService take it. Undefined: the network mode has none.
 * @param fargate will the tasks run on Fargate? Only there they may have public addresses
 * @throws AwsError InvalidParameterException
 */
export const checkedNetwork = (
  definition: TaskDefinition,
  configuration: NetworkConfiguration | undefined,
  fargate: boolean,
): Network | undefined => {
  const given = configuration?.awsvpcConfiguration;
  if (definition.networkMode !== 'awsvpc') {
    if (given) throw invalid('Network Configuration is not valid for the given networkMode of this task definition.');
    return undefined;
  }
  if (!given) throw invalid("Network Configuration must be provided when networkMode 'awsvpc' is specified.");
  const { subnets = [], securityGroups = [], assignPublicIp = 'DISABLED' } = given;
  if (subnets.length === 0) throw invalid('subnets can not be empty.');
  if (subnets.length > most.subnets) throw invalid(`subnets can have at most ${most.subnets} items.`);
  if (securityGroups.length > most.securityGroups) {
    throw invalid(`securityGroups can have at most ${most.securityGroups} items.`);
  }
  if (assignPublicIp !== 'ENABLED' && assignPublicIp !== 'DISABLED') {
    throw invalid(`Invalid assignPublicIp ${assignPublicIp}.`);
  }
  if (assignPublicIp === 'ENABLED' && !fargate)
    throw invalid('Assign public IP is not supported for this launch type.');
  return { subnets, securityGroups, assignPublicIp };
};
