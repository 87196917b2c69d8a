import type { SimulatedAccount } from '../../sim/account.ts';
import type { Ec2Instance } from '../../sim/ec2/instance.ts';
import type { EcsService } from '../../sim/ecs/model.ts';
import type { HappenedFault } from '../../sim/faults/happened.ts';
import { actByHand, type ManualAction } from '../../sim/faults/manual-actions.ts';
import { constant } from '../../sim/market/source.ts';
import type { Region } from '../../sim/world/region.ts';
import { poolOf } from './build.ts';
import { revisionOf } from './deploy.ts';
import type { NewBehaviour, Step } from './simulation-format.ts';

/** Lets one thing happen now. @throws Error when the account is not as the step expects, as for a missing service */
export function happen(step: Step, region: Region, account: SimulatedAccount): void {
  switch (step.do) {
    case 'interruptPool': {
      const { overSeconds, notice, action, stillAvailable, count } = step;
      region.interruptPool({
        ...poolOf(step),
        overMs: overSeconds * 1000,
        notice,
        action,
        stillAvailable,
        ...(count !== undefined && { count }),
      });
      break;
    }
    case 'setAvailable':
      region.setAvailable(poolOf(step), step.available);
      break;
    case 'recommendRebalance':
      for (const { id } of inPool(step)) region.recommendRebalance(id);
      break;
    case 'retire':
      region.retire(
        inPool(step).map(({ id }) => id),
        { inMs: step.inSeconds * 1000 },
      );
      break;
    case 'scaleIn': {
      const group = region.parts.autoScaling.groups.get(step.autoScalingGroup);
      if (!group) throw new Error(`no Auto Scaling group is called ${step.autoScalingGroup}`);
      region.scaleIn(group, step.count);
      break;
    }
    case 'setDesiredCount':
      region.setDesiredCount(serviceOf(step), step.desiredCount);
      break;
    case 'setCapacity':
      region.setCapacity(poolOf(step), constant(step.instances));
      break;
    case 'setOnDemandAvailable':
      region.parts.fleet.setOnDemandAvailable(poolOf(step), step.available);
      break;
    case 'setFargateCapacity':
      region.setFargateCapacity(step);
      break;
    case 'interruptFargateSpot':
      region.interruptFargateSpot(step.count);
      break;
    case 'setAgent':
      for (const { id } of inPool(step)) region.setAgent(id, step.connected);
      break;
    case 'loseZone':
      region.loseZone(step.AvailabilityZone);
      break;
    case 'restoreZone':
      region.restoreZone(step.AvailabilityZone);
      break;
    case 'deploy':
      deploy(serviceOf(step), step.workload);
      break;
    case 'call':
      byHand([{ ...step, atMs: 0, region: region.name }]);
      break;
  }

  function byHand(actions: readonly ManualAction[]): void {
    const { clock, endpoint, journal } = account;
    const push = ({ at, target }: HappenedFault) =>
      journal.add({ at, region: region.name, kind: 'by-hand', subject: 'person', text: target, data: {} });
    actByHand(actions, { clock, endpoint, startMs: clock.now(), happened: { push } });
  }

  function deploy(service: EcsService, behaviour: NewBehaviour): void {
    const input = revisionOf(service, behaviour);
    const update = { cluster: service.cluster.name, service: service.name, taskDefinition: input.family };
    const common = { service: 'ecs', region: region.name } as const;
    byHand([
      { ...common, atMs: 0, operation: 'RegisterTaskDefinition', input },
      { ...common, atMs: 1_000, operation: 'UpdateService', input: update },
    ]);
  }

  function serviceOf(named: { readonly cluster: string; readonly service: string }): EcsService {
    const service = region.parts.ecs.state.clusters.get(named.cluster)?.services.get(named.service);
    if (!service) throw new Error(`no service of ${named.cluster} is called ${named.service}`);
    return service;
  }

  function inPool(named: Parameters<typeof poolOf>[0] & { readonly count: number | undefined }): Ec2Instance[] {
    const { type, zone } = poolOf(named);
    const running = [...region.parts.fleet.instances.values()].filter(
      (ec2) => ec2.type === type && ec2.zone === zone && ec2.state === 'running',
    );
    return running.slice(0, named.count ?? running.length);
  }
}
