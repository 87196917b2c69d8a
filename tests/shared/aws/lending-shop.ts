import type { Rung, StandbySpec } from '../../../shared/model/lending.ts';
import { lab, REGION } from './lab.ts';

export const POOL = { type: 'm6i.large', zone: 'eu-west-1a' };

/** A cluster with Fargate's providers and one service on EC2 behind a load balancer, whose revision runs on Fargate too. */
export function lendingShop(options: Parameters<typeof lab>[0] = {}) {
  const made = lab(options);
  const { region } = made;
  const cluster = region.createCluster({ name: 'shop', capacityProviders: ['FARGATE', 'FARGATE_SPOT'] });
  const group = region.createGroup({ name: 'spot', cluster, desired: 3, pools: [POOL] });
  const targetGroup = region.createTargetGroup({ name: 'checkout' });
  const main = region.createService({
    cluster,
    name: 'checkout',
    desired: 3,
    targetGroup,
    fargate: true,
    tags: { team: 'checkout' },
    healthCheckGraceSeconds: 20,
  });
  region.settle();
  const definition = main.deployments[0]?.definition.arn ?? '';
  const spec: StandbySpec = {
    cluster: cluster.arn,
    name: 'checkout-fargate',
    main: 'checkout',
    rung: 'fargate',
    definition,
    network: { subnets: ['subnet-eu-west-1a'], securityGroups: ['sg-eu-west-1'], assignPublicIp: false },
    balancers: [
      { targetGroup: targetGroup.arn, alternate: undefined, productionRule: undefined, container: 'app', port: 8_080 },
    ],
    graceSeconds: 20,
    exec: false,
    propagateTags: 'SERVICE',
    managedTags: true,
    registries: [],
    connectConfiguration: undefined,
    tags: { 'spotkeeper:standby-of': 'checkout', team: 'checkout' },
  };
  return { ...made, cluster, group, targetGroup, main, definition, spec };
}

/** What every action of a test carries. */
export const because = { for: ['record'], region: REGION, because: 'the test wants it' } as const;

/** A lend or its way back, of the shop's standby on Fargate. */
export const counted = <D extends 'lend' | 'take-back'>(does: D, cluster: string, desired: number) => ({
  ...because,
  do: does,
  cluster,
  main: 'checkout',
  standby: 'checkout-fargate',
  rung: 'fargate' as Exclude<Rung, 'on-demand'>,
  from: 0,
  desired,
});
