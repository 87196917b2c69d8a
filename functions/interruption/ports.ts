import { heartbeat, release } from '../../shared/aws/autoscaling.ts';
import { type Clients, makeClients } from '../../shared/aws/clients.ts';
import { type DrainPorts, drain } from '../../shared/aws/drain.ts';
import { describeInstances, openNotices, reclaimedInstances } from '../../shared/aws/ec2.ts';
import { describeClusters, listClusters } from '../../shared/aws/ecs-clusters.ts';
import {
  describeContainerInstances,
  findContainerInstances,
  listDraining,
} from '../../shared/aws/ecs-container-instances.ts';
import { describeServices, stopTimeoutSeconds } from '../../shared/aws/ecs-services.ts';
import { describeTasks, listTasks, stopTask } from '../../shared/aws/ecs-tasks.ts';
import { isNoLifecycleAction } from '../../shared/aws/errors.ts';
import { deregister, describeTargetGroup, targetHealth } from '../../shared/aws/load-balancing.ts';
import { outcomeOf } from '../../shared/aws/outcome.ts';
import { makeOwnPorts } from '../../shared/aws/own-ports.ts';
import { Pacer } from '../../shared/aws/pace.ts';
import type { MakePorts } from '../../shared/aws/process.ts';
import { remembered } from '../../shared/aws/remembered.ts';
import { distrustPlaces } from '../../shared/aws/shared-records.ts';
import type { TablePorts } from '../../shared/aws/table.ts';
import type { Log, Ports } from '../../shared/flow.ts';
import type { Drainee } from '../../shared/plan/action.ts';
import type { interruption } from './flow.ts';
import { tableReader, tolerantReader } from './ports/table.ts';
import type { Reader } from './reader.ts';

type Acts = (typeof interruption.acts)[number];

const GROUP_MS = 300_000;
const DEFINITION_MS = 3_600_000;
/** All throttled drains of a cluster share one read. */
const DRAINING_MS = 4_000;
/** All phases of a tick ask for the open notices. */
const NOTICES_MS = 5_000;
/** Whoever acts writes no more of it: maintenance is announced days ahead, and a process that acts is a new one. */
const OBSERVED_MS = 600_000;

/**
 * What the interruption function may read and do, each verb one adapter.
 * @throws Error when SPOTKEEPER_TABLE, SPOTKEEPER_WAKE_UP_QUEUE_URL or AWS_REGION is missing
 */
export const makePorts: MakePorts<Reader, Acts> = (made): Ports<Reader, Acts> => {
  const { runtime, clientConfig } = made;
  const pacer = new Pacer(runtime);
  const own = makeOwnPorts(made);
  const { table } = own;
  const regions = new Map<string, Regional>();
  const regional = (region: string): Regional => {
    const made =
      regions.get(region) ??
      makeRegional(region, makeClients(region, { edge: runtime, pacer, clientConfig }), { table, log: runtime.log });
    regions.set(region, made);
    return made;
  };
  const clients = (region: string): Clients => regional(region).clients;
  const distrust = (region: string, cluster: string, instances: readonly Drainee[]) =>
    distrustPlaces(table, { region, cluster }, instances);
  return {
    read: (region) => regional(region).reader,
    commit: own.commit,
    act: {
      ...own.act,
      drain: (action) => drain(action, { ...runtime, ...regional(action.region).drains, distrust }),
      deregister: (action) => outcomeOf(action, () => deregister(clients(action.region).elb, action)),
      stop: (action) => outcomeOf(action, () => stopTask(clients(action.region).ecs, action)),
      heartbeat: (action) =>
        outcomeOf(action, () => heartbeat(clients(action.region).autoscaling, action), isNoLifecycleAction),
      release: (action) =>
        outcomeOf(action, () => release(clients(action.region).autoscaling, action), isNoLifecycleAction),
    },
  };
};

type Regional = {
  readonly clients: Clients;
  readonly reader: Reader;
  readonly drains: Pick<DrainPorts, 'ecsUnretried' | 'draining'>;
};

function makeRegional(region: string, clients: Clients, { table, log }: { table: TablePorts; log: Log }): Regional {
  const { ecs, ec2, elb } = clients;
  const cached = { now: table.now };
  const draining = remembered((cluster) => listDraining(ecs, cluster), { ...cached, forMs: DRAINING_MS });
  const notices = remembered(() => openNotices(ec2), { ...cached, forMs: NOTICES_MS });
  const read = tableReader(region, table);
  const observed = remembered(() => read.observedMaintenance(), { ...cached, forMs: OBSERVED_MS });
  const own = { ...read, observedMaintenance: () => observed(region) };
  const reader: Reader = {
    ...own,
    tolerant: tolerantReader(own, log),
    listClusters: () => listClusters(ecs),
    describeClusters: (arns) => describeClusters(ecs, arns),
    findContainerInstances: (cluster, ids) => findContainerInstances(ecs, cluster, ids),
    describeContainerInstances: (cluster, arns) => describeContainerInstances(ecs, cluster, arns),
    listTasks: (cluster, containerInstance, desiredStatus) =>
      listTasks(ecs, { cluster, containerInstance, desiredStatus }),
    describeTasks: (cluster, arns) => describeTasks(ecs, cluster, arns),
    describeServices: (cluster, names) => describeServices(ecs, cluster, names),
    stopTimeoutSeconds: remembered((definition) => stopTimeoutSeconds(ecs, definition), {
      ...cached,
      forMs: DEFINITION_MS,
    }),
    targetGroup: remembered((arn) => describeTargetGroup(elb, arn), { ...cached, forMs: GROUP_MS }),
    targetHealth: (arn) => targetHealth(elb, arn),
    instances: (ids) => describeInstances(ec2, ids),
    async openNotices() {
      try {
        return await notices(region);
      } catch (error) {
        log.warn('open notices cannot be read; the next tick asks again', { region, error: String(error) });
        return [];
      }
    },
    reclaimedInstances: () => reclaimedInstances(ec2),
  };
  return { clients, reader, drains: { ecsUnretried: clients.ecsUnretried, draining } };
}
