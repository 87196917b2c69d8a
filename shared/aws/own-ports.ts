import type { Ports } from '../flow.ts';
import type { Guard } from '../plan/action.ts';
import { makeOwnClients } from './clients.ts';
import { outcomeOf } from './outcome.ts';
import type { Env, Process } from './process.ts';
import { keyOf } from './record-keys.ts';
import { commit, deleteRecords, putRecords, type TablePorts } from './table.ts';
import { sendWakeUp } from './wake-up.ts';

/** The prefix of what observe mode remembers. */
export const OBSERVE = 'observe ';

type OwnAct = 'wake' | 'remember' | 'forget';

/** What every function does with spotkeeper's own table and queue. */
export type OwnPorts = {
  readonly table: TablePorts;
  readonly commit: (guard: Guard) => Promise<'won' | 'lost'>;
  readonly act: Ports<unknown, OwnAct>['act'];
};

/** @throws Error when SPOTKEEPER_TABLE, SPOTKEEPER_WAKE_UP_QUEUE_URL or AWS_REGION is missing */
export function makeOwnPorts({ env, policy, runtime, clientConfig }: Process): OwnPorts {
  const { dynamodb, sqs } = makeOwnClients(required(env, 'AWS_REGION'), { edge: runtime, clientConfig });
  const table: TablePorts = {
    client: dynamodb,
    name: required(env, 'SPOTKEEPER_TABLE'),
    prefix: policy.mode === 'observe' ? OBSERVE : '',
    now: runtime.now,
    sleep: runtime.sleep,
  };
  const queueUrl = required(env, 'SPOTKEEPER_WAKE_UP_QUEUE_URL');
  return {
    table,
    commit: (guard) => commit(table, guard),
    act: {
      wake: (action) => outcomeOf(action, () => sendWakeUp(sqs, queueUrl, { wake: action, now: runtime.now() })),
      remember: (action) => outcomeOf(action, () => putRecords(table, action.records)),
      forget: (action) => outcomeOf(action, () => deleteRecords(table, action.records.map(keyOf))),
    },
  };
}

function required(env: Env, name: string): string {
  const value = env[name];
  if (value) return value;
  throw new Error(`the environment variable ${name} is missing; serverless.yml sets it`);
}
