import { shortName } from '../model/arn.ts';
import { fittedName } from './fitted-name.ts';

/**
 * The family of the task definitions with which a service's tasks run on Fargate, `prod-checkout-spotkeeper-fargate`. Of
 * one service alone: services that share a family differ in their network, roles and revision.
 * @param cluster name or ARN
 */
export const derivedFamily = (cluster: string, service: string): string =>
  fittedName(`${shortName(cluster)}-${service}`, '-spotkeeper-fargate');
