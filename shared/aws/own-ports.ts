import type { Ports } from '../flow.ts';
import type { Guard } from '../plan/action.ts';
import { makeQueueClient, makeTableClient } from './clients.ts';
import { outcomeOf } from './outcome.ts';
import type { Env, Process } from './process.ts';
import { keyOf } from './record-keys.ts';
import { commit, deleteRecords, putRecords, type TablePorts } from './table.ts';
import { sendWakeUp } from './wake-up.ts';

/** The prefix of what observe mode remembers. */
export const OBSERVE = 'observe ';

/** What every function does with spotkeeper's own table. */
export type OwnTable = {
  readonly table: TablePorts;
  readonly commit: (guard: Guard) => Promise<'won' | 'lost'>;
  readonly act: Ports<unknown, 'remember' | 'forget'>['act'];
};

/** @throws Error when SPOTKEEPER_TABLE or AWS_REGION is missing */
export function makeOwnTable({ env, policy, runtime, clientConfig }: Process): OwnTable {
  const table: TablePorts = {
    client: makeTableClient(required(env, 'AWS_REGION'), { edge: runtime, clientConfig }),
    name: required(env, 'SPOTKEEPER_TABLE'),
    prefix: policy.mode === 'observe' ? OBSERVE : '',
    now: runtime.now,
    sleep: runtime.sleep,
  };
  return {
    table,
    commit: (guard) => commit(table, guard),
    act: {
      remember: (action) => outcomeOf(action, () => putRecords(table, action.records)),
      forget: (action) => outcomeOf(action, () => deleteRecords(table, action.records.map(keyOf))),
    },
  };
}

/** The same, with the queue of a function that wakes itself up. */
export type OwnPorts = Omit<OwnTable, 'act'> & { readonly act: Ports<unknown, 'wake' | 'remember' | 'forget'>['act'] };

/** @throws Error when SPOTKEEPER_TABLE, SPOTKEEPER_WAKE_UP_QUEUE_URL or AWS_REGION is missing */
export function makeOwnPorts(made: Process): OwnPorts {
  const { env, runtime, clientConfig } = made;
  const own = makeOwnTable(made);
  const sqs = makeQueueClient(required(env, 'AWS_REGION'), { edge: runtime, clientConfig });
  const queueUrl = required(env, 'SPOTKEEPER_WAKE_UP_QUEUE_URL');
  const wake: OwnPorts['act']['wake'] = (action) =>
    outcomeOf(action, () => sendWakeUp(sqs, queueUrl, { wake: action, now: runtime.now() }));
  return { ...own, act: { ...own.act, wake } };
}

/** @throws Error when a variable of the environment is missing or empty */
export function required(env: Env, name: string): string {
  const value = env[name];
  if (value) return value;
  throw new Error(`the environment variable ${name} is missing; serverless.yml sets it`);
}
