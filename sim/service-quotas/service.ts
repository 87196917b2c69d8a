import type {
  GetAWSDefaultServiceQuotaRequest,
  GetAWSDefaultServiceQuotaResponse,
  GetServiceQuotaRequest,
  GetServiceQuotaResponse,
  ListAWSDefaultServiceQuotasRequest,
  ListAWSDefaultServiceQuotasResponse,
  ListServiceQuotasRequest,
  ListServiceQuotasResponse,
  ServiceQuota,
} from '@aws-sdk/client-service-quotas';
import { AwsError, type Call, type Service } from '../service.ts';
import { checkRange } from '../validation.ts';
import { page } from '../world/page.ts';
import table from './quotas.json' with { type: 'json' };

/** The value that AWS applies to the account in a region; undefined: AWS has told none, only the default is known. */
export type AppliedQuota = (quota: {
  readonly region: string;
  readonly serviceCode: string;
  readonly quotaCode: string;
}) => number | undefined;

/**
 * Service Quotas with the vCPU quotas of EC2 and Fargate. Other quotas exist in AWS: they answer NotImplemented.
 * https://docs.aws.amazon.com/servicequotas/2019-06-24/apireference/Welcome.html
 */
export const serviceQuotasService = (applied: AppliedQuota): Service => ({
  id: 'service-quotas',
  operations: {
    /** https://docs.aws.amazon.com/servicequotas/2019-06-24/apireference/API_GetServiceQuota.html */
    GetServiceQuota: (input: GetServiceQuotaRequest, call): GetServiceQuotaResponse => {
      refuseUnknown(input, ['ContextId']);
      const quota = appliedShape(known(input), { call, applied });
      if (!quota) throw new AwsError('NoSuchResourceException', 'The specified resource does not exist.');
      return { Quota: quota };
    },

    /** https://docs.aws.amazon.com/servicequotas/2019-06-24/apireference/API_GetAWSDefaultServiceQuota.html */
    GetAWSDefaultServiceQuota: (
      input: GetAWSDefaultServiceQuotaRequest,
      call: Call,
    ): GetAWSDefaultServiceQuotaResponse => ({ Quota: shape(known(input), call.region) }),

    /** https://docs.aws.amazon.com/servicequotas/2019-06-24/apireference/API_ListServiceQuotas.html */
    ListServiceQuotas: (input: ListServiceQuotasRequest, call): ListServiceQuotasResponse => {
      refuseUnknown(input, ['QuotaCode', 'QuotaAppliedAtLevel']);
      const { items, nextToken } = listed(input);
      const quotas = items.flatMap((row) => appliedShape(row, { call, applied }) ?? []);
      return { Quotas: quotas, NextToken: nextToken };
    },

    /** https://docs.aws.amazon.com/servicequotas/2019-06-24/apireference/API_ListAWSDefaultServiceQuotas.html */
    ListAWSDefaultServiceQuotas: (
      input: ListAWSDefaultServiceQuotasRequest,
      call: Call,
    ): ListAWSDefaultServiceQuotasResponse => {
      const { items, nextToken } = listed(input);
      return { Quotas: items.map((row) => shape(row, call.region)), NextToken: nextToken };
    },
  },
});

type Row = (typeof table.quotas)[number] & { readonly sequence: number };

const rows: readonly Row[] = table.quotas.map((row, sequence) => ({ ...row, sequence }));
const serviceNames: Readonly<Record<string, string>> = table.services;

const known = (input: GetServiceQuotaRequest | GetAWSDefaultServiceQuotaRequest): Row => {
  const { ServiceCode: service, QuotaCode: code } = input;
  const row = rows.find((candidate) => candidate.service === service && candidate.code === code);
  if (!row) throw new AwsError('NotImplemented', `the simulated account knows no quota ${service}/${code}`, 501);
  return row;
};

const listed = (input: ListServiceQuotasRequest | ListAWSDefaultServiceQuotasRequest) => {
  const { ServiceCode: service = '', MaxResults: size, NextToken: token } = input;
  checkRange('maxResults', size, { least: 1, most: 100, code: 'IllegalArgumentException' });
  if (!Object.hasOwn(serviceNames, service)) {
    throw new AwsError('NotImplemented', `the simulated account knows no quotas of ${service}`, 501);
  }
  const ofService = rows.filter((row) => row.service === service);
  return page(ofService, { size: size ?? 100, token, invalidTokenCode: 'InvalidPaginationTokenException' });
};

const refuseUnknown = (input: object, members: readonly string[]): void => {
  const given = members.find((member) => member in input);
  if (given) throw new AwsError('NotImplemented', `the simulated Service Quotas does not imitate ${given}`, 501);
};

const appliedShape = (row: Row, { call, applied }: { call: Call; applied: AppliedQuota }): ServiceQuota | undefined => {
  const { region, account } = call;
  const value = applied({ region, serviceCode: row.service, quotaCode: row.code });
  if (value === undefined) return undefined;
  return { ...shape(row, region, account), Value: value, QuotaAppliedAtLevel: 'ACCOUNT' };
};

// The ARN of a default value names no account.
const shape = ({ service, code, name, value }: Row, region: string, account = ''): ServiceQuota => ({
  ServiceCode: service,
  ServiceName: serviceNames[service],
  QuotaArn: `arn:aws:servicequotas:${region}:${account}:${service}/${code}`,
  QuotaCode: code,
  QuotaName: name,
  Value: value,
  Unit: 'None',
  Adjustable: true,
  GlobalQuota: false,
});
