import type { Rung } from '../model/lending.ts';
import { arnOrNone, decimal, ids, NONE, oneOf, type Setting, wholeNumber } from './setting.ts';

/** What concerns lending tasks. */
export type FailoverPolicy = {
  /** The rungs on which services are lent tasks, in order; none: not at all. */
  readonly failover: readonly Rung[];
  /** How many of a pool's further instances count as doomed, as a multiple of the notices within three minutes. */
  readonly contagion: number;
  readonly holdDrain: 'on' | 'off';
  readonly drainReserveSeconds: number;
  /** Who of several services is lent tasks first: the higher. */
  readonly priority: number;
  /** How long a rung has to bring tasks up before the next one is asked. */
  readonly rungSeconds: number;
  readonly dwellMinutes: number;
  readonly mostDwellMinutes: number;
  /** A deficit that lasts longer goes to On-Demand instances, where that rung is named. */
  readonly breakEvenMinutes: number;
  readonly maxLentTasks: number;
  readonly maxLentTasksInAccount: number;
  /** US dollars an hour */
  readonly maxHourlyCost: number;
  readonly maxHourlyCostInAccount: number;
  readonly associateProviders: 'on' | 'off';
  readonly cloudMap: 'refuse' | 'share';
  readonly hostDaemons: 'refuse' | 'ignore';
  readonly proofRun: 'on' | 'off';
  /** `none`, or the ARN of an ip target group for lent tasks of a service behind an instance target group. */
  readonly ipTargetGroup: string;
  readonly fargateSubnets: readonly string[];
  readonly fargateSecurityGroups: readonly string[];
  readonly fargatePublicIp: 'on' | 'off';
  readonly fargateTaskRole: string;
  readonly fargateExecutionRole: string;
};

export const failoverSettings: { readonly [K in keyof FailoverPolicy]: Setting<FailoverPolicy[K]> } = {
  failover: {
    env: 'SPOTKEEPER_FAILOVER_DEFAULT',
    param: 'failoverDefault',
    tag: 'spotkeeper:failover',
    allowed: 'rungs in order, such as fargate-spot/fargate/on-demand, or none',
    initial: 'none',
    parse: ladder,
  },
  contagion: {
    env: 'SPOTKEEPER_CONTAGION',
    param: 'contagion',
    tag: 'spotkeeper:contagion',
    allowed: 'a number from 0 to 1',
    initial: '1',
    parse: decimal(0, 1),
  },
  holdDrain: {
    env: 'SPOTKEEPER_HOLD_DRAIN',
    param: 'holdDrain',
    tag: 'spotkeeper:hold-drain',
    allowed: 'on or off',
    initial: 'on',
    parse: oneOf('on', 'off'),
  },
  drainReserveSeconds: {
    env: 'SPOTKEEPER_DRAIN_RESERVE_SECONDS',
    param: 'drainReserveSeconds',
    tag: 'spotkeeper:drain-reserve-seconds',
    allowed: 'a whole number of seconds from 30 to 110',
    initial: '45',
    parse: wholeNumber(30, 110),
  },
  priority: {
    env: 'SPOTKEEPER_PRIORITY',
    param: 'priority',
    tag: 'spotkeeper:priority',
    allowed: 'a whole number from 0 to 100',
    initial: '50',
    parse: wholeNumber(0, 100),
  },
  rungSeconds: {
    env: 'SPOTKEEPER_RUNG_SECONDS',
    param: 'rungSeconds',
    tag: 'spotkeeper:rung-seconds',
    allowed: 'a whole number of seconds from 20 to 600',
    initial: '75',
    parse: wholeNumber(20, 600),
  },
  dwellMinutes: {
    env: 'SPOTKEEPER_DWELL_MINUTES',
    param: 'dwellMinutes',
    tag: 'spotkeeper:dwell-minutes',
    allowed: 'a whole number of minutes from 0 to 60',
    initial: '1',
    parse: wholeNumber(0, 60),
  },
  mostDwellMinutes: {
    env: 'SPOTKEEPER_MOST_DWELL_MINUTES',
    param: 'mostDwellMinutes',
    tag: 'spotkeeper:most-dwell-minutes',
    allowed: 'a whole number of minutes from 0 to 60',
    initial: '10',
    parse: wholeNumber(0, 60),
  },
  breakEvenMinutes: {
    env: 'SPOTKEEPER_BREAK_EVEN_MINUTES',
    param: 'breakEvenMinutes',
    tag: 'spotkeeper:break-even-minutes',
    allowed: 'a whole number of minutes from 1 to 1440',
    initial: '3',
    parse: wholeNumber(1, 1440),
  },
  maxLentTasks: {
    env: 'SPOTKEEPER_MAX_LENT_TASKS',
    param: 'maxLentTasks',
    tag: 'spotkeeper:max-lent-tasks',
    allowed: 'a whole number from 0 to 5000',
    initial: '500',
    parse: wholeNumber(0, 5000),
  },
  maxLentTasksInAccount: {
    env: 'SPOTKEEPER_MAX_LENT_TASKS_IN_ACCOUNT',
    param: 'maxLentTasksInAccount',
    allowed: 'a whole number from 0 to 100000',
    initial: '2000',
    parse: wholeNumber(0, 100_000),
  },
  maxHourlyCost: {
    env: 'SPOTKEEPER_MAX_HOURLY_COST',
    param: 'maxHourlyCost',
    tag: 'spotkeeper:max-hourly-cost',
    allowed: 'US dollars an hour from 0 to 100000',
    initial: '50',
    parse: decimal(0, 100_000),
  },
  maxHourlyCostInAccount: {
    env: 'SPOTKEEPER_MAX_HOURLY_COST_IN_ACCOUNT',
    param: 'maxHourlyCostInAccount',
    allowed: 'US dollars an hour from 0 to 100000',
    initial: '200',
    parse: decimal(0, 100_000),
  },
  associateProviders: {
    env: 'SPOTKEEPER_ASSOCIATE_PROVIDERS',
    param: 'associateProviders',
    tag: 'spotkeeper:associate-providers',
    allowed: 'on or off',
    initial: 'off',
    parse: oneOf('on', 'off'),
  },
  cloudMap: {
    env: 'SPOTKEEPER_CLOUD_MAP',
    param: 'cloudMap',
    tag: 'spotkeeper:cloud-map',
    allowed: 'refuse or share',
    initial: 'refuse',
    parse: oneOf('refuse', 'share'),
  },
  hostDaemons: {
    env: 'SPOTKEEPER_HOST_DAEMONS',
    param: 'hostDaemons',
    tag: 'spotkeeper:host-daemons',
    allowed: 'refuse or ignore',
    initial: 'ignore',
    parse: oneOf('refuse', 'ignore'),
  },
  proofRun: {
    env: 'SPOTKEEPER_PROOF_RUN',
    param: 'proofRun',
    tag: 'spotkeeper:proof-run',
    allowed: 'on or off',
    initial: 'off',
    parse: oneOf('on', 'off'),
  },
  ipTargetGroup: {
    env: 'SPOTKEEPER_IP_TARGET_GROUP',
    param: 'ipTargetGroup',
    tag: 'spotkeeper:ip-target-group',
    allowed: 'the ARN of a target group, or none',
    initial: 'none',
    parse: arnOrNone(/^arn:[^:]+:elasticloadbalancing:[^:]+:\d{12}:targetgroup\/.+$/),
  },
  fargateSubnets: {
    env: 'SPOTKEEPER_FARGATE_SUBNETS',
    param: 'fargateSubnets',
    tag: 'spotkeeper:fargate-subnets',
    allowed: 'subnet ids, or none',
    initial: 'none',
    parse: ids(/^subnet-[0-9a-z-]+$/),
  },
  fargateSecurityGroups: {
    env: 'SPOTKEEPER_FARGATE_SECURITY_GROUPS',
    param: 'fargateSecurityGroups',
    tag: 'spotkeeper:fargate-security-groups',
    allowed: 'security group ids, or none',
    initial: 'none',
    parse: ids(/^sg-[0-9a-z-]+$/),
  },
  fargatePublicIp: {
    env: 'SPOTKEEPER_FARGATE_PUBLIC_IP',
    param: 'fargatePublicIp',
    tag: 'spotkeeper:fargate-public-ip',
    allowed: 'on or off',
    initial: 'off',
    parse: oneOf('on', 'off'),
  },
  fargateTaskRole: {
    env: 'SPOTKEEPER_FARGATE_TASK_ROLE',
    param: 'fargateTaskRole',
    tag: 'spotkeeper:fargate-task-role',
    allowed: 'the ARN of a role, or none',
    initial: 'none',
    parse: arnOrNone(/^arn:[^:]+:iam::\d{12}:role\/.+$/),
  },
  fargateExecutionRole: {
    env: 'SPOTKEEPER_FARGATE_EXECUTION_ROLE',
    param: 'fargateExecutionRole',
    tag: 'spotkeeper:fargate-execution-role',
    allowed: 'the ARN of a role, or none',
    initial: 'none',
    parse: arnOrNone(/^arn:[^:]+:iam::\d{12}:role\/.+$/),
  },
};

const RUNGS: readonly Rung[] = ['fargate-spot', 'fargate', 'on-demand'];

/** `fargate-spot/fargate/on-demand`: rungs in order, each once, with `/` or spaces between them; `none`. */
function ladder(text: string): readonly Rung[] | undefined {
  if (text === NONE) return [];
  const named = text.split(/[/ ]+/).filter((rung) => rung !== '');
  const rungs = named.flatMap((name) => RUNGS.find((rung) => rung === name) ?? []);
  return named.length > 0 && rungs.length === named.length && new Set(rungs).size === rungs.length ? rungs : undefined;
}
