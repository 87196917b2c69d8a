import { describe, expect, test } from 'vitest';
import { observeRegion } from '../../../functions/rebalance/observe/region.ts';
import { observeReview } from '../../../functions/rebalance/observe/review.ts';
import type { ServiceOptions } from '../../../sim/world/options.ts';
import { aContext } from '../../given.ts';
import { ports } from './ports-lab.ts';

/** A group behind a capacity provider, drained by its agents too, and what a review of it reads. */
async function reviewed(services: readonly (Omit<ServiceOptions, 'cluster'> & { readonly delaySeconds?: number })[]) {
  const made = ports({
    group: { capacityProvider: 'spot', managedScaling: {}, managedDraining: true, agentDrainsOnSpot: true },
  });
  const { read, run, region, cluster, calls } = made;
  for (const { delaySeconds, ...service } of services) {
    const behind = delaySeconds !== undefined && {
      targetGroup: region.createTargetGroup({ name: service.name, deregistrationDelaySeconds: delaySeconds }),
    };
    region.createService({ cluster, ...service, ...behind });
  }
  const look = async () => {
    const [group] = (await observeRegion(read, [], aContext())).groups;
    if (group === undefined) throw new Error('the region has no managed group');
    return observeReview(read, group);
  };
  return { view: await run(look()), again: () => run(look()), calls };
}

describe('a review of a group', () => {
  test('reads who drains its instances', async () => {
    const { view } = await reviewed([]);
    expect(view.provider).toEqual({ name: 'spot', group: 'web', managedScaling: true, managedDraining: true });
    expect(view.drainsByAgent).toBe(true);
  });

  test('reads how long the tasks of its services take to leave, not those of Fargate', async () => {
    const { view } = await reviewed([
      { name: 'slow', delaySeconds: 300, stopTimeoutSeconds: 90 },
      { name: 'quick', delaySeconds: 15 },
      { name: 'worker' },
      { name: 'lent', delaySeconds: 300, launchType: 'FARGATE', fargate: true },
    ]);
    expect(view.leaving).toMatchObject([
      { service: 'quick', deregistrationSeconds: 15, stopSeconds: 30 },
      { service: 'slow', deregistrationSeconds: 300, stopSeconds: 90 },
    ]);
    expect(view.leaving[1]?.targetGroup).toMatch(/:targetgroup\/slow\//);
  });

  test('asks for at most forty target groups, and for none of them again within the hour', async () => {
    const many = Array.from({ length: 45 }, (_, n) => ({ name: `web-${n}`, desired: 0, delaySeconds: 300 }));
    const { view, again, calls } = await reviewed(many);
    expect(view.leaving).toHaveLength(40);
    await again();
    expect(calls('DescribeTargetGroupAttributes')).toHaveLength(40);
    expect(calls('DescribeTargetGroups')).toHaveLength(0);
  });
});
