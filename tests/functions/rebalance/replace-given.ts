import { decideReplace } from '../../../functions/rebalance/decide/replace.ts';
import type { Detached, GroupMember, RegionView, ReplaceView } from '../../../functions/rebalance/decide/view.ts';
import type { Host } from '../../../shared/model/lending.ts';
import type { ScalingGroup } from '../../../shared/model/offerings.ts';
import type { Advice, OpenReplacement, Replacing, Standing } from '../../../shared/model/rebalance-records.ts';
import type { Action, ActionName, ActionOf, Plan } from '../../../shared/plan/action.ts';
import { actionsIn } from '../../../shared/plan/action.ts';
import { aContext, aPolicy, at, CLUSTER, containerInstanceArn, instanceId, NOW, REGION } from '../../given.ts';
import { pricesOf } from '../../shared/core/offerings/market.ts';
import { aGroup, aRegion, hoursAgo } from './review-given.ts';

/** A group of six Spot Instances, two hours old, in the pool `m5.large eu-west-1a`; the first one is recommended against. */
export const TYPES = ['m5.large', 'm5a.large', 'm6i.large'];
export const OWN_POOL = { type: 'm5.large', zone: 'eu-west-1a' };

export const aMember = (n: number, given: Partial<GroupMember> = {}): GroupMember => ({
  instanceId: instanceId(n),
  type: OWN_POOL.type,
  zone: OWN_POOL.zone,
  lifecycle: 'InService',
  healthy: true,
  protectedFromScaleIn: false,
  launchedAt: hoursAgo(2),
  spot: true,
  ...given,
});

export const aHost = (n: number, given: Partial<Host> = {}): Host => ({
  arn: containerInstanceArn(n),
  instanceId: instanceId(n),
  status: 'ACTIVE',
  connected: true,
  pool: OWN_POOL,
  provider: undefined,
  attributes: new Map(),
  registeredAt: hoursAgo(2),
  cpu: 1024,
  memory: 4096,
  gpus: 0,
  tcp: new Set(),
  udp: new Set(),
  tasks: 2,
  ...given,
});

export type Given = Partial<Omit<ReplaceView, 'group' | 'hosts'>> & {
  readonly group?: Partial<ScalingGroup>;
  readonly hosts?: readonly Host[];
};

export function aReplace({ group, hosts, ...given }: Given = {}): ReplaceView {
  const members = given.members ?? [1, 2, 3, 4, 5, 6].map((n) => aMember(n));
  const all = hosts ?? members.map((_, index) => aHost(index + 1));
  return {
    group: aGroup(TYPES, { members, ...group }),
    cluster: { arn: CLUSTER, name: 'prod', tags: {}, containerInstances: 6, tasks: 12, providers: [], fargateTasks: 0 },
    provider: undefined,
    policy: aPolicy({ rebalance: 'on', replaceShare: 0.1, minAgeMinutes: 60, detachMinutes: 60, maxPoolShare: 1 }),
    problems: [],
    choice: undefined,
    replacing: undefined,
    isLent: false,
    doomed: new Set(),
    answers: new Map(),
    raised: undefined,
    hosts: new Map(all.map((host) => [host.instanceId, host])),
    stuck: new Map(),
    fits: new Set(),
    refreshing: false,
    prices: pricesOf(TYPES, 0.5),
    ...given,
    members,
  };
}

export const anAdvice = (n: number, given: Partial<Advice> = {}): Advice => ({
  is: 'advice',
  region: REGION,
  instanceId: instanceId(n),
  at: NOW,
  expiresAt: at(6 * 3600),
  ...given,
});

/** Recommendations against the instances of these numbers. */
export const advised = (...numbers: readonly number[]): ReadonlyMap<string, Advice> =>
  new Map(numbers.map((n) => [instanceId(n), anAdvice(n)]));

export const anOpen = (given: Partial<OpenReplacement> = {}): OpenReplacement => ({
  instanceId: instanceId(1),
  pool: OWN_POOL,
  why: 'recommended',
  way: 'launch',
  begunAt: at(-120),
  successor: undefined,
  drainedAt: undefined,
  ...given,
});

export const aReplacing = (open: readonly OpenReplacement[], given: Partial<Replacing> = {}): Replacing => ({
  is: 'replacing',
  region: REGION,
  group: 'prod-spot',
  cluster: CLUSTER,
  open,
  // The group of six is one larger for each that is launched for.
  desiredBefore: open.some(({ way }) => way === 'launch') ? 6 : undefined,
  lastAt: at(-120),
  version: 4,
  by: 'somebody',
  expiresAt: at(86_400),
  ...given,
});

export const aDetached = (n: number, given: Partial<Detached> = {}): Detached => ({
  instanceId: instanceId(n),
  launchedAt: hoursAgo(2),
  state: 'running',
  reclaimed: false,
  spot: true,
  pool: OWN_POOL,
  tag: new Date(at(-120)).toISOString(),
  group: 'prod-spot',
  ...given,
});

export const outOf = (type: string, zone: string): [string, Standing] => [
  `${type} ${zone}`,
  {
    is: 'standing',
    region: REGION,
    pool: { type, zone },
    strikes: 1,
    lastAt: hoursAgo(0.1),
    outUntil: at(3600),
    expiresAt: at(86_400),
  },
];

export const decided = (view: Given = {}, region: Partial<RegionView> = {}): Plan => {
  const seen = aReplace(view);
  return decideReplace([seen], aRegion({ groups: [seen], ...region }), aContext());
};

export const only = <N extends ActionName>(plan: Plan, name: N): readonly ActionOf<N>[] =>
  actionsIn(plan).filter((action: Action): action is ActionOf<N> => action.do === name);

/** What this pass begins by a call of ours. */
export const begunBy = (plan: Plan) => [...only(plan, 'launch-replacement'), ...only(plan, 'detach')];

export const names = (plan: Plan): readonly string[] => actionsIn(plan).map((action) => action.do);

/** What is written before any call. */
export function written(plan: Plan): Replacing {
  const [guard] = plan.guards;
  if (guard?.next.is !== 'replacing') throw new Error('nothing is written of the replacements');
  return guard.next;
}
