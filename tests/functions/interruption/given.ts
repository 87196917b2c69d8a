import type { Demand } from '../../../functions/interruption/decide/demand.ts';
import { type DoomedTask, nothingLent, type TasksView } from '../../../functions/interruption/decide/doomed-task.ts';
import type { Whereabouts } from '../../../functions/interruption/decide/drain.ts';
import type { MapView } from '../../../functions/interruption/decide/map.ts';
import type { PassView } from '../../../functions/interruption/decide/pass.ts';
import type { Setting } from '../../../functions/interruption/decide/tasks.ts';

import type { Target, TargetGroup } from '../../../shared/model/fleet.ts';
import type { Instant } from '../../../shared/model/instant.ts';
import type { Lookout } from '../../../shared/model/records.ts';
import type { Policy } from '../../../shared/policy.ts';
import {
  aContainerInstance,
  aDoomed,
  aPolicy,
  aService,
  aTarget,
  aTargetGroup,
  aTask,
  at,
  CLUSTER,
  containerInstanceArn,
  instanceId,
  NOW,
  POOL,
  REGION,
  taskArn,
} from '../../given.ts';

export const aDemand = (n = 1, changes: Partial<Demand> = {}): Demand => ({
  instanceId: instanceId(n),
  cause: 'spot',
  noticedAt: NOW,
  deadline: at(120),
  hook: undefined,
  pool: undefined,
  for: [`notice-${n}`],
  ...changes,
});

type InCluster = Extract<Whereabouts, { readonly is: 'in-cluster' }>;

export const inCluster = (n = 1, changes: Partial<InCluster> = {}): InCluster => ({
  is: 'in-cluster',
  cluster: CLUSTER,
  containerInstance: containerInstanceArn(n),
  manage: 'yes',
  pool: POOL,
  from: 'map',
  status: undefined,
  ...changes,
});

export const aDoomedTask = (changes: Partial<DoomedTask> = {}, n = 1): DoomedTask => ({
  task: aTask({}, n),
  doomed: aDoomed({}, n),
  service: aService(),
  lent: nothingLent,
  stopSeconds: 30,
  groups: [],
  targets: [],
  ...changes,
});

export const aTasksView = (changes: Partial<TasksView> = {}): TasksView => ({
  cluster: CLUSTER,
  tasks: [aDoomedTask()],
  healthyElsewhere: new Map(),
  tasksBeyond: 0,
  stopsElsewhere: 0,
  stopping: new Set(),
  ...changes,
});

/** A task behind the load balancer: its target is healthy, and so are as many others as `elsewhere` says. */
export function aBalancedTask(
  { group = aTargetGroup(), target = aTarget(), ...changes }: Balanced = {},
  n = 1,
): DoomedTask {
  return aDoomedTask(
    { service: aService({ targetGroups: [group.arn] }), groups: [group], targets: [{ group, target }], ...changes },
    n,
  );
}

/** Failover looks after the cluster, and was there since the notice: DRAINING would cut its service. */
export const aLookout = (changes: Partial<Lookout> = {}): Lookout => ({
  is: 'lookout',
  region: REGION,
  cluster: CLUSTER,
  at: at(60),
  services: 1,
  lent: { tasks: 0, hourlyNanoUsd: 0 },
  vcpus: { 'fargate-spot': 0, fargate: 0 },
  holds: ['checkout'],
  scannedAt: at(3),
  version: 1,
  by: 'earlier',
  expiresAt: at(86_400),
  ...changes,
});

type Balanced = Partial<DoomedTask> & { readonly group?: TargetGroup; readonly target?: Target };

export const aSetting = (now: Instant = NOW, policy: Partial<Policy> = {}): Setting => ({
  region: REGION,
  now,
  policy: aPolicy(policy),
  for: ['wake-up'],
  held: new Set(),
});

/** A pass over one instance that is DRAINING and runs one task of a service. */
export const aPassView = (changes: Partial<PassView> = {}): PassView => ({
  ...aTasksView(),
  for: ['wake-up'],
  policy: aPolicy(),
  problems: [],
  abandoned: false,
  doomed: [aDoomed({ drainedAt: at(1), tasks: [taskArn()] })],
  after: undefined,
  moved: new Set(),
  instances: new Map([[containerInstanceArn(), aContainerInstance()]]),
  tasksOn: new Map([[containerInstanceArn(), [taskArn()]]]),
  stoppingOn: new Map(),
  ended: new Map(),
  lookout: undefined,
  ...changes,
});

/** What the map sees when nothing happened: a directory that was never read. */
export const aMapView = (changes: Partial<MapView> = {}): MapView => ({
  for: ['tick'],
  registered: [],
  clusters: [],
  listedAt: undefined,
  directory: { list: undefined, clusters: [] },
  sweptClusters: [],
  swept: [],
  mapped: new Map(),
  ...changes,
});
