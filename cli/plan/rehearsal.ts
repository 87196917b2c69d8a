import type { Material } from '../../functions/failover/decide/material.ts';
import { decidePrepare } from '../../functions/failover/decide/prepare.ts';
import { calmView } from '../../functions/failover/observe/cluster.ts';
import type { Asked } from '../../functions/failover/observe/clusters.ts';
import { observePrepare, PER_PASS } from '../../functions/failover/observe/prepare.ts';
import type { Reader } from '../../functions/failover/reader.ts';
import { batches } from '../../shared/core/batches.ts';
import type { Context } from '../../shared/flow.ts';
import type { ServiceDetail, StandbySpec } from '../../shared/model/lending.ts';
import type { Prepared } from '../../shared/model/records.ts';
import type { TaskDefinition } from '../../shared/model/task-definition.ts';
import { type Action, actionsIn } from '../../shared/plan/action.ts';
import { describe } from '../../shared/plan/describe.ts';

/** What failover would make of a cluster's services before anything is lent. */
export type Rehearsed = {
  /** The account as it would be then. */
  readonly read: Reader;
  readonly asked: Asked;
  /** What would be done to the account, in order. */
  readonly actions: readonly Action[];
  readonly notes: readonly string[];
  readonly prepared: ReadonlyMap<string, Prepared>;
  readonly materials: ReadonlyMap<string, Material>;
};

/** Registering, creating, seeing what was created: three passes; two more for associations and proofs. */
const PASSES = 5;

/**
 * Lets failover prepare a cluster on paper: its own observe and decide functions, pass after pass, with an account in
 * which each action has had its effect by the next pass. There are no ports, so nothing can reach the real account.
 */
export async function rehearse(real: Reader, asked: Asked, context: Context): Promise<Rehearsed> {
  const paper = new Paper(real, asked);
  const actions = new Map<string, Action>();
  const notes = new Set<string>();
  const materials = new Map<string, Material>();
  const { view: first } = await calmView(paper.read, paper.asked, context);
  const names = first.ladders.ladders.map(({ main }) => main.name);
  for (const some of batches(names, PER_PASS)) {
    for (let pass = 0; pass < PASSES; pass += 1) {
      const { view } = await calmView(paper.read, paper.asked, context);
      const ladders = view.ladders.ladders.filter(({ main }) => some.includes(main.name));
      const narrowed = { ...view, ladders: { ...view.ladders, ladders } };
      const seen = await observePrepare(
        paper.read,
        { view: narrowed, preparation: undefined, most: PER_PASS },
        context,
      );
      if (seen.materials.length === 0) break;
      for (const one of seen.materials) materials.set(one.ladder.main.name, one);
      const plan = decidePrepare(seen, context);
      for (const note of plan.notes) notes.add(note);
      for (const action of actionsIn(plan)) {
        if (action.do !== 'wake' && action.do !== 'remember') actions.set(describe(action), action);
        await paper.play(action);
      }
    }
  }
  const { read, prepared } = paper;
  return { read, asked: paper.asked, actions: [...actions.values()], notes: [...notes], prepared, materials };
}

/** The account as it would be: the real one, and on top of it what was done on paper. */
class Paper {
  readonly read: Reader;
  readonly prepared = new Map<string, Prepared>();
  readonly #definitions = new Map<string, TaskDefinition>();
  readonly #standbys = new Map<string, ServiceDetail>();
  #asked: Asked;

  constructor(real: Reader, asked: Asked) {
    this.#asked = asked;
    this.read = {
      ...real,
      services: async (cluster) => {
        const there = (await real.services(cluster)).filter(({ name }) => !this.#standbys.has(name));
        return [...there, ...this.#standbys.values()];
      },
      taskDefinition: async (name) => this.#definitions.get(name) ?? real.taskDefinition(name),
      prepared: async () => [...this.prepared.values()],
    };
  }

  get asked(): Asked {
    return this.#asked;
  }

  async play(action: Action): Promise<void> {
    if (action.do === 'remember')
      for (const record of action.records) if (record.is === 'prepared') this.prepared.set(record.service, record);
    if (action.do === 'register') {
      const { family = '' } = action.definition;
      const revision = ((await this.read.taskDefinition(family))?.revision ?? 0) + 1;
      const arn = action.ifRefused.revision.replace(/[^/]*$/, `${family}:${revision}`);
      const registered = { ...action.definition, taskDefinitionArn: arn, revision, tags: action.tags };
      for (const name of [family, arn]) this.#definitions.set(name, registered);
    }
    if (action.do === 'create-standby' || action.do === 'follow') await this.#make(action.spec);
    if (action.do === 'associate') {
      const { cluster } = this.#asked;
      const providers = [...cluster.providers, ...action.providers];
      this.#asked = { ...this.#asked, cluster: { ...cluster, providers } };
    }
    if (action.do === 'prove') {
      const record = this.prepared.get(action.spec.main);
      if (record) this.prepared.set(action.spec.main, { ...record, proof: 'proven' });
    }
  }

  async #make(spec: StandbySpec): Promise<void> {
    const services = await this.read.services(spec.cluster);
    const before = services.find(({ name }) => name === spec.name);
    const main = services.find(({ name }) => name === spec.main);
    this.#standbys.set(spec.name, {
      ...(before ?? nothingLent),
      ...spec,
      arn: before?.arn ?? `${main?.arn.replace(/[^/]*$/, '')}${spec.name}`,
      launch: { on: 'fargate', spot: spec.rung === 'fargate-spot' },
    });
  }
}

/** A standby that was just created. */
const nothingLent = {
  status: 'ACTIVE',
  daemon: false,
  controller: 'ECS',
  strategy: 'ROLLING',
  desired: 0,
  running: 0,
  pending: 0,
  minimumHealthyPercent: 100,
  maximumPercent: 200,
  unplaced: undefined,
  deployments: [],
  constraints: [],
  serviceConnect: 'none',
  lattice: false,
  volumes: false,
} as const;
