import type { SimulatedAccount } from '../../sim/account.ts';
import type { Ec2Instance } from '../../sim/ec2/instance.ts';
import type { EcsService } from '../../sim/ecs/model.ts';
import type { Region } from '../../sim/world/region.ts';
import { isHandsOff } from '../hands-off.ts';
import { Draw } from './draw.ts';

/** When the phases of a seed begin, virtual milliseconds from the account's start. */
export const PHASES = {
  /** the first tick has filled the map; things begin to happen, and to go wrong */
  safetyMs: 65_000,
  /** no fault begins any more, and what happens is only a last clean notice */
  calmMs: 305_000,
  lastNoticeMs: 400_000,
  /** all that happened is over, and no tick comes any more */
  lastTickMs: 605_000,
  endMs: 640_000,
} as const;

type Stage = { readonly draw: Draw; readonly region: Region; readonly account: SimulatedAccount };

/** Puts on the clock what happens in a seed. */
export function tellStory(seed: number, region: Region, account: SimulatedAccount): void {
  const draw = new Draw(seed, 'story');
  const stage = { draw, region, account };
  const count = draw.whole('happenings', 3, 9);
  for (let n = 0; n < count; n += 1) {
    const atMs = draw.whole('at', PHASES.safetyMs, PHASES.calmMs - 1);
    const happening = draw.pick('kind', happenings);
    account.clock.after(atMs, () => happening(stage));
  }
  account.clock.after(PHASES.calmMs, () => stopsBalancing(stage));
  account.clock.after(PHASES.lastNoticeMs, () => singleNotice(stage));
}

type Happening = (stage: Stage) => void;

const upSpot = ({ region }: Stage): Ec2Instance[] =>
  [...region.parts.fleet.instances.values()].filter(
    ({ spot, state, reclaimAt }) => spot && (state === 'running' || state === 'pending') && reclaimAt === undefined,
  );

/** Some Spot instances, drawn by id: the same with and without spotkeeper while they exist. */
const someSpot = (stage: Stage, count: number): Ec2Instance[] => stage.draw.some('instance', upSpot(stage), count);

const singleNotice: Happening = (stage) => {
  for (const { id } of someSpot(stage, 1)) stage.region.interrupt(id);
};

const storm: Happening = (stage) => {
  const [first] = someSpot(stage, 1);
  if (!first) return;
  const { draw, region } = stage;
  region.interruptPool({ type: first.type, zone: first.zone, overMs: draw.whole('over', 0, 20_000) });
  // The pool has capacity again some time later.
  stage.account.clock.after(draw.whole('closed', 30_000, 120_000), () => region.setAvailable(first, true));
};

const otherAction: Happening = (stage) => {
  const action = stage.draw.pick('action', ['stop', 'hibernate'] as const);
  for (const { id } of someSpot(stage, 1)) stage.region.interrupt(id, { action });
};

const noWarning: Happening = (stage) => {
  for (const { id } of someSpot(stage, stage.draw.whole('count', 1, 2))) stage.region.interrupt(id, { notice: false });
};

const recommendation: Happening = (stage) => {
  const some = someSpot(stage, stage.draw.whole('count', 1, 3));
  for (const { id } of some) stage.region.recommendRebalance(id);
  // Often, but not always, a notice follows.
  const [first] = some;
  if (first && stage.draw.chance('notice follows', 0.5))
    stage.account.clock.after(stage.draw.whole('later', 0, 60_000), () => stage.region.interrupt(first.id));
};

const scaleIn: Happening = ({ draw, region }) => {
  const groups = [...region.parts.autoScaling.groups.values()].filter(({ desired }) => desired > 1);
  if (groups.length === 0) return;
  const group = draw.pick('group', groups);
  region.scaleIn(group, draw.whole('count', 1, Math.min(2, group.desired - 1)));
};

const maintenance: Happening = (stage) => {
  const hosts = someSpot(stage, stage.draw.whole('count', 1, 2)).map(({ id }) => id);
  if (hosts.length > 0) stage.region.retire(hosts, { inMs: stage.draw.whole('in', 60_000, 180_000) });
};

const desiredCount: Happening = (stage) => {
  const services = ofManaged(stage).filter(({ scheduling }) => scheduling === 'REPLICA');
  if (services.length === 0) return;
  const service = stage.draw.pick('service', services);
  stage.region.setDesiredCount(service, stage.draw.whole('desired', 0, service.desired + 2));
};

/** Somebody in the console sets a doomed instance ACTIVE again. */
const setActive: Happening = ({ draw, region, account }) => {
  const { instances } = region.parts.ecs;
  const draining = [...instances.byEc2Id.values()].filter(
    ({ status, cluster }) => status === 'DRAINING' && !isHandsOff(cluster),
  );
  if (draining.length === 0) return;
  const { cluster, arn } = draw.pick('draining', draining);
  call(account, region, { status: 'ACTIVE', cluster: cluster.name, containerInstances: [arn] });
};

const stopsTask: Happening = (stage) => {
  const services = ofManaged(stage).filter(({ tasks }) => tasks.size > 0);
  if (services.length === 0) return;
  const { tasks } = stage.draw.pick('service', services);
  const task = stage.draw.pick('task', [...tasks.values()]);
  stage.region.parts.ecs.tasks.stops.byCaller(task, 'a person');
};

const ofManaged = ({ region }: Stage): EcsService[] =>
  [...region.parts.ecs.state.clusters.values()]
    .filter((cluster) => !isHandsOff(cluster))
    .flatMap(({ services }) => [...services.values()]);

function call(account: SimulatedAccount, region: Region, input: object): void {
  const from = { region: 'eu-west-1', account: account.account, caller: 'person', at: account.clock.now() };
  region.parts.operations.ecs.UpdateContainerInstancesState?.(input, from);
}

/** So that nothing begins by itself that would not be over at the end. */
const stopsBalancing: Happening = ({ region }) => {
  for (const { suspended } of region.parts.autoScaling.groups.values()) suspended.set('AZRebalance', 'the calm phase');
};

/** Drawn with equal chance; what shall happen often stands here often. */
const happenings: readonly Happening[] = [
  singleNotice,
  singleNotice,
  singleNotice,
  storm,
  storm,
  otherAction,
  noWarning,
  recommendation,
  scaleIn,
  scaleIn,
  maintenance,
  desiredCount,
  setActive,
  stopsTask,
];
