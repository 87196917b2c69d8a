import { describeTasks, listTasks } from '../../shared/aws/ecs-tasks.ts';
import { setOnDemandBase } from '../../shared/aws/on-demand-base.ts';
import { keyOf } from '../../shared/aws/record-keys.ts';
import { removeStandby, setDesired } from '../../shared/aws/standbys.ts';
import { deleteRecords } from '../../shared/aws/table.ts';
import { type Ending, writeOutcome } from '../../shared/aws/write-outcome.ts';
import { batches } from '../../shared/core/batches.ts';
import { RUNG_TAG, type ServiceDetail, STANDBY_OF, standbyRungs } from '../../shared/model/lending.ts';
import type { StoredRecord } from '../../shared/model/records.ts';
import { describe } from '../../shared/plan/describe.ts';
import type { LendingAction } from '../../shared/plan/lending-action.ts';
import type { Operator } from '../operator.ts';
import { type Found, type Place, type Standby, standbysOf } from './found.ts';
import { ofStandby, type Step, stepsOf } from './steps.ts';
import { leftOf, many } from './text.ts';

export type Carrying = {
  readonly place: Place;
  readonly runtime: Operator['runtime'];
  readonly force: boolean;
  /** How long the tasks of all standbys of a cluster may take to end, milliseconds. */
  readonly waitMs: number;
  /** Told each thing that is done. */
  readonly say: (sentence: string) => void;
};

/** So many standbys are lowered before their main services are looked at again. */
const LOWERED_AT_ONCE = 10;
const LOOK_EVERY_MS = 5_000;

/**
 * Unwinds one cluster: standbys are lowered, and deleted when they have no tasks; then bases and records. Killed half-way,
 * the next run takes up what is left.
 * @returns what is left, one sentence each
 */
export async function carryOut(found: Found, carrying: Carrying): Promise<readonly string[]> {
  const { force } = carrying;
  const steps = stepsOf(found, { force });
  const left = new Map<string, string>();
  for (const step of steps) if (step.do === 'leave') left.set(step.standby.name, leftOf(step));
  const names = steps.flatMap((step) => (step.do === 'delete' || step.do === 'empty' ? [step.standby.name] : []));
  await lower(found.cluster, names, { carrying, left });
  const lowered = names.filter((name) => !left.has(name));
  await deleteAsEmptied(found.cluster, lowered, { carrying, left });
  const bases = await setBases(steps, carrying);
  await forgetRecords(found, { carrying, left, bases });
  return [...left.values(), ...bases.left];
}

type Work = { readonly carrying: Carrying; readonly left: Map<string, string> };

const note = (left: Map<string, string>, name: string, error: string | undefined): void => {
  if (error !== undefined) left.set(name, error);
};

/** Lowers each after another look at its main service, which may have lost tasks meanwhile. */
async function lower(cluster: string, names: readonly string[], { carrying, left }: Work): Promise<void> {
  for (const some of batches(names, LOWERED_AT_ONCE)) {
    const standbys = await standbysOf(carrying.place.clients, cluster);
    for (const standby of standbys.filter(({ service }) => some.includes(service.name))) {
      const step = ofStandby(standby, carrying.force);
      if (step.do === 'leave') left.set(step.standby.name, leftOf(step));
      if (step.do === 'empty' && step.standby.desired > 0)
        note(left, step.standby.name, await lowerOne(step.standby, step.why, carrying));
    }
  }
}

/** Deletes each as soon as its last task has ended. */
async function deleteAsEmptied(cluster: string, names: readonly string[], { carrying, left }: Work): Promise<void> {
  const { place, runtime, waitMs } = carrying;
  const until = runtime.now() + waitMs;
  const waiting = new Set(names);
  while (waiting.size > 0) {
    const standbys = new Map((await standbysOf(place.clients, cluster)).map((one) => [one.service.name, one]));
    for (const name of [...waiting]) {
      const said = await afterLook(standbys.get(name), carrying);
      if (said === 'waits') continue;
      waiting.delete(name);
      note(left, name, said);
    }
    if (waiting.size > 0 && runtime.now() >= until) break;
    if (waiting.size > 0) await runtime.sleep(LOOK_EVERY_MS);
  }
  for (const name of waiting)
    left.set(
      name,
      `${name} still has tasks after ${waitMs / 1000} s; run the command again, or give it longer: --wait`,
    );
}

async function afterLook(standby: Standby | undefined, carrying: Carrying): Promise<string | 'waits' | undefined> {
  if (standby === undefined) return undefined;
  const { name, desired, running, pending } = standby.service;
  if (desired > 0) return `somebody gave ${name} ${many(desired, 'task')} again; is failover off?`;
  if (running + pending > 0 || (await isEnding(standby.service, carrying))) return 'waits';
  return deleted(standby.service, 'no task is on it', carrying);
}

/** Tasks that leave their load balancer, or have their SIGTERM, are in no count of the service. */
async function isEnding({ cluster, name }: ServiceDetail, { place }: Carrying): Promise<boolean> {
  const { ecs } = place.clients;
  const arns = await listTasks(ecs, { cluster, service: name, desiredStatus: 'STOPPED' });
  return (await describeTasks(ecs, cluster, arns)).some(({ lastStatus }) => lastStatus !== 'STOPPED');
}

const common = (standby: ServiceDetail, because: string, { place }: Carrying) => ({
  for: [],
  region: place.region,
  because,
  cluster: standby.cluster,
  main: standby.tags[STANDBY_OF] ?? '',
  standby: standby.name,
  rung: standbyRungs.find((rung) => rung === standby.tags[RUNG_TAG]) ?? 'fargate',
});

function lowerOne(standby: ServiceDetail, because: string, carrying: Carrying): Promise<string | undefined> {
  const action = { ...common(standby, because, carrying), do: 'take-back', from: standby.desired, desired: 0 } as const;
  return perform(action, standby.name, { carrying, call: () => setDesired(carrying.place.clients.ecs, action) });
}

function deleted(standby: ServiceDetail, because: string, carrying: Carrying): Promise<string | undefined> {
  const action = { ...common(standby, because, carrying), do: 'remove-standby' } as const;
  return perform(action, standby.name, { carrying, call: () => removeStandby(carrying.place.clients.ecs, action) });
}

/** @returns what went wrong */
async function perform(
  action: LendingAction,
  thing: string,
  { carrying, call }: { readonly carrying: Carrying; readonly call: () => Promise<Ending> },
): Promise<string | undefined> {
  const outcome = await writeOutcome(action, thing, call);
  if (outcome.result === 'failed') return outcome.error;
  carrying.say(describe(action));
  return undefined;
}

type Bases = { readonly done: readonly StoredRecord[]; readonly left: readonly string[] };

async function setBases(steps: readonly Step[], carrying: Carrying): Promise<Bases> {
  const done: StoredRecord[] = [];
  const left: string[] = [];
  const { clients, region } = carrying.place;
  for (const step of steps) {
    if (step.do === 'leave-base') left.push(leftOf(step));
    if (step.do === 'forget-base') done.push(step.record);
    if (step.do !== 'set-base') continue;
    const { group, before } = step.record;
    const because = 'spotkeeper raised it, and is to be removed';
    const action = { do: 'set-base', for: [], region, because, group, from: step.from, base: before } as const;
    const call = () => setOnDemandBase(clients.autoscaling, action);
    const error = await perform(action, group, { carrying, call });
    if (error === undefined) done.push(step.record);
    else left.push(error);
  }
  return { done, left };
}

/** Records of what is unwound. While anything of the cluster is left, its own record stays: drains may wait for it. */
async function forgetRecords(
  { standbys, records }: Found,
  { carrying, left, bases }: Work & { readonly bases: Bases },
): Promise<void> {
  const { place, say } = carrying;
  const kept = new Set(standbys.flatMap(({ service: { name, tags } }) => (left.has(name) ? [tags[STANDBY_OF]] : [])));
  const unwound = records.filter((one) => ('service' in one ? !kept.has(one.service) : left.size === 0));
  const forgotten = [...unwound, ...bases.done];
  if (place.table === undefined || forgotten.length === 0) return;
  await deleteRecords(place.table, forgotten.map(keyOf));
  say(`delete ${many(forgotten.length, 'record')} of ${place.table.name}`);
}
