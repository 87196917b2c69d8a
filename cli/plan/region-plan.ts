import { describeInstances } from '../../shared/aws/ec2.ts';
import type { FailoverClients } from '../../shared/aws/failover-clients.ts';
import type { RebalanceClients } from '../../shared/aws/rebalance-clients.ts';
import type { Context } from '../../shared/flow.ts';
import { type StandbyRung, standbyRungs } from '../../shared/model/lending.ts';
import { manageOf } from '../../shared/policy.ts';
import { namedClusters, type Operator } from '../operator.ts';
import { type ClusterPlan, clusterPlan, type SpotPool } from './cluster-plan.ts';
import { type GroupPlans, groupPlans } from './group-plan.ts';
import { stillReader } from './still-reader.ts';

export type Quota = {
  readonly rung: StandbyRung;
  /** vCPUs that the account may run; undefined: not known */
  readonly vcpus: number | undefined;
  /** vCPUs of the services that were looked at */
  readonly used: number;
};

export type RegionPlan = {
  readonly region: string;
  readonly clusters: readonly ClusterPlan[];
  /** Names of clusters that spotkeeper does not manage. */
  readonly leftAlone: readonly string[];
  readonly quotas: readonly Quota[];
  /** ARNs of the roles that lent tasks have: failover must be allowed to pass them. */
  readonly rolesToPass: readonly string[];
  /** Auto Scaling groups whose instance roles failover must be allowed to pass too, for the rung `on-demand`. */
  readonly instanceRolesOf: readonly string[];
  /** What rebalance would change first. */
  readonly rebalance: GroupPlans;
};

export type PlanClients = { readonly failover: FailoverClients; readonly rebalance: RebalanceClients };

/** What failover and rebalance would make of a Region. @throws UsageError for a cluster that is not there; what AWS refuses */
export async function regionPlan(
  { clients, operator }: { readonly clients: PlanClients; readonly operator: Operator },
  names: readonly string[],
  context: Context,
): Promise<RegionPlan> {
  const { region, policy } = context;
  const reader = stillReader(region, clients.failover, operator);
  const arns = namedClusters([...(await reader.listClusters())].sort(), { names, region });
  const described = await reader.describeClusters(arns);
  const answers = described.map((cluster) => ({ cluster, ...manageOf(cluster, policy) }));
  const clusters: ClusterPlan[] = [];
  for (const { cluster, manage, problems } of answers) {
    if (manage !== 'yes') continue;
    const asked = { cluster, managed: true, problems, lookout: undefined, lookouts: [], events: [], for: ['plan'] };
    const poolsOf = (ids: readonly string[]) => spotPools(clients.failover, ids);
    clusters.push(await clusterPlan({ reader, poolsOf }, asked, context));
  }
  const quotas = await Promise.all(
    standbyRungs.map(async (rung) => ({
      rung,
      vcpus: await reader.quotaVcpus(rung === 'fargate-spot'),
      used: clusters.reduce((sum, { vcpus }) => sum + vcpus[rung], 0),
    })),
  );
  const rebalance = await groupPlans(arns, { clients: clients.rebalance, operator }, context);
  const roles = clusters.flatMap(({ services }) => services.flatMap((service) => service.roles));
  return {
    region,
    clusters,
    leftAlone: answers.filter(({ manage }) => manage !== 'yes').map(({ cluster }) => cluster.name),
    quotas,
    rolesToPass: [...new Set(roles)].sort(),
    instanceRolesOf: [...new Set(clusters.flatMap(({ raisable }) => raisable))].sort(),
    rebalance,
  };
}

/** The biggest pool first. */
async function spotPools({ ec2 }: FailoverClients, ids: readonly string[]): Promise<readonly SpotPool[]> {
  const spot = (await describeInstances(ec2, ids)).filter((one) => one.spot && one.state === 'running');
  const pools = [...Map.groupBy(spot, ({ pool: { type, zone } }) => `${type} ${zone}`)];
  return pools
    .flatMap(([name, some]) => some.slice(0, 1).map(({ pool }) => ({ name, pool, some })))
    .sort((a, b) => b.some.length - a.some.length || (a.name < b.name ? -1 : 1))
    .map(({ pool, some }) => ({ pool, instanceIds: some.map(({ instanceId }) => instanceId) }));
}
