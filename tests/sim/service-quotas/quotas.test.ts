import {
  GetAWSDefaultServiceQuotaCommand,
  GetServiceQuotaCommand,
  ListServiceQuotasCommand,
  paginateListAWSDefaultServiceQuotas,
} from '@aws-sdk/client-service-quotas';
import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../../sim/clock.ts';
import { Endpoint } from '../../../sim/endpoint.ts';
import { keyedRandom } from '../../../sim/random.ts';
import { serviceQuotasService } from '../../../sim/service-quotas/service.ts';
import { clientsOf, settle } from '../clients.ts';

const fargateSpot = { ServiceCode: 'fargate', QuotaCode: 'L-36FBB829' };

const quotas = () => {
  const applied = new Map<string, number>();
  const clock = new VirtualClock(Date.UTC(2026, 7, 14));
  const service = serviceQuotasService(({ region, serviceCode, quotaCode }) =>
    applied.get(`${region} ${serviceCode} ${quotaCode}`),
  );
  const endpoint = new Endpoint({ clock, random: keyedRandom(1), services: [service], account: '123456789012' });
  const { serviceQuotas } = clientsOf(endpoint);
  return { applied, serviceQuotas, clock, run: <T>(work: Promise<T>) => settle(clock, work) };
};

describe('Service Quotas', () => {
  it('gives the value that applies to the account at this moment', async () => {
    const { applied, serviceQuotas, run } = quotas();
    applied.set('eu-west-1 fargate L-36FBB829', 4_000);
    const { Quota } = await run(serviceQuotas.send(new GetServiceQuotaCommand(fargateSpot)));
    expect(Quota).toMatchObject({
      QuotaArn: 'arn:aws:servicequotas:eu-west-1:123456789012:fargate/L-36FBB829',
      QuotaName: 'Fargate Spot vCPU resource count',
      Value: 4_000,
    });
  });

  it('knows a default value where none was applied', async () => {
    const { serviceQuotas, run } = quotas();
    await expect(run(serviceQuotas.send(new GetServiceQuotaCommand(fargateSpot)))).rejects.toMatchObject({
      name: 'NoSuchResourceException',
    });
    const { Quota } = await run(serviceQuotas.send(new GetAWSDefaultServiceQuotaCommand(fargateSpot)));
    expect(Quota).toMatchObject({ QuotaArn: 'arn:aws:servicequotas:eu-west-1::fargate/L-36FBB829', Value: 6 });
  });

  it('lists only the quotas that have an applied value', async () => {
    const { applied, serviceQuotas, run } = quotas();
    applied.set('eu-west-1 ec2 L-34B43A08', 256);
    applied.set('us-east-1 ec2 L-1216C47A', 128);
    const { Quotas } = await run(serviceQuotas.send(new ListServiceQuotasCommand({ ServiceCode: 'ec2' })));
    expect(Quotas?.map(({ QuotaCode, Value }) => [QuotaCode, Value])).toEqual([['L-34B43A08', 256]]);
  });

  it('pages through the default values', async () => {
    const { serviceQuotas, clock } = quotas();
    const all = async () => {
      const codes: unknown[] = [];
      const input = { ServiceCode: 'ec2' };
      for await (const { Quotas = [] } of paginateListAWSDefaultServiceQuotas(
        { client: serviceQuotas, pageSize: 4 },
        input,
      ))
        codes.push(...Quotas.map(({ QuotaCode }) => QuotaCode));
      return codes;
    };
    const codes = await settle(clock, all());
    expect(new Set(codes).size).toBe(6);
    expect(codes).toHaveLength(6);
  });

  it.each([
    ['a quota it does not imitate', { ServiceCode: 'ec2', QuotaCode: 'L-00000000' }],
    ['a service it does not imitate', { ServiceCode: 'lambda', QuotaCode: 'L-B99A9384' }],
    ['quotas of single resources', { ...fargateSpot, ContextId: 'arn:aws:ecs:eu-west-1:123456789012:cluster/a' }],
  ])('says that it leaves out %s', async (_, input) => {
    const { serviceQuotas, run } = quotas();
    await expect(run(serviceQuotas.send(new GetServiceQuotaCommand(input)))).rejects.toMatchObject({
      name: 'NotImplemented',
    });
  });

  it.each([
    [{ MaxResults: 101 }, 'IllegalArgumentException'],
    [{ NextToken: 'nonsense' }, 'InvalidPaginationTokenException'],
  ])('refuses %j', async (input, name) => {
    const { serviceQuotas, run } = quotas();
    const command = new ListServiceQuotasCommand({ ServiceCode: 'ec2', ...input });
    await expect(run(serviceQuotas.send(command))).rejects.toMatchObject({ name });
  });
});
