import type { Product } from '../../cli/installation.ts';
import { flows } from '../../functions/flows.ts';
import type { TasksView } from '../../functions/interruption/flow.ts';
import type { Reader } from '../../functions/interruption/reader.ts';
import { makeHandler } from '../../shared/lambda.ts';
import type { Doomed, StoredRecord } from '../../shared/model/records.ts';
import { type Action, actionsIn, type Plan } from '../../shared/plan/action.ts';

type Made = ReturnType<typeof flows.interruption.makePorts>;
type Handler = ReturnType<typeof makeHandler>;

/** The product with one defect. */
export type Mutant = {
  readonly name: string;
  readonly product: Product;
  /** Is it looked for in accounts with failover? */
  readonly failover: boolean;
  /** The first seed that showed it, when it was looked for the last time. */
  readonly seed: number;
};

/** With other ports: what reads and acts. */
const withPorts = (change: (ports: Made) => Partial<Made>): Product => ({
  makeHandler,
  flows: {
    ...flows,
    interruption: {
      ...flows.interruption,
      makePorts: (process) => {
        const ports = flows.interruption.makePorts(process);
        return { ...ports, ...change(ports) };
      },
    },
  },
});

const withActs = (change: (act: Made['act']) => Partial<Made['act']>): Product =>
  withPorts(({ act }) => ({ act: { ...act, ...change(act) } }));

const withReader = (change: (read: Reader) => Partial<Reader>): Product =>
  withPorts(({ read }) => ({
    read: (region) => {
      const reader = read(region);
      return { ...reader, ...change(reader) };
    },
  }));

/** With other decisions: each plan is changed after it was made. */
const withPlans = (changed: (plan: Plan) => Plan): Product => {
  const { flow } = flows.interruption;
  const phases = flow.phases.map((phase) => ({
    ...phase,
    decide: (...asked: Parameters<typeof phase.decide>) => changed(phase.decide(...asked)),
  }));
  return { makeHandler, flows: { ...flows, interruption: { ...flows.interruption, flow: { ...flow, phases } } } };
};

const withActions = (change: (action: Action) => readonly Action[]): Product =>
  withPlans((plan) => ({
    ...plan,
    before: (plan.before ?? []).flatMap(change),
    steps: plan.steps.map((step) => step.flatMap(change)),
  }));

/** Drains one instance a pass: the one with the lowest id, not those with the nearest deadline. */
const drainsByIds = (plan: Plan): Plan => {
  const doomed = actionsIn(plan).flatMap((action) => (action.do === 'drain' ? action.instances : []));
  const [first] = doomed.map(({ instanceId }) => instanceId).sort();
  const change = (action: Action): readonly Action[] => {
    if (action.do !== 'drain') return [action];
    const instances = action.instances.filter(({ instanceId }) => instanceId === first);
    return instances.length > 0 ? [{ ...action, instances }] : [];
  };
  return { ...plan, steps: plan.steps.map((step) => step.flatMap(change)) };
};

export const withSettings = (settings: Readonly<Record<string, string>>): Product => ({
  flows,
  makeHandler: ((flow, makePorts, env, host) =>
    makeHandler(flow, makePorts, { ...env, ...settings }, host)) as typeof makeHandler,
});

/** With another answer to the queue. */
const withAnswer = (change: (answer: { batchItemFailures: readonly object[] }) => unknown): Product => ({
  flows,
  makeHandler: ((...made: Parameters<typeof makeHandler>) => {
    const handler = makeHandler(...made) as Handler;
    return async (...called: Parameters<Handler>) => change(await handler(...called));
  }) as unknown as typeof makeHandler,
});

const withRecords = (change: (record: StoredRecord) => readonly StoredRecord[]): Product =>
  withActions((action) =>
    action.do === 'remember' ? [{ ...action, records: action.records.flatMap(change) }] : [action],
  );

const isDoomed = (record: StoredRecord): record is Doomed => record.is === 'doomed';

const without = (name: Action['do']): Product => withActions((action) => (action.do === name ? [] : [action]));

/** Drains the neighbour of the instance that it was told of. */
function drainsTheNeighbour(): Product {
  const seen = new Map<string, string>();
  return withPorts(({ read, act }) => ({
    read: (region) => {
      const reader = read(region);
      return {
        ...reader,
        findContainerInstances: async (cluster, ids) => {
          const found = await reader.findContainerInstances(cluster, ids);
          for (const [index, { arn }] of found.entries()) seen.set(arn, found[(index + 1) % found.length]?.arn ?? arn);
          return found;
        },
      };
    },
    act: {
      ...act,
      drain: (action) => {
        const instances = action.instances.map((one) => ({
          ...one,
          containerInstance: seen.get(one.containerInstance) ?? one.containerInstance,
        }));
        return act.drain({ ...action, instances });
      },
    },
  }));
}

/** Counts one healthy target too many elsewhere. */
function takesLastTargets(): Product {
  const { flow } = flows.interruption;
  const phases = flow.phases.map((phase) => ({
    ...phase,
    observe: async (...asked: Parameters<typeof phase.observe>) => {
      const seen = (await phase.observe(...asked)) as Partial<TasksView>;
      const passes = seen.passes?.map((pass) => {
        if ('error' in pass) return pass;
        const groups = pass.tasks.flatMap(({ groups: some }) => some);
        const counts = groups.map(({ arn }) => [arn, (pass.healthyElsewhere.get(arn) ?? 0) + 1] as const);
        return { ...pass, healthyElsewhere: new Map(counts) };
      });
      return { ...seen, ...(passes && { passes }) };
    },
  })) as typeof flow.phases;
  return { makeHandler, flows: { ...flows, interruption: { ...flows.interruption, flow: { ...flow, phases } } } };
}

/** Defects that the swarm must find, each a thin wrapper around the real flow, its ports or its handler. */
export const mutants: readonly Mutant[] = [
  { name: 'drains the neighbour of the doomed instance', seed: 1, product: drainsTheNeighbour() },
  {
    name: 'forgets all container instances after the second',
    seed: 1,
    product: withReader((read) => ({
      findContainerInstances: async (...asked) => (await read.findContainerInstances(...asked)).slice(0, 2),
    })),
  },
  {
    name: 'stops every task twice',
    seed: 1,
    product: withActs((act) => ({
      stop: async (action) => {
        await act.stop(action);
        return act.stop(action);
      },
    })),
  },
  { name: 'never gives a failed record back', seed: 2, product: withAnswer(() => ({ batchItemFailures: [] })) },
  { name: 'never wakes', seed: 3, product: without('wake') },
  { name: 'ignores the order of deadlines', seed: 8, product: withPlans(drainsByIds) },
  {
    name: 'forgets the region of its events',
    seed: 1,
    product: withPorts(({ read }) => ({ read: () => read('us-east-1') })),
  },
  {
    name: 'takes every deadline for five minutes later',
    seed: 1,
    product: withRecords((record) =>
      isDoomed(record) ? [{ ...record, deadline: (record.deadline + 300_000) as Doomed['deadline'] }] : [record],
    ),
  },
  {
    name: 'drains clusters whose owners opted out',
    seed: 1,
    product: withReader((read) => ({
      describeClusters: async (arns) => (await read.describeClusters(arns)).map((one) => ({ ...one, tags: {} })),
    })),
  },
  {
    name: 'answers a hook while tasks run',
    seed: 2,
    product: withActions((action) => [action.do === 'heartbeat' ? { ...action, do: 'release' } : action]),
  },
  { name: 'never answers a hook', seed: 9, product: without('release') },
  { name: 'takes the last healthy target of a service', seed: 2, product: takesLastTargets() },
  { name: 'acts though it is to observe', seed: 5, product: withSettings({ SPOTKEEPER_MODE: 'act' }) },
  {
    name: 'stops standalone tasks that are to be left alone',
    seed: 1,
    product: withSettings({ SPOTKEEPER_STANDALONE: 'stop' }),
  },
  { name: 'leaves the tasks to their hosts', seed: 1, product: without('stop') },
  {
    name: 'never closes its records',
    seed: 1,
    product: withRecords((record) => (isDoomed(record) && record.closedAt !== undefined ? [] : [record])),
  },
  {
    name: 'passes for won every guard that it lost',
    seed: 20,
    product: withPorts(({ commit }) => ({
      commit: async (guard) => {
        await commit(guard);
        return 'won' as const;
      },
    })),
  },
].map((mutant) => ({ ...mutant, failover: false }));
