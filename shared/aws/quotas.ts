import {
  GetAWSDefaultServiceQuotaCommand,
  GetServiceQuotaCommand,
  type ServiceQuotasClient,
} from '@aws-sdk/client-service-quotas';
import { isNoAppliedQuota } from './errors.ts';

/**
 * How many vCPUs Fargate may run for the account in the region at the same time: the value applied to it or, where AWS
 * tells none, its default.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-quotas.html
 */
export async function fargateVcpus(quotas: ServiceQuotasClient, spot: boolean): Promise<number | undefined> {
  const quota = { ServiceCode: 'fargate', QuotaCode: spot ? 'L-36FBB829' : 'L-3032A538' };
  try {
    const { Quota } = await quotas.send(new GetServiceQuotaCommand(quota));
    return Quota?.Value;
  } catch (error) {
    if (!isNoAppliedQuota(error)) throw error;
    const { Quota } = await quotas.send(new GetAWSDefaultServiceQuotaCommand(quota));
    return Quota?.Value;
  }
}
