import type { SimulatedAccount } from '../../sim/account.ts';
import type { Ec2Instance } from '../../sim/ec2/instance.ts';
import type { EcsService } from '../../sim/ecs/model.ts';
import type { HappenedFault } from '../../sim/faults/happened.ts';
import { actByHand, type ManualAction } from '../../sim/faults/manual-actions.ts';
import { constant } from '../../sim/market/source.ts';
import type { Region } from '../../sim/world/region.ts';
import { poolOf } from './build.ts';
import { revisionOf } from './deploy.ts';
import type { Step } from './simulation-format.ts';

/** Lets one thing happen now. @throws Error when the account is not as the step expects, as for a missing service */
export function happen(step: Step, region: Region, account: SimulatedAccount): void {
  // The compiler cannot see that the verb found is the one of this step.
  const verb = verbs[step.do] as (step: Step, scene: Scene) => void;
  verb(step, { region, account });
}

type Scene = { readonly region: Region; readonly account: SimulatedAccount };

type Verbs = { readonly [V in Step['do']]: (step: Extract<Step, { readonly do: V }>, scene: Scene) => void };

const verbs: Verbs = {
  interruptPool: ({ overSeconds, notice, action, stillAvailable, count, ...pool }, { region }) => {
    const more = count === undefined ? {} : { count };
    region.interruptPool({ ...poolOf(pool), overMs: overSeconds * 1000, notice, action, stillAvailable, ...more });
  },
  setAvailable: (step, { region }) => region.setAvailable(poolOf(step), step.available),
  recommendRebalance: (step, { region }) => {
    for (const { id } of inPool(step, region)) region.recommendRebalance(id);
  },
  retire: (step, { region }) => {
    const hosts = inPool(step, region).map(({ id }) => id);
    region.retire(hosts, { inMs: step.inSeconds * 1000 });
  },
  scaleIn: ({ autoScalingGroup, count }, { region }) => {
    const group = region.parts.autoScaling.groups.get(autoScalingGroup);
    if (!group) throw new Error(`no Auto Scaling group is called ${autoScalingGroup}`);
    region.scaleIn(group, count);
  },
  setDesiredCount: (step, { region }) => region.setDesiredCount(serviceOf(step, region), step.desiredCount),
  setCapacity: (step, { region }) => region.setCapacity(poolOf(step), constant(step.instances)),
  setOnDemandAvailable: (step, { region }) => region.parts.fleet.setOnDemandAvailable(poolOf(step), step.available),
  setFargateCapacity: (step, { region }) => region.setFargateCapacity(step),
  interruptFargateSpot: ({ count }, { region }) => {
    region.interruptFargateSpot(count);
  },
  setAgent: (step, { region }) => {
    for (const { id } of inPool(step, region)) region.setAgent(id, step.connected);
  },
  loseZone: ({ AvailabilityZone }, { region }) => region.loseZone(AvailabilityZone),
  restoreZone: ({ AvailabilityZone }, { region }) => region.restoreZone(AvailabilityZone),
  deploy: (step, scene) => {
    const service = serviceOf(step, scene.region);
    const input = revisionOf(service, step.workload);
    const update = { cluster: service.cluster.name, service: service.name, taskDefinition: input.family };
    const common = { service: 'ecs', region: scene.region.name } as const;
    byHand(scene, [
      { ...common, atMs: 0, operation: 'RegisterTaskDefinition', input },
      { ...common, atMs: 1_000, operation: 'UpdateService', input: update },
    ]);
  },
  call: ({ service, operation, input }, scene) =>
    byHand(scene, [{ atMs: 0, service, operation, input, region: scene.region.name }]),
};

function byHand({ account, region }: Scene, actions: readonly ManualAction[]): void {
  const { clock, endpoint, journal } = account;
  const push = ({ at, target }: HappenedFault) =>
    journal.add({ at, region: region.name, kind: 'by-hand', subject: 'person', text: target, data: {} });
  actByHand(actions, { clock, endpoint, startMs: clock.now(), happened: { push } });
}

function serviceOf(
  { cluster, service: name }: { readonly cluster: string; readonly service: string },
  { parts }: Region,
): EcsService {
  const service = parts.ecs.state.clusters.get(cluster)?.services.get(name);
  if (!service) throw new Error(`no service of ${cluster} is called ${name}`);
  return service;
}

function inPool(
  named: Parameters<typeof poolOf>[0] & { readonly count: number | undefined },
  { parts }: Region,
): Ec2Instance[] {
  const { type, zone } = poolOf(named);
  const running = [...parts.fleet.instances.values()].filter(
    (ec2) => ec2.type === type && ec2.zone === zone && ec2.state === 'running',
  );
  return running.slice(0, named.count ?? running.length);
}
