import * as autoscaling from '@aws-sdk/client-auto-scaling';
import * as ec2 from '@aws-sdk/client-ec2';
import * as ecs from '@aws-sdk/client-ecs';
import * as elbv2 from '@aws-sdk/client-elastic-load-balancing-v2';
import type { VirtualClock } from '../clock.ts';
import type { Endpoint } from '../endpoint.ts';
import type { HappenedFault } from './happened.ts';
import { type Field, readRecord, readText } from './plan-fields.ts';

/** A call that a person makes by hand: a console click, a command line. */
export type ManualAction = {
  /** milliseconds since the account's start */
  readonly atMs: number;
  readonly service: keyof typeof apis;
  /** `UpdateContainerInstancesState` */
  readonly operation: string;
  readonly region: string;
  /** in the SDK's shape; a function reads it from the account at that moment, undefined: there is nothing to do */
  readonly input: object | (() => object | undefined);
};

/**
 * Lets a person act while virtual time runs: every action is a real API call at its time, by the caller `person`, and
 * draws from the same token buckets as everybody's. What came of it is added to `happened`, its refusal too.
 */
export const actByHand = (actions: readonly ManualAction[], world: ManualWorld): void => {
  const { clock, startMs } = world;
  for (const action of actions) {
    clock.at(startMs + action.atMs, () => {
      clock.wake();
      void act(action, world);
    });
  }
};

export type ManualWorld = {
  readonly clock: VirtualClock;
  readonly endpoint: Endpoint;
  /** epoch milliseconds that the actions' times count from */
  readonly startMs: number;
  readonly happened: { push(fault: HappenedFault): unknown };
};

/**
 * Reads the actions that somebody wrote.
 * @throws Error that names the field, its value and what is allowed
 */
export const readManualActions = (data: unknown, place = 'faults.manual'): ManualAction[] => {
  if (!Array.isArray(data)) throw new Error(`${place} is ${JSON.stringify(data)}; it must be a list`);
  return data.map((item, index) => {
    const at = `${place}[${index}]`;
    const action = readRecord<ManualAction>(item, at, fields);
    for (const [name, field] of Object.entries(fields)) {
      if (!(name in action)) throw new Error(`${at}.${name} is missing; ${field.allowed}`);
    }
    const read = action as ManualAction;
    if (commandOf(read)) return read;
    throw new Error(`${at}.operation is "${read.operation}"; it must be an operation of ${read.service}`);
  });
};

const act = async (action: ManualAction, { clock, endpoint, happened }: ManualWorld): Promise<void> => {
  const { service, operation, region } = action;
  const input = typeof action.input === 'function' ? action.input() : action.input;
  if (input === undefined) return;
  const Command = commandOf(action);
  if (!Command) throw new Error(`${service} has no operation ${operation}`);
  const at = clock.now();
  // Also what the client refuses before it sends anything is an outcome.
  const send = async () => {
    const requestHandler = endpoint.handler({ region, caller });
    await new apis[service].Client({ ...offline, region, requestHandler }).send(new Command(input));
  };
  const outcome = await send().then(
    () => 'ok',
    (error: unknown) => (error instanceof Error ? error.name : String(error)),
  );
  happened.push({ at, kind: 'manual', target: `${service}:${operation} by ${caller}: ${outcome}` });
};

const caller = 'person';

type SdkClient = { send(command: object): Promise<unknown> };
type SdkApi = { readonly commands: object; readonly Client: new (config: object) => SdkClient };

const apis = {
  ecs: { commands: ecs, Client: ecs.ECSClient as unknown as SdkApi['Client'] },
  ec2: { commands: ec2, Client: ec2.EC2Client as unknown as SdkApi['Client'] },
  autoscaling: { commands: autoscaling, Client: autoscaling.AutoScalingClient as unknown as SdkApi['Client'] },
  elbv2: { commands: elbv2, Client: elbv2.ElasticLoadBalancingV2Client as unknown as SdkApi['Client'] },
};

/** The services that a person can call. */
export const callableServices = Object.keys(apis) as readonly (keyof typeof apis)[];

/** The operations that a service's API has, whether the simulated account implements them or not. */
export const operationsOf = (service: keyof typeof apis): readonly string[] =>
  Object.keys(apis[service].commands).flatMap((name) => /^(\w+)Command$/.exec(name)?.[1] ?? []);

const commandOf = ({ service, operation }: ManualAction): (new (input: object) => object) | undefined => {
  const { commands } = apis[service];
  return (commands as unknown as Readonly<Record<string, new (input: object) => object>>)[`${operation}Command`];
};

// What the SDK would otherwise look up in files and environment; a person's call is not tried again.
const offline = {
  endpoint: 'http://account.sim',
  credentials: { accessKeyId: 'person', secretAccessKey: 'person' },
  defaultsMode: 'standard',
  retryMode: 'standard',
  maxAttempts: 1,
  useDualstackEndpoint: false,
  useFipsEndpoint: false,
  userAgentAppId: '',
  authSchemePreference: [],
  disableClockSkewCorrection: true,
};

const fields: Readonly<Record<keyof ManualAction, Field>> = {
  atMs: {
    allowed: 'it must be a number from 0',
    accepts: (value) => typeof value === 'number' && value >= 0,
  },
  service: {
    allowed: `it must be one of ${Object.keys(apis).join(', ')}`,
    accepts: (value) => typeof value === 'string' && Object.hasOwn(apis, value),
  },
  operation: readText,
  region: readText,
  input: {
    allowed: 'it must be an object',
    accepts: (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
  },
};
