import type { Cluster, Manage } from './model/fleet.ts';
import { NONE, type Setting } from './settings/setting.ts';
import { type Policy, settings } from './settings.ts';

export type { Policy } from './settings.ts';

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
    const is = setting.hidden ? 'is not allowed as it is (not shown)' : `is "${text}"`;
    if (value === undefined) problems.push(`${setting.env} ${is}; allowed: ${setting.allowed}`);
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
        `tag ${setting.tag} of ${name} is "${text}"; allowed: ${setting.allowed}; the default ${inWords(account[key])} is used`,
      );
    }
  }
  return { policy: { ...account, ...changes }, problems };
}

/** An empty list is written as it is set. */
const inWords = (value: Policy[keyof Policy]): string => (String(value) === '' ? NONE : String(value));

export type Tagged = { readonly policy: Policy; readonly problems: readonly string[] };

/** The region of the stack, which owns what there is once for all regions: the outbox, the reports, the secret. */
export const homeOf = ({ region, policy }: { readonly region: string; readonly policy: Policy }): string =>
  policy.regions[0] ?? region;

/** Has Slack a parameter with its secret? Without one nothing is posted. */
export const hasSlack = ({ slackSecret }: Pick<Policy, 'slackSecret'>): boolean => slackSecret !== NONE;

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

export const FAILOVER_TAG = settings.failover.tag ?? '';

/** A typo is no order to delete standbys that serve: where it leaves a service without rungs, it keeps those it has. */
export const isUnclear = (tags: Readonly<Record<string, string>>): boolean =>
  tags[FAILOVER_TAG] !== undefined && settings.failover.parse(tags[FAILOVER_TAG] ?? '') === undefined;
