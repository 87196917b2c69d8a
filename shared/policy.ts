import type { Cluster, Manage } from './model/fleet.ts';

/** Every setting of an installation, parsed. Durations carry their unit in the name. */
export type Policy = {
  readonly mode: 'observe' | 'act';
  readonly manageDefault: 'drain' | 'none';
  readonly scaleInHook: string;
  readonly scaleInMinutes: number;
  readonly standalone: 'leave' | 'stop';
  readonly deregisterSeconds: number;
  readonly stopReserveSeconds: number;
  readonly coolOffMinutes: number;
  readonly regions: readonly string[];
};

type Setting<T> = {
  readonly env: string;
  readonly param: string;
  readonly tag?: string;
  readonly allowed: string;
  readonly initial: string;
  /** The value, or undefined when the text is not allowed. */
  readonly parse: (text: string) => T | undefined;
};

const oneOf =
  <T extends string>(...values: readonly T[]) =>
  (text: string): T | undefined =>
    values.find((value) => value === text);

const wholeNumber =
  (least: number, most: number) =>
  (text: string): number | undefined =>
    /^\d+$/.test(text) && Number(text) >= least && Number(text) <= most ? Number(text) : undefined;

function regionList(text: string): readonly string[] | undefined {
  const regions = text.split(/[\s,]+/).filter((region) => region !== '');
  return regions.length > 0 && regions.every((region) => /^[a-z]{2,}(-[a-z]+)+-\d+$/.test(region))
    ? regions
    : undefined;
}

/** Each setting: where it comes from, what it may be, what it is when nobody says. README's table lists them all. */
export const settings: { readonly [K in keyof Policy]: Setting<Policy[K]> } = {
  mode: {
    env: 'SPOTKEEPER_MODE',
    param: 'mode',
    allowed: 'observe or act',
    initial: 'observe',
    parse: oneOf('observe', 'act'),
  },
  manageDefault: {
    env: 'SPOTKEEPER_MANAGE_DEFAULT',
    param: 'manageDefault',
    allowed: 'drain or none',
    initial: 'drain',
    parse: oneOf('drain', 'none'),
  },
  scaleInHook: {
    env: 'SPOTKEEPER_SCALE_IN_HOOK',
    param: 'scaleInHook',
    allowed: 'the name of a lifecycle hook: 1 to 255 letters, digits, - _ /',
    initial: 'spotkeeper-drain',
    parse: (text) => (/^[A-Za-z0-9\-_/]{1,255}$/.test(text) ? text : undefined),
  },
  scaleInMinutes: {
    env: 'SPOTKEEPER_SCALE_IN_MINUTES',
    param: 'scaleInMinutes',
    allowed: 'a whole number of minutes from 1 to 2880',
    initial: '30',
    parse: wholeNumber(1, 2880),
  },
  standalone: {
    env: 'SPOTKEEPER_STANDALONE',
    param: 'standalone',
    tag: 'spotkeeper:standalone',
    allowed: 'leave or stop',
    initial: 'leave',
    parse: oneOf('leave', 'stop'),
  },
  deregisterSeconds: {
    env: 'SPOTKEEPER_DEREGISTER_SECONDS',
    param: 'deregisterSeconds',
    tag: 'spotkeeper:deregister-seconds',
    allowed: 'a whole number of seconds from 0 to 110',
    initial: '60',
    parse: wholeNumber(0, 110),
  },
  stopReserveSeconds: {
    env: 'SPOTKEEPER_STOP_RESERVE_SECONDS',
    param: 'stopReserveSeconds',
    tag: 'spotkeeper:stop-reserve-seconds',
    allowed: 'a whole number of seconds from 0 to 60',
    initial: '5',
    parse: wholeNumber(0, 60),
  },
  coolOffMinutes: {
    env: 'SPOTKEEPER_COOL_OFF_MINUTES',
    param: 'coolOffMinutes',
    allowed: 'a whole number of minutes from 1 to 1440',
    initial: '10',
    parse: wholeNumber(1, 1440),
  },
  regions: {
    env: 'SPOTKEEPER_REGIONS',
    param: 'regions',
    allowed: 'region names such as eu-west-1, separated by commas',
    initial: 'us-east-1',
    parse: regionList,
  },
};

/** One or more settings that do not parse: each named, with its value and what is allowed. */
export class PolicyError extends Error {
  override readonly name = 'PolicyError';
}

/**
 * The account's policy from the function's environment.
 * @throws PolicyError that lists every setting that does not parse; nothing starts on half a policy
 */
export function policyFromEnv(env: Readonly<Record<string, string | undefined>>): Policy {
  const problems: string[] = [];
  const read = ([name, setting]: [string, Setting<unknown>]) => {
    const text = env[setting.env] || setting.initial;
    const value = setting.parse(text);
    if (value === undefined) problems.push(`${setting.env} is "${text}"; allowed: ${setting.allowed}`);
    return [name, value];
  };
  const policy = Object.fromEntries(Object.entries(settings).map(read)) as Policy;
  if (problems.length > 0) throw new PolicyError(problems.join('\n'));
  return policy;
}

/**
 * The policy for one cluster: the account's, with what the cluster's tags say.
 * @returns `problems` names each tag that does not parse, its value and what is allowed; the account's value then holds
 */
export function policyOf(account: Policy, { name, tags }: Pick<Cluster, 'name' | 'tags'>): Tagged {
  const problems: string[] = [];
  const changes: Record<string, unknown> = {};
  for (const [key, setting] of Object.entries(settings) as [keyof Policy, Setting<unknown>][]) {
    const text = setting.tag === undefined ? undefined : tags[setting.tag];
    if (text === undefined) continue;
    const value = setting.parse(text);
    if (value !== undefined) changes[key] = value;
    else {
      problems.push(
        `tag ${setting.tag} of ${name} is "${text}"; allowed: ${setting.allowed}; the default ${account[key]} is used`,
      );
    }
  }
  return { policy: { ...account, ...changes }, problems };
}

export type Tagged = { readonly policy: Policy; readonly problems: readonly string[] };

const MANAGE_TAG = 'spotkeeper:manage';

/** What a `spotkeeper:manage` tag says; `inherited` when there is none, or when it is neither true nor false. */
export function manageTag(name: string, tags: Readonly<Record<string, string>>, inherited: Manage): ManageAnswer {
  const text = tags[MANAGE_TAG];
  if (text === undefined) return { manage: inherited, problems: [] };
  if (text === 'true') return { manage: 'yes', problems: [] };
  if (text === 'false') return { manage: 'no', problems: [] };
  const problem = `tag ${MANAGE_TAG} of ${name} is "${text}"; allowed: true or false; the default ${inherited} is used`;
  return { manage: inherited, problems: [problem] };
}

export type ManageAnswer = { readonly manage: Manage; readonly problems: readonly string[] };

/**
 * May spotkeeper drain instances of this cluster? Never those of AWS Batch, whose compute environments are clusters
 * named `AWSBatch-…` or `…_Batch_<uuid>`: Batch retries its jobs by the reason that ECS gives, which we would replace.
 * https://docs.aws.amazon.com/batch/latest/userguide/job_retries.html
 */
export function manageOf({ name, tags }: Pick<Cluster, 'name' | 'tags'>, policy: Policy): ManageAnswer {
  if (/^AWSBatch-|_Batch_[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(name))
    return { manage: 'foreign', problems: [] };
  return manageTag(name, tags, policy.manageDefault === 'drain' ? 'yes' : 'no');
}
