import type { Ec2Instance } from '../../sim/ec2/instance.ts';
import type { ContainerInstance } from '../../sim/ecs/model.ts';
import { seeded } from '../../sim/market/seeded.ts';
import { constant } from '../../sim/market/source.ts';
import { type Happening, managedInstances, oneOf, type Stage } from './stage.ts';

const upSpot = ({ region }: Stage): Ec2Instance[] =>
  [...region.parts.fleet.instances.values()].filter(
    ({ spot, state, reclaimAt }) => spot && (state === 'running' || state === 'pending') && reclaimAt === undefined,
  );

/** Some Spot instances, drawn by id: the same with and without spotkeeper while they exist. */
const someSpot = (stage: Stage, count: number): Ec2Instance[] => stage.draw.some('instance', upSpot(stage), count);

export const singleNotice: Happening = (stage) => {
  for (const { id } of someSpot(stage, 1)) stage.region.interrupt(id);
};

export const storm: Happening = (stage) => {
  const [first] = someSpot(stage, 1);
  if (!first) return;
  const { draw, region } = stage;
  region.interruptPool({ type: first.type, zone: first.zone, overMs: draw.whole('over', 0, 20_000) });
  // The pool has capacity again some time later.
  stage.account.clock.after(draw.whole('closed', 30_000, 120_000), () => region.setAvailable(first, true));
};

export const otherAction: Happening = (stage) => {
  const action = stage.draw.pick('action', ['stop', 'hibernate'] as const);
  for (const { id } of someSpot(stage, 1)) stage.region.interrupt(id, { action });
};

export const noWarning: Happening = (stage) => {
  for (const { id } of someSpot(stage, stage.draw.whole('count', 1, 2))) stage.region.interrupt(id, { notice: false });
};

export const recommendation: Happening = (stage) => {
  const some = someSpot(stage, stage.draw.whole('count', 1, 3));
  for (const { id } of some) stage.region.recommendRebalance(id);
  // Often, but not always, a notice follows.
  const [first] = some;
  if (first && stage.draw.chance('notice follows', 0.5))
    stage.account.clock.after(stage.draw.whole('later', 0, 60_000), () => stage.region.interrupt(first.id));
};

export const scaleIn: Happening = ({ draw, region }) => {
  const leastOf = ({ minSize }: { readonly minSize: number }): number => Math.max(1, minSize);
  const groups = [...region.parts.autoScaling.groups.values()].filter((one) => one.desired > leastOf(one));
  if (groups.length === 0) return;
  const group = draw.pick('group', groups);
  region.scaleIn(group, draw.whole('count', 1, Math.min(2, group.desired - leastOf(group))));
};

export const maintenance: Happening = (stage) => {
  const hosts = someSpot(stage, stage.draw.whole('count', 1, 2)).map(({ id }) => id);
  if (hosts.length > 0) stage.region.retire(hosts, { inMs: stage.draw.whole('in', 60_000, 180_000) });
};

/** The agent on an instance loses its connection to ECS for a while. */
export const agentDisconnects: Happening = (stage) => {
  const { account, draw, region } = stage;
  const isUp = (one: ContainerInstance) => region.parts.fleet.find(one.ec2InstanceId).state === 'running';
  const instance = oneOf(stage, 'agent', managedInstances(stage).filter(isUp));
  if (!instance) return;
  region.setAgent(instance.ec2InstanceId, false);
  account.clock.after(draw.whole('disconnected for', 5_000, 60_000), () => {
    if (isUp(instance)) region.setAgent(instance.ec2InstanceId, true);
  });
};

/** An instance boots whose agent cannot register. */
export const registrationFails: Happening = (stage) => {
  const neighbour = oneOf(stage, 'neighbour', managedInstances(stage));
  if (!neighbour) return;
  const { cluster, instanceType: type, zone } = neighbour;
  if (!stage.region.parts.fleet.available({ type, zone })) return;
  stage.region.addInstance({ type, zone, cluster, booting: true, registrationFails: 'AGENT' });
};

export const fargateSpotNotice: Happening = ({ draw, region }) => {
  region.interruptFargateSpot(draw.whole('count', 1, 3));
};

/** A zone fails, and is back before the calm phase is over. */
export const zoneGone: Happening = (stage) => {
  const { account, draw, region } = stage;
  const zone = oneOf(stage, 'zone', [...new Set(managedInstances(stage).map((one) => one.zone))].sort());
  if (zone === undefined) return;
  region.loseZone(zone);
  account.clock.after(draw.whole('gone for', 20_000, 60_000), () => region.restoreZone(zone));
};

/** From now on EC2 takes back and refuses by itself, as the seed's market says. */
export const openMarket: Happening = ({ account, region }) => {
  const sourceOf = seeded(account.random, { capacity: [4, 12], dropsPerDay: 24, sharedDropsPerDay: 24 });
  for (const pool of poolsOf(region)) region.setCapacity(pool, sourceOf(pool));
};

/** So that nothing begins by itself that would not be over at the end. */
export const calmDown: Happening = ({ region }) => {
  for (const pool of poolsOf(region)) region.setCapacity(pool, constant(Number.POSITIVE_INFINITY));
  for (const { suspended } of region.parts.autoScaling.groups.values()) suspended.set('AZRebalance', 'the calm phase');
};

const poolsOf = ({ parts }: Stage['region']) => [...parts.autoScaling.groups.values()].flatMap(({ pools }) => pools);
