import type { InstancesDistribution } from '@aws-sdk/client-auto-scaling';
import type { Cluster } from '../../../sim/ecs/model.ts';
import { CHANNEL } from '../../../sim/slack/workspace.ts';
import type { Region } from '../../../sim/world/region.ts';
import { SCALE_IN_HOOK, ZONES } from '../account-parts.ts';
import { Draw } from '../draw.ts';

/** Of like size: eight tasks of 256 units. */
const SPREAD_TYPES = ['m5.large', 'm5a.large', 'm6i.large', 'm6a.large', 'm5n.large', 'm7i.large'];
const HOST_UNITS = 2_048;

/** Where the secret that opens Slack is kept. */
export const SLACK_SECRET = '/spotkeeper/slack';

/** What concerns rebalance and report, of spotkeeper's settings in a seed. */
export function spreadSettings(seed: number): Readonly<Record<string, string>> {
  const draw = new Draw(seed, 'spread settings');
  return {
    SPOTKEEPER_MIN_AGE_MINUTES: draw.pick('age', ['0', '5', '10', '60']),
    SPOTKEEPER_REPLACE_SHARE: draw.pick('share', ['0.1', '0.3', '0.5']),
    SPOTKEEPER_DETACH_MINUTES: draw.pick('detach', ['10', '15', '20']),
    SPOTKEEPER_CHANGE_MINUTES: draw.pick('change', ['5', '60']),
    SPOTKEEPER_LEDGER_MINUTES: draw.pick('ledger', ['1', '5', '15']),
    SPOTKEEPER_COOL_OFF_MINUTES: draw.pick('cool-off', ['1', '5', '15']),
    SPOTKEEPER_STORM_INSTANCES: draw.pick('storm', ['2', '3']),
    SPOTKEEPER_SLACK_SECRET: SLACK_SECRET,
    SPOTKEEPER_SLACK_CHANNEL: CHANNEL,
    ...(drawsReport(seed) ? DAY_ENDS_IN_AN_HOUR : { SPOTKEEPER_REPORTS: 'none' }),
  };
}

/** Is a report due in a seed? */
export const drawsReport = (seed: number): boolean => new Draw(seed, 'spread settings').chance('report', 0.15);

/** In this zone the account begins an hour before midnight. */
const DAY_ENDS_IN_AN_HOUR = {
  SPOTKEEPER_TIME_ZONE: 'Pacific/Kiritimati',
  SPOTKEEPER_REPORT_HOUR: '0',
  SPOTKEEPER_REPORTS: 'daily',
};

/** A cluster whose groups may be spread over pools, and moved off them. */
export function buildSpreadCluster(seed: number, region: Region, name: string): void {
  const draw = new Draw(seed, name);
  const tags = {
    'spotkeeper:rebalance': draw.pick('rebalance', [...ON, ...ON, 'report']),
    'spotkeeper:max-pool-share': draw.pick('pool share', ['1', '1', '0.5', '0.3']),
    'spotkeeper:type-choice': draw.pick('types', ['like', 'like', 'wide', 'fixed']),
  };
  const cluster = region.createCluster({ name, tags, capacityProviders: ['FARGATE', 'FARGATE_SPOT'] });
  const groups = Array.from({ length: draw.whole('groups', 1, 2) }, (_, n) =>
    addGroup(seed, region, { name: `${name}-group-${n}`, cluster }),
  );
  const size = groups.reduce((sum, { desired }) => sum + desired, 0);
  if (draw.chance('daemon', 0.2))
    region.createService({ ...SMALL, cluster, name: `${name}-daemon`, scheduling: 'DAEMON' });
  if (draw.chance('jobs', 0.2)) region.runTask({ ...SMALL, cluster, family: `${name}-job`, startMs: 1 });
  const count = draw.whole('services', 1, 3);
  const units = Math.floor((size * HOST_UNITS * draw.whole('fill', 20, 85)) / 100 / count);
  for (let n = 0; n < count; n += 1) addService(seed, region, { cluster, name: `${name}-service-${n}`, units });
  if (draw.chance('fargate', 0.3)) addFargateService(seed, region, { cluster, name: `${name}-fargate` });
}

const ON = ['on', 'on', 'on', 'on'] as const;

/** minimum healthy and maximum percent; the last cannot leave a host by itself */
const MOVING = [
  [100, 200],
  [100, 200],
  [50, 200],
  [50, 100],
  [0, 100],
  [100, 100],
] as const;

const SMALL = { cpu: 64, memory: 128, networkMode: 'bridge' } as const;

type Named = { readonly cluster: Cluster; readonly name: string };

function addGroup(seed: number, region: Region, { name, cluster }: Named) {
  const draw = new Draw(seed, name);
  const types = draw.some('type', SPREAD_TYPES, draw.whole('types', 2, 6));
  const zones = draw.some('zone', ZONES, draw.whole('zones', 1, 3));
  const desired = draw.whole('desired', 1, 8);
  const managed = draw.chance('managed scaling', 0.15);
  const provider = managed || draw.chance('capacity provider', 0.25);
  return region.createGroup({
    name,
    cluster,
    desired,
    pools: types.flatMap((type) => zones.map((zone) => ({ type, zone }))),
    minSize: draw.pick('least', [0, 0, 1, 1, 1, desired]),
    maxSize: desired + draw.pick('spare', [0, 0, 1, 2, 4, 6]),
    bootMs: draw.whole('boot', 20_000, 90_000),
    distribution: drawDistribution(draw),
    capacityRebalance: draw.chance('capacity rebalancing', 0.2),
    ...(provider && { capacityProvider: `${name}-provider` }),
    ...(managed && { managedScaling: {} }),
    managedDraining: provider && draw.chance('managed draining', 0.4),
    hooks: draw.chance('hook', 0.4) ? [{ name: SCALE_IN_HOOK, heartbeatTimeoutSeconds: 60 }] : [],
    tags: draw.chance('own limit', 0.1) ? { 'spotkeeper:max-pool-share': '0.5' } : {},
  });
}

const drawDistribution = (draw: Draw): InstancesDistribution => ({
  OnDemandBaseCapacity: draw.pick('base', [0, 0, 0, 1, 2]),
  OnDemandPercentageAboveBaseCapacity: draw.pick('percentage', [0, 0, 0, 25, 50]),
  SpotAllocationStrategy: draw.pick('strategy', [
    'price-capacity-optimized',
    'price-capacity-optimized',
    'capacity-optimized',
    'lowest-price',
  ]),
});

function addService(seed: number, region: Region, { cluster, name, units }: Named & { readonly units: number }): void {
  const draw = new Draw(seed, name);
  const [minimumHealthyPercent, maximumPercent] = draw.pick('moving', MOVING);
  const cpu = draw.pick('cpu', [256, 256, 512]);
  const common = {
    ...{ cluster, name, cpu, memory: 2 * cpu, networkMode: 'bridge' as const },
    ...{ minimumHealthyPercent, maximumPercent },
    desired: Math.max(1, Math.floor(units / cpu)),
    startMs: draw.whole('start', 2_000, 15_000),
    stopMs: draw.whole('stop', 100, 20_000),
    stopTimeoutSeconds: draw.pick('stop timeout', [30, 30, 2, 10, 60]),
  };
  if (draw.chance('balancer', 0.5)) {
    const deregistrationDelaySeconds = draw.pick('deregistration delay', [30, 0, 15, 60, 120]);
    const targetGroup = region.createTargetGroup({ name, targetType: 'instance', deregistrationDelaySeconds });
    const traffic = draw.chance('traffic', 0.2) ? { requestsPerSecond: 1, requestMs: draw.whole('ms', 20, 3_000) } : {};
    region.createService({ ...common, targetGroup, ...traffic });
  } else region.createService(common);
}

function addFargateService(seed: number, region: Region, { cluster, name }: Named): void {
  const draw = new Draw(seed, name);
  const strategy = draw.chance('spot', 0.6) ? 'FARGATE_SPOT' : 'FARGATE';
  const shape = { cpu: 256, memory: 512, fargate: true, networkMode: 'awsvpc' as const };
  region.createService({ ...shape, cluster, name, desired: draw.whole('desired', 1, 3), capacityProvider: strategy });
}
