import { autoScalingGroups, groupsOfInstances, launchesSinceFailure } from '../../../shared/aws/auto-scaling-groups.ts';
import { groupsOfProviders } from '../../../shared/aws/capacity-providers.ts';
import { describeFailoverClusters, listClusters } from '../../../shared/aws/ecs-clusters.ts';
import { describeTasks, listTasks, type TaskList } from '../../../shared/aws/ecs-tasks.ts';
import type { FailoverClients } from '../../../shared/aws/failover-clients.ts';
import { describeHosts, matchingHosts } from '../../../shared/aws/hosts.ts';
import { targetHealth } from '../../../shared/aws/load-balancing.ts';
import { fargateVcpus } from '../../../shared/aws/quotas.ts';
import { remembered, rememberedOfNames } from '../../../shared/aws/remembered.ts';
import { serviceDetails } from '../../../shared/aws/service-details.ts';
import { describeSubnets } from '../../../shared/aws/subnets.ts';
import type { TablePorts } from '../../../shared/aws/table.ts';
import { ruleWeights, targetGroupType } from '../../../shared/aws/target-routing.ts';
import { describeTaskDefinition } from '../../../shared/aws/task-definitions.ts';
import type { Log } from '../../../shared/flow.ts';
import { instant } from '../../../shared/model/instant.ts';
import type { Reader } from '../reader.ts';
import { tableReader } from './table.ts';

/** The phases of one run ask for the same; a change of ours drops it. */
const CLUSTER_MS = 3_000;
const SUBNETS_MS = 30_000;
const PROVIDERS_MS = 300_000;
/** A revision never changes, and neither does what a target group takes; quotas seldom. */
const LASTING_MS = 3_600_000;

/** A revision has a number; a family alone means whichever is the latest. */
const REVISION = /:\d+$/;

export type RegionalReader = {
  readonly reader: Reader;
  /** What was read of a cluster's services and hosts is out of date now. */
  readonly changed: (cluster: string) => void;
};

/** All that the failover function reads of one region. */
export function makeReader(
  region: string,
  clients: FailoverClients,
  { table, log }: { readonly table: TablePorts; readonly log: Log },
): RegionalReader {
  const { ecs, ec2, autoscaling, elb } = clients;
  const { now } = table;
  const clusters = remembered(() => listClusters(ecs), { now, forMs: CLUSTER_MS });
  const services = remembered((cluster) => serviceDetails(ecs, cluster), { now, forMs: CLUSTER_MS });
  const hosts = remembered((cluster) => describeHosts(ecs, cluster), { now, forMs: CLUSTER_MS });
  const revision = remembered((arn) => describeTaskDefinition(ecs, arn), { now, forMs: LASTING_MS });
  const tasks = async (list: TaskList) => describeTasks(ecs, list.cluster, await listTasks(ecs, list));
  /** Running and ended. */
  const allTasks = async (list: TaskList) =>
    (await Promise.all([tasks(list), tasks({ ...list, desiredStatus: 'STOPPED' })])).flat();
  const reader: Reader = {
    ...tableReader(region, table),
    listClusters: () => clusters('all'),
    describeClusters: rememberedOfNames((arns) => describeFailoverClusters(ecs, arns), { now, forMs: CLUSTER_MS }),
    services,
    hosts,
    matchingHosts: (cluster, expression) => matchingHosts(ecs, cluster, expression),
    tasks: (cluster, service) => tasks({ cluster, service }),
    tasksOn: (cluster, containerInstance) => tasks({ cluster, containerInstance }),
    tasksSince: async (cluster, service, since) =>
      (await allTasks({ cluster, service })).filter(({ createdAt }) => createdAt !== undefined && createdAt >= since),
    // Lent tasks are of the same family; they belong to a service.
    proofTasks: async (cluster, family) =>
      (await allTasks({ cluster, family })).filter(({ service }) => service === undefined),
    taskDefinition: (name) => (REVISION.test(name) ? revision(name) : describeTaskDefinition(ecs, name)),
    targetHealth: (arn) => targetHealth(elb, arn),
    targetGroupType: remembered((arn) => targetGroupType(elb, arn), { now, forMs: LASTING_MS }),
    ruleWeights: (rule) => ruleWeights(elb, rule),
    subnets: rememberedOfNames((ids) => describeSubnets(ec2, ids), { now, forMs: SUBNETS_MS }),
    quotaVcpus: quotaReader(clients, { region, now, log }),
    groupsOfProviders: rememberedOfNames((names) => groupsOfProviders(ecs, names), { now, forMs: PROVIDERS_MS }),
    groups: (names) => autoScalingGroups(clients, names),
    groupsOfInstances: (ids) => groupsOfInstances(autoscaling, ids),
    launchesSinceFailure: (group) => launchesSinceFailure(autoscaling, group, instant(now())),
  };
  return {
    reader,
    changed: (cluster) => {
      services.forget(cluster);
      hosts.forget(cluster);
    },
  };
}

/** Without a quota lending goes on: Fargate itself refuses what is too much. */
function quotaReader(
  { quotas }: FailoverClients,
  { region, now, log }: { readonly region: string; readonly now: () => number; readonly log: Log },
): Reader['quotaVcpus'] {
  const read = remembered((kind) => fargateVcpus(quotas, kind === 'spot'), { now, forMs: LASTING_MS });
  return async (spot) => {
    try {
      return await read(spot ? 'spot' : 'on-demand');
    } catch (error) {
      const quota = spot ? 'Fargate Spot' : 'Fargate On-Demand';
      log.warn('a quota cannot be read; going on without it', { region, quota, error: String(error) });
      return undefined;
    }
  };
}
