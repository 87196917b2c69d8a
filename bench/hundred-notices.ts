import { REGION } from '../cli/scenario.ts';
import type { LoggedCall } from '../sim/calls.ts';
import type { Ec2Instance } from '../sim/ec2/instance.ts';
import type { EmittedEvent } from '../sim/service.ts';
import type { Benchmark, Figure } from './figure.ts';
import { LoneProcess } from './lone-process.ts';
import { installSpotkeeper, type Market, notDraining, openMarket } from './market.ts';

/** Ten instances a call: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_UpdateContainerInstancesState.html */
const PER_DRAIN = 10;
/** Every other cluster has instances too: one without is not asked. */
const ELSEWHERE = 2;
const WARM = 12;

/** Notices for all instances of one cluster among others: how many API calls until all are DRAINING. */
export function hundredNotices(options: {
  readonly notices: number;
  readonly clusterCounts: readonly number[];
}): Benchmark {
  const { notices, clusterCounts } = options;
  return {
    name: 'hundred-notices',
    title: `${notices} notices in one cluster: calls to ECS, EC2 and Auto Scaling until all are DRAINING`,
    async measure() {
      const figures: Figure[] = [await warm(notices)];
      for (const clusters of clusterCounts) figures.push(await firstMinute(notices, clusters));
      for (const clusters of clusterCounts) figures.push(await unmapped(notices, clusters));
      figures.push(...(await asPolled({ notices, clusters: 1, minutes: 2, map: 'warm' })));
      for (const clusters of clusterCounts)
        figures.push(...(await asPolled({ notices, clusters, minutes: 0, map: 'cold' })));
      return figures;
    },
  };
}

const limit = (notices: number): string => `the limit is ${Math.ceil(notices / PER_DRAIN)} calls of ${PER_DRAIN}`;

async function warm(notices: number): Promise<Figure> {
  const market = openMarket({ clusters: [notices] });
  const process = new LoneProcess(market);
  await process.tick();
  const value = await callsToDrain(market, process, market.instances[0] ?? []);
  return { what: 'warm map, one batch', value, unit: 'calls', goal: { atMost: WARM }, note: limit(notices) };
}

/** Nothing is in the table: no tick was there yet. */
async function firstMinute(notices: number, clusters: number): Promise<Figure> {
  const market = openMarket({ clusters: sizes(notices, clusters) });
  const value = await callsToDrain(market, new LoneProcess(market), market.instances[0] ?? []);
  const what = `empty table, one batch, ${clusters} clusters`;
  const note =
    'ListClusters, DescribeClusters, one ListContainerInstances a cluster, DescribeContainerInstances, drains';
  return { what, value, unit: 'calls', goal: { atMost: clusters + WARM }, note };
}

/** The tick has listed the clusters, then instances came whose registrations were not heard. */
async function unmapped(notices: number, clusters: number): Promise<Figure> {
  const market = openMarket({ clusters: sizes(ELSEWHERE, clusters) });
  const process = new LoneProcess(market);
  await process.tick();
  const [cluster] = market.clusters;
  if (!cluster) throw new Error('the market has no cluster');
  const { region, account } = market;
  const pool = { type: 'm6i.large', zone: 'eu-west-1a' };
  const instances = Array.from({ length: notices }, () => region.addInstance({ ...pool, cluster, booting: true }));
  await account.clock.run(account.clock.now() + 60_000);
  const value = await callsToDrain(market, process, instances);
  const what = `clusters known, instances not, one batch, ${clusters} clusters`;
  return { what, value, unit: 'calls', goal: { atMost: clusters + WARM } };
}

const sizes = (first: number, clusters: number): readonly number[] => [
  first,
  ...Array.from({ length: clusters - 1 }, () => ELSEWHERE),
];

async function callsToDrain(market: Market, process: LoneProcess, instances: readonly Ec2Instance[]): Promise<number> {
  const calls = await process.call(instances.map(noticeOf), 15);
  const left = notDraining(market, instances);
  if (left.length > 0) throw new Error(`${left.length} of ${instances.length} instances are not DRAINING`);
  return untilLastDrain(calls);
}

const noticeOf = ({ id, zone }: Ec2Instance): EmittedEvent => ({
  source: 'aws.ec2',
  'detail-type': 'EC2 Spot Instance Interruption Warning',
  region: REGION,
  resources: [`arn:aws:ec2:${zone}:instance/${id}`],
  detail: { 'instance-id': id, 'instance-action': 'terminate' },
});

/** Calls to the APIs whose limits the account shares, up to the drain that was answered last. */
export function untilLastDrain(calls: readonly LoggedCall[]): number {
  const shared = calls.filter(({ service }) => ['ecs', 'ec2', 'autoscaling'].includes(service));
  const last = shared.findLastIndex(({ operation }) => operation === 'UpdateContainerInstancesState');
  return last + 1;
}

type Polled = {
  readonly notices: number;
  readonly clusters: number;
  readonly minutes: number;
  readonly map: string;
};

/** The same through the queues of the packaged template: two pollers split the notices. */
async function asPolled({ notices, clusters, minutes, map }: Polled): Promise<readonly Figure[]> {
  const market = openMarket({ clusters: sizes(notices, clusters) });
  const { deployment } = await installSpotkeeper(market, { minutes });
  const { account, region } = market;
  const instances = market.instances[0] ?? [];
  const from = account.clock.now();
  for (const { id } of instances) region.interrupt(id);
  await account.clock.run(from + 40_000);
  const left = notDraining(market, instances);
  if (left.length > 0) throw new Error(`${left.length} of ${instances.length} instances are not DRAINING`);
  const calls = account.endpoint.calls.entries.filter(
    ({ at, caller }) => at >= from && caller.startsWith('spotkeeper'),
  );
  const batches = deployment.invocations.filter(({ source, startedAt }) => startedAt >= from && /Notice/.test(source));
  const what = `as the pollers split it, ${map} map, ${clusters} clusters`;
  const note = `batches of ${batches.map(({ records }) => records).join(' and ')}`;
  return [{ what, value: untilLastDrain(calls), unit: 'calls', note }];
}
