import type { InstancesDistribution } from '@aws-sdk/client-auto-scaling';
import type { Group } from '../../sim/autoscaling/group.ts';
import type { Cluster } from '../../sim/ecs/model.ts';
import type { ServiceOptions } from '../../sim/world/options.ts';
import type { Region } from '../../sim/world/region.ts';
import type { Switches } from '../../sim/world/switches.ts';
import { drawPercents, SCALE_IN_HOOK, ZONES } from './account-parts.ts';
import { Draw } from './draw.ts';

/** Two vCPUs each: eight tasks of 256 units. */
const TYPES = ['m5.large', 'm6i.large', 'm6a.large'];
const HOST_UNITS = 2_048;
const LADDERS = [
  'fargate-spot/fargate/on-demand',
  'fargate-spot/fargate',
  'fargate-spot',
  'fargate/on-demand',
  'fargate',
];

/** Mixed: what the On-Demand rung can raise. */
const MIXED: InstancesDistribution = {
  OnDemandBaseCapacity: 0,
  OnDemandPercentageAboveBaseCapacity: 0,
  SpotAllocationStrategy: 'price-capacity-optimized',
};

/** What concerns lending, of spotkeeper's settings in a seed. */
export function lendingSettings(seed: number): Readonly<Record<string, string>> {
  const draw = new Draw(seed, 'lending settings');
  return {
    SPOTKEEPER_CONTAGION: draw.pick('contagion', ['1', '1', '0.5', '0']),
    SPOTKEEPER_HOLD_DRAIN: draw.pick('hold', ['on', 'on', 'off']),
    SPOTKEEPER_DRAIN_RESERVE_SECONDS: draw.pick('drain reserve', ['45', '45', '30', '90']),
    SPOTKEEPER_DWELL_MINUTES: draw.pick('dwell', ['1', '1', '0', '2', '3']),
    SPOTKEEPER_MOST_DWELL_MINUTES: draw.pick('most dwell', ['1', '3', '4']),
    SPOTKEEPER_RUNG_SECONDS: draw.pick('rung', ['75', '75', '45', '100']),
    SPOTKEEPER_MAX_LENT_TASKS: draw.pick('most lent', ['500', '500', '500', '3', '1']),
    SPOTKEEPER_MAX_LENT_TASKS_IN_ACCOUNT: draw.pick('most lent in all', ['2000', '2000', '2000', '5']),
    SPOTKEEPER_BREAK_EVEN_MINUTES: draw.pick('break even', ['1', '3', '5']),
    SPOTKEEPER_ASSOCIATE_PROVIDERS: draw.pick('associate', ['on', 'off']),
    SPOTKEEPER_PROOF_RUN: draw.pick('proof', ['off', 'off', 'off', 'on']),
  };
}

/** How long Fargate takes to start a task, in a seed. */
export function lendingSwitches(seed: number): Partial<Switches> {
  const draw = new Draw(seed, 'lending switches');
  const fargateStart = {
    interfaceMs: draw.whole('interface', 5_000, 20_000),
    pullMs: draw.whole('pull', 3_000, 35_000),
  };
  return { fargateStart, fargateSpotDeregisters: draw.pick('deregisters', ['at-notice', 'when-stopped']) };
}

/** A cluster whose services ask to be lent tasks, and which they nearly fill. */
export function buildLendingCluster(seed: number, region: Region, name: string): void {
  const draw = new Draw(seed, name);
  const capacityProviders = draw.chance('providers', 0.9) ? ['FARGATE', 'FARGATE_SPOT'] : [];
  const tags = { 'spotkeeper:failover': draw.pick('ladder', LADDERS) };
  const cluster = region.createCluster({ name, tags, capacityProviders });
  const providers = draw.chance('capacity providers', 0.4);
  const groups = Array.from({ length: draw.whole('groups', 1, 2) }, (_, n) =>
    addGroup(seed, region, { name: `${name}-group-${n}`, cluster, provider: providers }),
  );
  const size = groups.reduce((sum, { desired }) => sum + desired, 0);
  if (draw.chance('daemon', 0.2))
    region.createService({
      cluster,
      name: `${name}-daemon`,
      scheduling: 'DAEMON',
      cpu: 64,
      memory: 128,
      networkMode: 'bridge',
    });
  const count = draw.whole('services', 2, 4);
  let units = Math.floor((size * HOST_UNITS * draw.whole('fill', 60, 100)) / 100);
  for (let n = 0; n < count; n += 1) {
    const share = Math.floor(units / (count - n));
    units -= addService(seed, region, { cluster, name: `${name}-service-${n}`, units: share, groups, providers });
  }
  drawFargate(seed, region);
}

const UNBOUNDED = Number.POSITIVE_INFINITY;

/** Whether Fargate has room, and the quotas carry it: the same for all clusters. */
function drawFargate(seed: number, region: Region): void {
  const draw = new Draw(seed, 'fargate');
  const spot = draw.pick('spot', [UNBOUNDED, UNBOUNDED, 0, 2]);
  const dear = draw.pick('dear', [UNBOUNDED, UNBOUNDED, UNBOUNDED, UNBOUNDED, 4]);
  region.setFargateCapacity({ spot: true, vcpus: spot });
  region.setFargateCapacity({ spot: false, vcpus: dear });
  const { quotaVcpus } = region.parts.ecs.fargate;
  if (draw.chance('small quotas', 0.15)) {
    quotaVcpus.FARGATE_SPOT = draw.whole('quota of spot', 0, 3);
    quotaVcpus.FARGATE = draw.whole('quota', 1, 4);
  }
}

type NewGroup = { readonly name: string; readonly cluster: Cluster; readonly provider: boolean };

function addGroup(seed: number, region: Region, { name, cluster, provider }: NewGroup): Group {
  const draw = new Draw(seed, name);
  const types = draw.some('type', TYPES, draw.whole('types', 1, 2));
  const zones = draw.some('zone', ZONES, draw.whole('zones', 1, 2));
  const desired = draw.whole('desired', 1, 4);
  return region.createGroup({
    name,
    cluster,
    desired,
    pools: types.flatMap((type) => zones.map((zone) => ({ type, zone }))),
    maxSize: desired + draw.whole('spare', 1, 3),
    bootMs: draw.whole('boot', 20_000, 60_000),
    ...(provider && { capacityProvider: `${name}-provider`, managedScaling: {} }),
    ...(draw.chance('mixed', 0.7) && { distribution: MIXED }),
    managedDraining: draw.chance('managed draining', 0.2),
    agentDrainsOnSpot: draw.chance('agent drains', 0.1),
    hooks: draw.chance('hook', 0.5) ? [{ name: SCALE_IN_HOOK, heartbeatTimeoutSeconds: 60 }] : [],
  });
}

type NewService = {
  readonly cluster: Cluster;
  readonly name: string;
  /** CPU units that its tasks may take */
  readonly units: number;
  readonly groups: readonly Group[];
  readonly providers: boolean;
};

/** @returns the CPU units that its tasks take */
function addService(seed: number, region: Region, { cluster, name, units, groups, providers }: NewService): number {
  const draw = new Draw(seed, name);
  const kind = draw.pick('kind', ['served', 'served', 'served', 'quiet', 'quiet', 'bridge', 'privileged'] as const);
  const cpu = draw.pick('cpu', [256, 256, 512]);
  const isSingle = draw.chance('single', 0.15);
  const desired = isSingle ? 1 : Math.max(1, Math.floor(units / cpu));
  const group = draw.pick('group', groups);
  const tags = {
    ...(draw.chance('own ladder', 0.2) && { 'spotkeeper:failover': draw.pick('ladder', [...LADDERS, 'none']) }),
    ...(draw.chance('priority', 0.3) && { 'spotkeeper:priority': String(draw.whole('priority value', 0, 100)) }),
  };
  const common: ServiceOptions = {
    cluster,
    name,
    cpu,
    memory: 2 * cpu,
    desired,
    tags,
    ...drawPercents(draw),
    ...(isSingle && { minimumHealthyPercent: 0, maximumPercent: 100 }),
    ...(providers && draw.chance('by provider', 0.8) && { capacityProvider: `${group.name}-provider` }),
    startMs: draw.whole('start', 2_000, 10_000),
    stopMs: draw.whole('stop', 100, 10_000),
    stopTimeoutSeconds: draw.pick('stop timeout', [30, 2, 10, 60]),
  };
  if (kind === 'privileged') region.createService({ ...common, definition: privileged(region, name, cpu) });
  else if (kind === 'bridge') region.createService({ ...common, networkMode: 'bridge' });
  else if (kind === 'quiet') region.createService({ ...common, networkMode: 'awsvpc', fargate: true });
  else {
    const deregistrationDelaySeconds = draw.pick('deregistration delay', [30, 0, 15, 60]);
    const targetGroup = region.createTargetGroup({ name, targetType: 'ip', deregistrationDelaySeconds });
    const traffic = draw.chance('traffic', 0.2) ? { requestsPerSecond: 1, requestMs: draw.whole('ms', 20, 2_000) } : {};
    region.createService({ ...common, networkMode: 'awsvpc', fargate: true, targetGroup, ...traffic });
  }
  return desired * cpu;
}

/** What Fargate refuses. */
const privileged = (region: Region, family: string, cpu: number) =>
  region.registerTaskDefinition({
    family,
    networkMode: 'bridge',
    containerDefinitions: [{ name: 'app', image: 'agent:1', cpu, memory: 2 * cpu, privileged: true }],
  });
