import type { Product } from '../../cli/installation.ts';
import type { ClusterView } from '../../functions/failover/decide/view.ts';
import type { Reader } from '../../functions/failover/reader.ts';
import { flows } from '../../functions/flows.ts';
import { makeHandler } from '../../shared/lambda.ts';
import { type Instant, instant } from '../../shared/model/instant.ts';
import { RUNG_TAG, type ServiceDetail, STANDBY_OF } from '../../shared/model/lending.ts';
import type { Lending } from '../../shared/model/records.ts';
import type { Action } from '../../shared/plan/action.ts';
import type { Lend } from '../../shared/plan/lending-action.ts';
import { type Mutant, withSettings } from './mutants.ts';

type Made = ReturnType<typeof flows.failover.makePorts>;
type Phases = typeof flows.failover.flow.phases;

const withFlow = (changed: Partial<(typeof flows)['failover']>): Product => ({
  makeHandler,
  flows: { ...flows, failover: { ...flows.failover, ...changed } },
});

const withPorts = (change: (ports: Made) => Partial<Made>): Product =>
  withFlow({
    makePorts: (process) => {
      const ports = flows.failover.makePorts(process);
      return { ...ports, ...change(ports) };
    },
  });

const withReader = (change: (read: Reader) => Partial<Reader>): Product =>
  withPorts(({ read }) => ({
    read: (region) => {
      const reader = read(region);
      return { ...reader, ...change(reader) };
    },
  }));

const withPhases = (change: (phase: Phases[number]) => Phases[number]): Product => {
  const { flow } = flows.failover;
  return withFlow({ flow: { ...flow, phases: flow.phases.map(change) } });
};

/** With other decisions: each action is changed after it was planned. */
const withActions = (change: (action: Action) => readonly Action[]): Product =>
  withPhases((phase) => ({
    ...phase,
    decide: (...asked) => {
      const plan = phase.decide(...asked);
      return { ...plan, steps: plan.steps.map((step) => step.flatMap(change)) };
    },
  }));

/** With another look at the clusters in which tasks may be lent. */
const withViews = (change: (view: ClusterView, now: Instant) => ClusterView): Product =>
  withPhases((phase) => {
    if (phase.name !== 'lend') return phase;
    return {
      ...phase,
      observe: async (...asked) => {
        const views = (await phase.observe(...asked)) as readonly (ClusterView | { readonly error: string })[];
        return views.map((view) => ('error' in view ? view : change(view, asked[2].now)));
      },
    };
  });

const without = (unwanted: (action: Action) => boolean): Product =>
  withActions((action) => (unwanted(action) ? [] : [action]));

const withServices = (change: (service: ServiceDetail) => ServiceDetail): Product =>
  withReader(({ services }) => ({ services: async (cluster) => (await services(cluster)).map(change) }));

const twice = (action: Lend): Lend => ({ ...action, desired: action.from + 2 * (action.desired - action.from) });

/** Takes whatever has the name of a standby for one. */
function trustsNames(service: ServiceDetail): ServiceDetail {
  const [, main, rung] = /^(.*?)-(fargate-spot|fargate)$/.exec(service.name) ?? [];
  if (main === undefined || rung === undefined || service.tags[STANDBY_OF] !== undefined) return service;
  return { ...service, tags: { ...service.tags, [STANDBY_OF]: main, [RUNG_TAG]: rung } };
}

const neededLongAgo = (lending: Lending): Lending =>
  lending.neededAt === undefined ? lending : { ...lending, neededAt: instant(lending.neededAt - 3_600_000) };

const failureOf = (now: Instant) => ({ kind: 'placement-failure' as const, at: now, text: 'RESOURCE:CPU' });

/** Defects of lending that the swarm must find, each a thin wrapper around the real flow, its ports or its settings. */
export const lendingMutants: readonly Mutant[] = [
  { name: 'lends twice', seed: 3, product: withActions((action) => [action.do === 'lend' ? twice(action) : action]) },
  { name: 'never lends', seed: 27, product: without(({ do: name }) => name === 'lend') },
  { name: 'never takes back what it lent', seed: 3, product: without(({ do: name }) => name === 'take-back') },
  {
    name: 'ignores the maximum percent',
    seed: 8,
    product: withServices((service) => ({ ...service, maximumPercent: 400 })),
  },
  { name: 'changes services without its tag', seed: 11, product: withServices(trustsNames) },
  {
    name: 'writes the desired count of main services',
    seed: 3,
    product: withPorts(({ act }) => ({
      act: {
        ...act,
        lend: async (action) => {
          await act.lend({ ...action, standby: action.main, desired: action.desired });
          return act.lend(action);
        },
      },
    })),
  },
  {
    name: 'ignores the dwell',
    seed: 11,
    product: withSettings({ SPOTKEEPER_DWELL_MINUTES: '0', SPOTKEEPER_MOST_DWELL_MINUTES: '0' }),
  },
  {
    name: 'lends without a sign of shortage',
    seed: 23,
    product: withViews((view, now) => ({
      ...view,
      evidence: new Map(view.services.map(({ name }) => [name, failureOf(now)])),
    })),
  },
  {
    name: 'takes back while a notice is open',
    seed: 11,
    product: withViews((view, now) => ({
      ...view,
      doomed: view.doomed.map((one) => ({ ...one, deadline: now })),
      lendings: new Map([...view.lendings].map(([name, one]) => [name, neededLongAgo(one)])),
    })),
  },
  {
    name: 'never gives On-Demand instances back',
    seed: 9,
    product: without((action) => action.do === 'set-base' && action.base < action.from),
  },
  {
    name: 'leaves the standbys of services that are gone',
    seed: 14,
    product: without(({ do: name }) => name === 'remove-standby'),
  },
].map((mutant) => ({ ...mutant, failover: true }));
