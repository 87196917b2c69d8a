import type { EventOf, Kind } from '../shared/events/event.ts';
import type { Context } from '../shared/flow.ts';
import type {
  Cluster,
  ContainerInstance,
  Instance,
  Service,
  Target,
  TargetGroup,
  Task,
} from '../shared/model/fleet.ts';
import { type Instant, instant, later } from '../shared/model/instant.ts';
import type { Doomed, Hook, Place, Prepared, Watch } from '../shared/model/records.ts';
import { type ActionName, type ActionOf, actionsIn, type Plan } from '../shared/plan/action.ts';
import { type Policy, policyFromEnv } from '../shared/policy.ts';

/** What deciders are given: builders whose defaults are one instance of a cluster, under a Spot notice since NOW. */
export const NOW = instant(Date.parse('2026-08-14T09:26:53Z'));
export const REGION = 'eu-west-1';
export const ACCOUNT = '123456789012';
export const CLUSTER = clusterArn('prod');
export const POOL = { type: 'm6i.large', zone: 'eu-west-1a' };
export const HOOK: Hook = { group: 'prod-ecs-spot', name: 'spotkeeper-drain', token: 'token-1' };

/** The instant so many seconds after the notice. */
export const at = (seconds: number): Instant => later(NOW, seconds * 1000);

/** Ids that differ by a number, in the form that EC2 gives them. */
export const instanceId = (n = 1): string => `i-${n.toString(16).padStart(17, '0')}`;

export function clusterArn(name: string): string {
  return `arn:aws:ecs:${REGION}:${ACCOUNT}:cluster/${name}`;
}

export const containerInstanceArn = (n = 1): string =>
  `arn:aws:ecs:${REGION}:${ACCOUNT}:container-instance/prod/${n.toString(16).padStart(32, '0')}`;

export const taskArn = (n = 1): string =>
  `arn:aws:ecs:${REGION}:${ACCOUNT}:task/prod/${n.toString(16).padStart(32, '0')}`;

export const aPolicy = (changes: Partial<Policy> = {}): Policy => ({ ...policyFromEnv({}), mode: 'act', ...changes });

export const aContext = (now: Instant = NOW, policy: Partial<Policy> = {}): Context => ({
  region: REGION,
  now,
  policy: aPolicy(policy),
});

type About<K extends Kind> = Partial<Omit<EventOf<K>, 'kind'>>;

const origin = (id: string) => ({ recordId: id, eventId: `event-${id}`, account: ACCOUNT, region: REGION, at: NOW });

export const aNotice = (n = 1, about: About<'spot-interrupted'> = {}): EventOf<'spot-interrupted'> => ({
  ...origin(`notice-${n}`),
  kind: 'spot-interrupted',
  instanceId: instanceId(n),
  action: 'terminate',
  deadline: at(120),
  ...about,
});

export const aScaleIn = (n = 1, about: About<'instance-terminating'> = {}): EventOf<'instance-terminating'> => ({
  ...origin(`scale-in-${n}`),
  kind: 'instance-terminating',
  instanceId: instanceId(n),
  group: HOOK.group,
  hook: HOOK.name,
  token: HOOK.token,
  ...about,
});

export const aMaintenance = (about: About<'maintenance-scheduled'> = {}): EventOf<'maintenance-scheduled'> => ({
  ...origin('maintenance'),
  kind: 'maintenance-scheduled',
  code: 'AWS_EC2_PERSISTENT_INSTANCE_RETIREMENT_SCHEDULED',
  closed: false,
  startsAt: at(86_400),
  instanceIds: [instanceId()],
  ...about,
});

export const aRegistration = (
  n = 1,
  about: About<'container-instance-changed'> = {},
): EventOf<'container-instance-changed'> => ({
  ...origin(`registration-${n}`),
  kind: 'container-instance-changed',
  cluster: CLUSTER,
  containerInstance: containerInstanceArn(n),
  instanceId: instanceId(n),
  status: 'ACTIVE',
  pool: POOL,
  ...about,
});

export const aTick = (about: About<'ticked'> = {}): EventOf<'ticked'> => ({
  ...origin('tick'),
  kind: 'ticked',
  ...about,
});

export const aDoomed = (changes: Partial<Doomed> = {}, n = 1): Doomed => ({
  is: 'doomed',
  region: REGION,
  instanceId: instanceId(n),
  cluster: CLUSTER,
  containerInstance: containerInstanceArn(n),
  cause: 'spot',
  noticedAt: NOW,
  acceptedAt: undefined,
  drainedAt: undefined,
  deadline: at(120),
  pool: POOL,
  hook: undefined,
  tasks: [],
  told: [],
  closedAt: undefined,
  expiresAt: at(120 + 86_400),
  ...changes,
});

export const aCluster = (changes: Partial<Cluster> = {}): Cluster => ({
  arn: CLUSTER,
  name: 'prod',
  tags: {},
  containerInstances: 10,
  tasks: 40,
  ...changes,
});

export const aContainerInstance = (changes: Partial<ContainerInstance> = {}, n = 1): ContainerInstance => ({
  arn: containerInstanceArn(n),
  cluster: CLUSTER,
  instanceId: instanceId(n),
  status: 'DRAINING',
  tasks: 1,
  pool: POOL,
  ...changes,
});

export const anInstance = (changes: Partial<Instance> = {}, n = 1): Instance => ({
  instanceId: instanceId(n),
  launchedAt: at(-86_400),
  state: 'terminated',
  reclaimed: true,
  spot: true,
  pool: POOL,
  ...changes,
});

export const aPlace = (n = 1, changes: Partial<Place> = {}): Place => ({
  is: 'place',
  region: REGION,
  instanceId: instanceId(n),
  cluster: CLUSTER,
  containerInstance: containerInstanceArn(n),
  manage: 'yes',
  pool: POOL,
  stale: false,
  expiresAt: at(86_400),
  ...changes,
});

export const aWatch = (changes: Partial<Watch> = {}): Watch => ({
  is: 'watch',
  region: REGION,
  cluster: CLUSTER,
  at: at(5),
  stops: 0,
  after: undefined,
  version: 1,
  by: 'earlier',
  expiresAt: at(86_400),
  ...changes,
});

export const aService = (changes: Partial<Service> = {}): Service => ({
  name: 'checkout',
  cluster: CLUSTER,
  tags: {},
  daemon: false,
  rolling: true,
  desired: 2,
  running: 2,
  minimumHealthyPercent: 100,
  targetGroups: [],
  ...changes,
});

export const aTargetGroup = (changes: Partial<TargetGroup> = {}): TargetGroup => ({
  arn: `arn:aws:elasticloadbalancing:${REGION}:${ACCOUNT}:targetgroup/checkout/7a7a1fcbd0455d4b`,
  name: 'checkout',
  network: false,
  deregistrationDelaySeconds: 30,
  ...changes,
});

export const aTarget = (changes: Partial<Target> = {}): Target => ({
  id: '10.0.0.139',
  port: 8080,
  state: 'healthy',
  ...changes,
});

export const aTask = (changes: Partial<Task> = {}, n = 1): Task => ({
  arn: taskArn(n),
  cluster: CLUSTER,
  containerInstance: containerInstanceArn(n),
  service: 'checkout',
  definition: 'checkout:41',
  lastStatus: 'RUNNING',
  desiredStatus: 'RUNNING',
  stopCode: undefined,
  stoppedReason: undefined,
  exitCodes: [],
  ips: ['10.0.0.139'],
  hostPorts: [],
  ...changes,
});

/** The actions of one kind in a plan, in the order in which they are performed. */
export const actionsOf = <N extends ActionName>(plan: Plan, name: N): readonly ActionOf<N>[] =>
  actionsIn(plan).filter((action): action is ActionOf<N> => action.do === name);

/** What a plan remembers. */
export const recordsOf = (plan: Plan) => actionsOf(plan, 'remember').flatMap(({ records }) => records);

/** What was found out of a service that may be lent tasks: it can run on Fargate, and has no standby yet. */
export const aPrepared = (changes: Partial<Prepared> = {}): Prepared => ({
  is: 'prepared',
  region: REGION,
  cluster: CLUSTER,
  service: 'checkout',
  revision: `arn:aws:ecs:${REGION}:${ACCOUNT}:task-definition/checkout:1`,
  derived: undefined,
  size: { cpu: 256, memory: 512, arm: false },
  about: 'as it is',
  fingerprints: {},
  findings: [],
  proof: 'unproven',
  standbys: {},
  refused: {},
  checkedAt: NOW,
  expiresAt: at(86_400),
  ...changes,
});
