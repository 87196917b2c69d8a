import type { Group } from '../../sim/autoscaling/group.ts';
import type { Pool } from '../../sim/ec2/instance.ts';
import type { Cluster } from '../../sim/ecs/model.ts';
import type { Region } from '../../sim/world/region.ts';
import type { Switches } from '../../sim/world/switches.ts';
import { drawPercents, SCALE_IN_HOOK, ZONES } from './account-parts.ts';
import { Draw } from './draw.ts';
import { buildLendingCluster, lendingSettings, lendingSwitches } from './drawn-lending.ts';
import { buildSpreadCluster, spreadSettings } from './spread/drawn-account.ts';

/** Which functions are in the stack beside interruption; report comes with rebalance. */
export type Stack = { readonly failover: boolean; readonly rebalance: boolean };

const TYPES = ['m5.large', 'm6i.large', 'm6a.large', 'm5.xlarge'];
/** Is a seed played with failover, unless somebody says so? */
export const drawsFailover = (seed: number): boolean => new Draw(seed, 'stack').chance('failover', 0.2);

/**
 * Builds the account of a seed: clusters, spotkeeper's and others', with their groups, services and tasks.
 * @param stack with failover its services ask to be lent tasks; with rebalance its groups may be changed
 */
export function buildAccount(seed: number, region: Region, { failover, rebalance }: Stack): void {
  const draw = new Draw(seed, 'account');
  const managed = draw.whole('clusters', 1, rebalance || failover ? 2 : 3);
  for (let n = 0; n < managed; n += 1) {
    if (rebalance) buildSpreadCluster(seed, region, `prod-${n}`);
    else if (failover) buildLendingCluster(seed, region, `prod-${n}`);
    else buildCluster(seed, region, { name: `prod-${n}`, hooks: true });
  }
  if (draw.chance('opted out', 0.3))
    buildCluster(seed, region, { name: 'legacy', hooks: false, tags: { 'spotkeeper:manage': 'false' } });
  if (draw.chance('batch', 0.25)) buildCluster(seed, region, { name: 'AWSBatch-jobs', hooks: false });
  if (draw.chance('no cluster', 0.3)) addGroup(seed, region, { name: 'kubernetes', hooks: true });
}

/** spotkeeper's settings in a seed. */
export function settingsOf(seed: number, { failover, rebalance }: Stack): Readonly<Record<string, string>> {
  const draw = new Draw(seed, 'settings');
  return {
    SPOTKEEPER_MODE: draw.chance('observe', 0.12) ? 'observe' : 'act',
    SPOTKEEPER_STANDALONE: draw.pick('standalone', ['leave', 'stop']),
    SPOTKEEPER_SCALE_IN_MINUTES: String(draw.whole('scale-in minutes', 1, 3)),
    SPOTKEEPER_DEREGISTER_SECONDS: draw.pick('deregister', ['60', '60', '0', '20', '110']),
    SPOTKEEPER_STOP_RESERVE_SECONDS: draw.pick('reserve', ['5', '5', '0', '20']),
    ...(failover && lendingSettings(seed)),
    ...(rebalance && spreadSettings(seed)),
  };
}

/** What nobody knows about AWS, in a seed. */
export function switchesOf(seed: number, { failover }: Stack): Partial<Switches> {
  const draw = new Draw(seed, 'switches');
  return {
    stopTaskOverridesDraining: draw.chance('override', 0.5),
    afterForeignDeregistration: draw.pick('deregistration', ['ignored', 'ignored', 'reregistered', 'replaced']),
    hostLossReplacesStopCode: draw.chance('stop code', 0.5),
    ...(failover && lendingSwitches(seed)),
  };
}

type Build = {
  readonly name: string;
  /** Do its groups have spotkeeper's termination hook? */
  readonly hooks: boolean;
  readonly tags?: Readonly<Record<string, string>>;
};

function buildCluster(seed: number, region: Region, { name, hooks, tags = {} }: Build): void {
  const draw = new Draw(seed, name);
  const cluster = region.createCluster({ name, tags, capacityProviders: ['FARGATE', 'FARGATE_SPOT'] });
  const groups = Array.from({ length: draw.whole('groups', 1, 2) }, (_, n) =>
    addGroup(seed, region, { name: `${name}-group-${n}`, hooks, cluster }),
  );
  const size = groups.reduce((sum, { desired }) => sum + desired, 0);
  if (draw.chance('lone instance', 0.3))
    region.addInstance({ type: draw.pick('type', TYPES), zone: draw.pick('zone', ZONES), cluster });
  if (draw.chance('on-demand instance', 0.2))
    region.addInstance({ type: draw.pick('type', TYPES), zone: draw.pick('zone', ZONES), cluster, spot: false });
  if (draw.chance('daemon', 0.4))
    region.createService({ cluster, name: `${name}-daemon`, scheduling: 'DAEMON', cpu: 64, memory: 128, ...BRIDGE });
  const services = draw.whole('services', 1, 4);
  for (let n = 0; n < services; n += 1) addService(seed, region, { cluster, name: `${name}-service-${n}`, size });
  if (draw.chance('fargate', 0.2)) addFargateService(seed, region, { cluster, name: `${name}-fargate`, size });
  const family = `${name}-job`;
  const jobs = draw.chance('jobs', 0.3) ? draw.whole('jobs', 1, 3) : 0;
  for (let n = 0; n < jobs; n += 1) region.runTask({ cluster, family, cpu: 64, memory: 128, startMs: 1, ...BRIDGE });
}

const BRIDGE = { networkMode: 'bridge' } as const;

function addGroup(seed: number, region: Region, { name, hooks, cluster }: Build & { cluster?: Cluster }): Group {
  const draw = new Draw(seed, name);
  const types = draw.some('type', TYPES, draw.whole('types', 1, 2));
  const zones = draw.some('zone', ZONES, draw.whole('zones', 1, 3));
  const pools: readonly Pool[] = types.flatMap((type) => zones.map((zone) => ({ type, zone })));
  const desired = draw.whole('desired', 2, 6);
  return region.createGroup({
    name,
    pools,
    desired,
    ...(cluster && { cluster }),
    bootMs: draw.whole('boot', 15_000, 60_000),
    ...(draw.chance('capacity provider', 0.5) && { capacityProvider: `${name}-provider` }),
    managedDraining: draw.chance('managed draining', 0.25),
    agentDrainsOnSpot: draw.chance('agent drains', 0.2),
    hooks: hooks && draw.chance('hook', 0.7) ? [{ name: SCALE_IN_HOOK, heartbeatTimeoutSeconds: 60 }] : [],
  });
}

/** Nobody but Fargate takes its tasks away: spotkeeper leaves them alone. */
function addFargateService(seed: number, region: Region, { cluster, name }: NewService): void {
  const draw = new Draw(seed, name);
  const launch = draw.chance('spot', 0.6) ? ({ capacityProvider: 'FARGATE_SPOT' } as const) : FARGATE;
  const targetGroup = draw.chance('balancer', 0.5) ? region.createTargetGroup({ name, targetType: 'ip' }) : undefined;
  const shape = { cluster, name, desired: draw.whole('desired', 1, 4), cpu: 256, memory: 512, fargate: true };
  region.createService({ ...shape, ...launch, networkMode: 'awsvpc', ...(targetGroup && { targetGroup }) });
}

const FARGATE = { launchType: 'FARGATE' } as const;

type NewService = { readonly cluster: Cluster; readonly name: string; readonly size: number };

function addService(seed: number, region: Region, { cluster, name, size }: NewService): void {
  const draw = new Draw(seed, name);
  const percents = drawPercents(draw);
  const balancer = draw.pick('balancer', ['none', 'none', 'application', 'application', 'network'] as const);
  const awsvpc = draw.chance('awsvpc', 0.2);
  const common = {
    cluster,
    name,
    ...percents,
    desired: awsvpc ? 1 : draw.whole('desired', 1, size),
    cpu: draw.pick('cpu', [64, 128, 256]),
    memory: 128,
    networkMode: awsvpc ? ('awsvpc' as const) : ('bridge' as const),
    startMs: draw.whole('start', 2_000, 15_000),
    stopMs: draw.whole('stop', 100, 20_000),
    stopTimeoutSeconds: draw.pick('stop timeout', [30, 30, 2, 10, 60, 120]),
    zoneRebalancing: percents.maximumPercent > 100 && draw.chance('zone rebalancing', 0.3),
  };
  if (balancer === 'none') region.createService(common);
  else {
    const targetGroup = region.createTargetGroup({
      name,
      kind: balancer,
      targetType: awsvpc ? 'ip' : 'instance',
      deregistrationDelaySeconds: draw.pick('deregistration delay', [30, 30, 0, 5, 60, 120, 300]),
    });
    const traffic = draw.chance('traffic', 0.3) ? { requestsPerSecond: 1, requestMs: draw.whole('ms', 20, 3_000) } : {};
    region.createService({ ...common, targetGroup, ...traffic });
  }
}
