import type { Service } from '../service.ts';
import { type ManualAction, readManualActions } from './manual-actions.ts';
import { readRecord, readText, type Schema } from './plan-fields.ts';

/**
 * What goes wrong in an account, as data: from a script or drawn from a seed (`drawPlan`). Times are milliseconds since
 * the account's start; the first rule that fits a call or a delivery and strikes decides.
 */
export type FaultPlan = {
  readonly calls?: readonly CallRule[];
  readonly events?: readonly EventRule[];
  /** what a person does by hand; `actByHand` lets it happen */
  readonly manual?: readonly ManualAction[];
};

const callFaults = [
  'throttling',
  'internal-error',
  'unavailable',
  'refused',
  'silence',
  'slow',
  'stale',
  'unseen',
  'kill',
] as const;

/** What can go wrong with a call. */
export type CallFaultKind = (typeof callFaults)[number];

/** Which calls fail how. A member that is left out fits every call. */
export type CallRule = When & {
  readonly fault: CallFaultKind;
  readonly service?: Service['id'];
  readonly region?: string;
  /** a name, or the beginning of one followed by `*` */
  readonly operation?: string;
  /** an invocation's id, or the beginning of one followed by `*` */
  readonly caller?: string;
  /** the number of the call among its caller's, from 0 */
  readonly call?: number;
  /** has the call had its effect when it fails? Default false. For errors, silence and kill */
  readonly effect?: boolean;
  /** silence: until the connection breaks; slow: the delay; stale: how old the answer may be; unseen: what is
   * younger is left out. Default 10,000 */
  readonly forMs?: number;
};

/** What can go wrong with a delivery; a queue that throttles is tried again, one that is gone or forbidden never. */
export type EventFaultKind = 'lost' | 'late' | 'duplicate' | 'throttled' | 'no-permission' | 'no-queue';

/** Which deliveries of events go wrong how. A member that is left out fits every delivery. */
export type EventRule = When & {
  readonly fault: EventFaultKind;
  readonly source?: string;
  readonly region?: string;
  readonly detailType?: string;
  /** the EventBridge rule's name */
  readonly rule?: string;
  /** late: the longest delay; each delivery draws its own, which also reorders. Default 60,000 */
  readonly forMs?: number;
};

type When = {
  readonly fromMs?: number;
  /** exclusive */
  readonly toMs?: number;
  /** how often it strikes where it fits, 0 to 1. Default 1 */
  readonly rate?: number;
  /** how often it strikes at most */
  readonly times?: number;
};

/**
 * Reads a fault plan that somebody wrote.
 * @throws Error that names the field, its value and what is allowed
 */
export const readFaultPlan = (data: unknown): FaultPlan => {
  const lists = { calls: list, events: list, manual: list };
  const plan = readRecord<Record<keyof typeof lists, unknown>>(data, 'faults', lists);
  const read = (rules: unknown, name: string, schema: Schema) =>
    ((rules ?? []) as readonly unknown[]).map((rule, index) => {
      const place = `faults.${name}[${index}]`;
      const known = readRecord<When & { fault: string }>(rule, place, schema);
      if (known.fault === undefined) throw new Error(`${place}.fault is missing; ${schema.fault?.allowed}`);
      const { fromMs = 0, toMs = Number.POSITIVE_INFINITY } = known;
      if (toMs <= fromMs) throw new Error(`${place}.toMs is ${toMs}; it must be later than fromMs, ${fromMs}`);
      return known;
    });
  return {
    calls: read(plan.calls, 'calls', callSchema) as unknown as CallRule[],
    events: read(plan.events, 'events', eventSchema) as unknown as EventRule[],
    ...(plan.manual === undefined ? {} : { manual: readManualActions(plan.manual) }),
  };
};

const list = { allowed: 'it must be a list', accepts: Array.isArray };
const oneOf = (...names: readonly string[]) => ({
  allowed: `it must be one of ${names.join(', ')}`,
  accepts: (value: unknown) => names.includes(value as string),
});
const within = (least: number, most: number, whole = false) => ({
  allowed: `it must be ${whole ? 'a whole number' : 'a number'} from ${least}${most < Number.MAX_SAFE_INTEGER ? ` to ${most}` : ''}`,
  accepts: (value: unknown) =>
    typeof value === 'number' && value >= least && value <= most && (!whole || Number.isInteger(value)),
});
const unlimited = Number.MAX_SAFE_INTEGER;

const when: Schema = {
  fromMs: within(0, unlimited),
  toMs: within(0, unlimited),
  rate: within(0, 1),
  times: within(1, unlimited, true),
  forMs: within(0, unlimited),
};

const services: Readonly<Record<Service['id'], true>> = {
  ecs: true,
  ec2: true,
  autoscaling: true,
  elbv2: true,
  dynamodb: true,
  sqs: true,
  pricing: true,
  'service-quotas': true,
  'application-auto-scaling': true,
  eventbridge: true,
  ssm: true,
  'cost-explorer': true,
};

/** How EventBridge names the faults with which a queue refuses an event. */
export const refusals: Readonly<Partial<Record<EventFaultKind, 'NO_PERMISSIONS' | 'NO_RESOURCE' | 'THROTTLING'>>> = {
  throttled: 'THROTTLING',
  'no-permission': 'NO_PERMISSIONS',
  'no-queue': 'NO_RESOURCE',
};

const callSchema: Schema = {
  ...when,
  fault: oneOf(...callFaults),
  service: oneOf(...Object.keys(services)),
  region: readText,
  operation: readText,
  caller: readText,
  call: within(0, unlimited, true),
  effect: { allowed: 'it must be true or false', accepts: (value) => typeof value === 'boolean' },
};

const eventSchema: Schema = {
  ...when,
  fault: oneOf('lost', 'late', 'duplicate', ...Object.keys(refusals)),
  source: readText,
  region: readText,
  detailType: readText,
  rule: readText,
};
