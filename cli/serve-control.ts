import type { SimulatedAccount } from '../sim/account.ts';
import type { ControlAnswer, ControlRequest, Listening } from '../sim/http.ts';
import { JsonTextError, parseJson } from '../sim/json-text.ts';
import type { Region } from '../sim/world/region.ts';
import type { ScenarioFile } from './scenario-file/format.ts';
import { amount, object, ScenarioFileError } from './scenario-file/read.ts';
import { step } from './scenario-file/simulation-format.ts';
import { happen } from './scenario-file/story.ts';

/** No AWS service has paths that begin so. */
const PREFIX = '/_simulator/';

export type Controlled = {
  readonly account: SimulatedAccount;
  readonly region: Region;
  /** undefined: the scenario is not from a file */
  readonly file: ScenarioFile | undefined;
  readonly advance: Listening['advance'];
};

type Handle = (controlled: Controlled, request: ControlRequest) => unknown;

/** A call that asks for what cannot be, with the HTTP status that says how. */
class RefusedError extends Error {
  override readonly name = 'RefusedError';
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

const clockRequest = object({ advanceSeconds: amount(0, 31_536_000) });

const calls: Readonly<Record<string, Handle>> = {
  'GET state': ({ account, region }) => stateOf(account, region),
  'GET journal': ({ account }, { url }) => journalSince(account, url.searchParams.get('since') ?? '0'),
  'GET scenario': ({ file }) => {
    if (!file) throw new RefusedError(404, 'the account is not from a scenario file');
    return file;
  },
  'POST clock': async ({ account, advance }, { body }) => {
    await advance(clockRequest(parseJson(body), '').advanceSeconds * 1000);
    return { now: iso(account) };
  },
  'POST do': ({ account, region }, { body }) => {
    const asked = step(parseJson(body), '');
    try {
      happen(asked, region, account);
    } catch (error) {
      // The verbs refuse what the account cannot do, as a group below its minimum size.
      throw new RefusedError(409, error instanceof Error ? error.message : String(error));
    }
    return { now: iso(account) };
  },
};

/**
 * The calls that steer a served account: its clock, its state, what happens in it. Everything is JSON.
 * @returns undefined for paths of AWS services
 */
export function control(controlled: Controlled, request: ControlRequest): Promise<ControlAnswer> | undefined {
  if (!request.url.pathname.startsWith(PREFIX)) return undefined;
  return answerTo(controlled, request);
}

async function answerTo(controlled: Controlled, request: ControlRequest): Promise<ControlAnswer> {
  const name = `${request.method} ${request.url.pathname.slice(PREFIX.length)}`;
  const handle = Object.hasOwn(calls, name) ? calls[name] : undefined;
  if (!handle) {
    const allowed = Object.keys(calls).map((call) => call.replace(' ', ` ${PREFIX}`));
    return { status: 404, body: { error: `${request.method} ${request.url.pathname} is no control call`, allowed } };
  }
  try {
    return { status: 200, body: await handle(controlled, request) };
  } catch (error) {
    if (error instanceof RefusedError) return { status: error.status, body: { error: error.message } };
    if (error instanceof ScenarioFileError || error instanceof JsonTextError) {
      return { status: 400, body: { error: error.message } };
    }
    throw error;
  }
}

const iso = (account: SimulatedAccount): string => new Date(account.clock.now()).toISOString();

function journalSince(account: SimulatedAccount, since: string): object {
  const { entries } = account.journal;
  if (!/^\d{1,10}$/.test(since)) throw new RefusedError(400, `since is "${since}"; expected a whole number`);
  return { entries: entries.slice(Number(since)), next: entries.length };
}

function stateOf(account: SimulatedAccount, { parts }: Region): object {
  return {
    now: iso(account),
    clusters: [...parts.ecs.state.clusters.values()].map((cluster) => ({
      name: cluster.name,
      containerInstances: [...cluster.instances.values()].map((instance) => ({
        ec2InstanceId: instance.ec2InstanceId,
        type: instance.instanceType,
        zone: instance.zone,
        status: instance.status,
        tasks: instance.tasks.size,
      })),
      services: [...cluster.services.values()].map(({ name, desired, tasks }) => ({
        name,
        desired,
        running: [...tasks.values()].filter(({ lastStatus }) => lastStatus === 'RUNNING').length,
      })),
    })),
    autoScalingGroups: [...parts.autoScaling.groups.values()].map(({ name, desired, instances }) => ({
      name,
      desired,
      instances: instances.size,
    })),
  };
}
