import { type Ladders, laddersOf } from '../../../functions/failover/decide/ladder.ts';
import type { Material, PrepareView } from '../../../functions/failover/decide/material.ts';
import { decidePrepare } from '../../../functions/failover/decide/prepare.ts';
import type { ServiceDetail, StandbySpec } from '../../../shared/model/lending.ts';
import type { Prepared } from '../../../shared/model/records.ts';
import type { TaskDefinition } from '../../../shared/model/task-definition.ts';
import { type Action, actionsIn, type Plan } from '../../../shared/plan/action.ts';
import type { Policy } from '../../../shared/policy.ts';
import { ACCOUNT, at, CLUSTER, REGION, recordsOf } from '../../given.ts';
import { balancer, subnet, targetGroup, webDefinition, webService } from '../../shared/core/fargate/web.ts';
import { aFailoverCluster, aStandby, lendingContext, lends } from './given.ts';

export const aWeb = (changes: Partial<ServiceDetail> = {}): ServiceDetail => ({
  ...webService,
  cluster: CLUSTER,
  deployments: [
    {
      id: 'ecs-svc/1',
      status: 'PRIMARY',
      rollout: 'COMPLETED',
      definition: webService.definition,
      network: undefined,
      createdAt: at(-9_000),
    },
  ],
  ...changes,
});

/** A service that Fargate takes without a word, in a cluster in which nothing was prepared. */
export type World = {
  readonly main: ServiceDetail;
  readonly others: readonly ServiceDetail[];
  readonly standbys: readonly ServiceDetail[];
  readonly revision: TaskDefinition;
  readonly latest: TaskDefinition | undefined;
  readonly prepared: Prepared | undefined;
  readonly policy: Policy;
  readonly providers: readonly string[];
  readonly about: string;
  readonly seconds: number;
  readonly more: Partial<Material>;
};

export const aWorld = (changes: Partial<World> = {}): World => ({
  main: aWeb(),
  others: [],
  standbys: [],
  revision: webDefinition,
  latest: undefined,
  prepared: undefined,
  policy: lends(),
  providers: ['spot', 'FARGATE', 'FARGATE_SPOT'],
  about: 'as it is',
  seconds: 0,
  more: {},
  ...changes,
});

const laddersIn = ({ main, others, standbys, policy }: World): Ladders =>
  laddersOf([main, ...others, ...standbys], policy);

export function viewOf(world: World): PrepareView {
  const { main, others, standbys, policy, providers, ...rest } = world;
  const ladder = laddersIn(world).ladders.find((one) => one.main.name === main.name);
  if (ladder === undefined) throw new Error(`${main.name} has no ladder`);
  const material: Material = {
    ladder,
    revision: rest.revision,
    latest: rest.latest,
    circumstances: {
      main,
      architectures: ['x86_64'],
      systems: ['linux'],
      network: main.network,
      subnets: [subnet('subnet-a'), subnet('subnet-b')],
      balancers: [balancer],
      targetTypes: new Map([[targetGroup, 'ip']]),
      daemons: [],
      policy,
    },
    prepared: rest.prepared,
    lending: undefined,
    proofs: [],
    about: rest.about,
    ...rest.more,
  };
  return {
    for: ['tick'],
    account: ACCOUNT,
    cluster: aFailoverCluster({ providers }),
    services: [main, ...others, ...standbys],
    materials: [material],
    preparation: undefined,
    after: undefined,
  };
}

/** What is planned, in short: what is done, to which service; that the pass's turn ends goes without saying. */
export function planned(world: World, settings: Partial<Policy> = {}) {
  const plan = decidePrepare(viewOf(world), lendingContext(at(world.seconds), settings));
  const does = actionsIn(plan)
    .filter((action) => !isEndOfTurn(action))
    .map((action) => ('spec' in action ? `${action.do} ${action.spec.name}` : action.do));
  const [record] = recordsOf(plan);
  return { ...plan, does, record: record?.is === 'prepared' ? record : undefined };
}

const isEndOfTurn = (action: Action): boolean =>
  action.do === 'remember' && action.records.every(({ is }) => is === 'preparation');

/** The service that ECS makes of a spec. */
export const madeOf = (spec: StandbySpec): ServiceDetail => ({
  ...aStandby(spec.rung, {}, spec.main),
  ...spec,
  serviceConnect: 'none',
});

/** What the cluster is after the plan was carried out, half a minute later. */
export function after(world: World, plan: Plan): World {
  let next = { ...world, seconds: world.seconds + 30 };
  for (const action of actionsIn(plan)) {
    if (action.do === 'register') {
      const taskDefinitionArn = `arn:aws:ecs:${REGION}:${ACCOUNT}:task-definition/${action.definition.family}:${world.seconds + 1}`;
      next = { ...next, latest: { ...action.definition, taskDefinitionArn, tags: action.tags } };
    }
    if (action.do === 'create-standby' || action.do === 'follow') {
      const others = next.standbys.filter(({ name }) => name !== action.spec.name);
      next = { ...next, standbys: [...others, madeOf(action.spec)] };
    }
    if (action.do === 'associate') next = { ...next, providers: [...next.providers, ...action.providers] };
    if (action.do === 'remember')
      for (const record of action.records) if (record.is === 'prepared') next = { ...next, prepared: record };
  }
  return next;
}

/** A world in which all has been done: its standbys are as they should be, and the record says so. */
export function ready(changes: Partial<World> = {}, settings: Partial<Policy> = {}): World {
  let world = aWorld(changes);
  for (let pass = 0; pass < 4; pass += 1) world = after(world, planned(world, settings));
  return { ...world, seconds: Math.max(world.seconds, 600) };
}

/** The next revision of the main service, completed so many seconds from NOW. */
export function deployed(world: World, seconds: number): World {
  const definition = webDefinition.taskDefinitionArn?.replace(/:3$/, ':4') ?? '';
  const container = { ...webDefinition.containerDefinitions?.[0], image: 'web:2' };
  const deployment = world.main.deployments[0];
  if (deployment === undefined) throw new Error('the service has a deployment');
  const deployments = [{ ...deployment, definition, createdAt: at(seconds) }];
  return {
    ...world,
    main: { ...world.main, definition, deployments },
    revision: { ...webDefinition, taskDefinitionArn: definition, revision: 4, containerDefinitions: [container] },
    about: 'deployed',
    seconds,
  };
}
