import { ApplicationAutoScaling, type ServiceName } from '../application-auto-scaling/service.ts';
import type { RegionBill } from '../billing/region-bill.ts';
import { costLines } from '../cost-explorer/lines.ts';
import { costExplorerService } from '../cost-explorer/service.ts';
import type { EventBus } from '../delivery/bus.ts';
import { allTypes, typeInfo } from '../ec2/instance-type.ts';
import { onDemandPrice } from '../ec2/prices.ts';
import type { EcsService } from '../ecs/model.ts';
import { eventBridgeService } from '../eventbridge/service.ts';
import { fargatePrices, type RegionPrices } from '../pricing/products.ts';
import { pricingService } from '../pricing/service.ts';
import type { Service } from '../service.ts';
import { serviceQuotasService } from '../service-quotas/service.ts';
import { ParameterStore } from '../ssm/service.ts';
import type { Region } from './region.ts';

/** The services of an account that look into its regions from outside: prices, bills, quotas, scaling of services, parameters, the bus. */
export type AccountServices = {
  readonly services: readonly Service[];
  readonly applicationAutoScaling: ApplicationAutoScaling;
  readonly parameters: ParameterStore;
};

type Outside = {
  readonly bus: () => EventBus | undefined;
  readonly now: () => number;
  readonly bills: ReadonlyMap<string, RegionBill>;
};

/** @param outside the account's clock, its bills if it keeps any, and its event bus once a stack is deployed */
export const accountServices = (
  regions: ReadonlyMap<string, Region>,
  { bus, now, bills }: Outside,
): AccountServices => {
  const serviceOf = ({ region, resourceId }: ServiceName): EcsService | undefined => {
    const [, cluster = '', name = ''] = resourceId.split('/');
    const found = regions.get(region)?.parts.ecs.state.clusters.get(cluster)?.services.get(name);
    return found?.status === 'ACTIVE' ? found : undefined;
  };
  const applicationAutoScaling = new ApplicationAutoScaling({
    get: (name) => serviceOf(name)?.desired,
    set: (name, desired) => {
      const service = serviceOf(name);
      if (service) regions.get(name.region)?.setDesiredCount(service, desired);
    },
  });
  const quotas = serviceQuotasService(({ region, serviceCode, quotaCode }) => {
    const { fleet, ecs } = regions.get(region)?.parts ?? {};
    if (serviceCode === 'ec2') return fleet?.quotas.limit(quotaCode);
    return ecs?.fargate.quotaVcpus[quotaCode === FARGATE_SPOT_QUOTA ? 'FARGATE_SPOT' : 'FARGATE'];
  });
  const prices = pricingService(() => [...regions.keys()].map(pricesOf));
  const parameters = new ParameterStore(now);
  const costs = costExplorerService((from, to) => {
    if (bills.size === 0) return undefined;
    return [...bills].flatMap(([region, bill]) => costLines({ bill, usagePrefix: prefixOf(region) }, [from, to]));
  });
  const services = [prices, costs, quotas, applicationAutoScaling, eventBridgeService(bus), parameters.service];
  return { services, applicationAutoScaling, parameters };
};

/** Service Quotas, Fargate Spot vCPU resource count */
const FARGATE_SPOT_QUOTA = 'L-36FBB829';

/** What usage types in bills begin with; https://docs.aws.amazon.com/AmazonS3/latest/userguide/aws-usage-report-understand.html */
const usagePrefixes: Readonly<Record<string, string>> = {
  'us-east-1': '',
  'us-east-2': 'USE2-',
  'us-west-1': 'USW1-',
  'us-west-2': 'USW2-',
  'eu-west-1': 'EU-',
  'eu-west-2': 'EUW2-',
  'eu-west-3': 'EUW3-',
  'eu-central-1': 'EUC1-',
  'eu-north-1': 'EUN1-',
  'ap-northeast-1': 'APN1-',
  'ap-southeast-1': 'APS1-',
  'ap-southeast-2': 'APS2-',
  'ap-south-1': 'APS3-',
  'ca-central-1': 'CAN1-',
  'sa-east-1': 'SAE1-',
};

const prefixOf = (region: string): string => usagePrefixes[region] ?? `${region}-`;

const pricesOf = (region: string): RegionPrices => ({
  region,
  usagePrefix: prefixOf(region),
  instances: allTypes().map((type) => ({ ...typeInfo(type), usdPerHour: onDemandPrice(type) })),
  fargate: fargatePrices(),
});
