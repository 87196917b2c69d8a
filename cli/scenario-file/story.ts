import type { Ec2Instance } from '../../sim/ec2/instance.ts';
import type { Region } from '../../sim/world/region.ts';
import { poolOf } from './build.ts';
import type { Step } from './simulation-format.ts';

/** Lets one thing happen now. @throws Error when the account is not as the step expects, as for a missing service */
export function happen(step: Step, region: Region): void {
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
    case 'setDesiredCount': {
      const service = region.parts.ecs.state.clusters.get(step.cluster)?.services.get(step.service);
      if (!service) throw new Error(`no service of ${step.cluster} is called ${step.service}`);
      region.setDesiredCount(service, step.desiredCount);
      break;
    }
  }

  function inPool(named: Parameters<typeof poolOf>[0] & { readonly count: number | undefined }): Ec2Instance[] {
    const { type, zone } = poolOf(named);
    const running = [...region.parts.fleet.instances.values()].filter(
      (ec2) => ec2.type === type && ec2.zone === zone && ec2.state === 'running',
    );
    return running.slice(0, named.count ?? running.length);
  }
}
