import { callableServices, operationsOf } from '../../sim/faults/manual-actions.ts';
import type { Switches } from '../../sim/world/switches.ts';
import { poolMembers } from './account-format.ts';
import { faultPlan } from './fault-format.ts';
import { capacitySource, fargateCapacity } from './market-format.ts';
import {
  among,
  amount,
  defaulted,
  flag,
  list,
  notAmong,
  object,
  oneKindOf,
  optional,
  type Read,
  type Reader,
  record,
  text,
  whole,
} from './read.ts';

const name = text();
const zone = text(/^[a-z]{2}(-[a-z]+)+-\d[a-z]$/, 'an Availability Zone such as "eu-west-1a"');
const at = defaulted(amount(0, 31_536_000), 0);
const count = optional(whole(1, 5_000));

const milliseconds = optional(whole(0, 86_400_000));
const behaviourMembers = {
  /** from placement to RUNNING */
  startMs: milliseconds,
  /** what the application needs after SIGTERM when no request is in flight */
  stopMs: milliseconds,
  /** the container exits so long after RUNNING: a crash loop */
  exitsAfterMs: milliseconds,
  /** the image cannot be pulled */
  imageMissing: optional(flag),
  /** the load balancer's checks never pass */
  failsTargetChecks: optional(flag),
};
const behaviour = object(behaviourMembers);

/** How the containers of a new revision behave. */
export type NewBehaviour = Read<typeof behaviour>;

const workload = object({
  ...behaviourMembers,
  /** a container health check that passes so long after RUNNING; left out: no health check */
  containerHealthyAfterMs: milliseconds,
});

const anything: Reader<unknown> = (value) => value;
const callOfAny = object({
  at,
  service: among(callableServices),
  operation: name,
  /** as the API takes it */
  input: defaulted(record(anything), {}),
});
const call: typeof callOfAny = (value, place) => {
  const read = callOfAny(value, place);
  const operations = operationsOf(read.service);
  if (!operations.includes(read.operation)) throw notAmong(`${place}.operation`, read.operation, operations);
  return read;
};

/** What happens, in seconds since the story began: the members beside `do` of each verb. */
export const step = oneKindOf('do', {
  interruptPool: object({
    at,
    ...poolMembers,
    count,
    /** the notices come spread over so much time */
    overSeconds: defaulted(amount(0, 86_400), 0),
    notice: defaulted(flag, true),
    action: defaulted(among(['terminate', 'stop', 'hibernate']), 'terminate'),
    stillAvailable: defaulted(flag, false),
  }),
  setAvailable: object({ at, ...poolMembers, available: flag }),
  recommendRebalance: object({ at, ...poolMembers, count }),
  retire: object({ at, ...poolMembers, count, inSeconds: defaulted(amount(0, 31_536_000), 14 * 86_400) }),
  scaleIn: object({ at, autoScalingGroup: name, count: defaulted(whole(1, 5_000), 1) }),
  setDesiredCount: object({ at, cluster: name, service: name, desiredCount: whole(0, 5_000) }),
  setCapacity: object({ at, ...poolMembers, instances: whole(0, 5_000) }),
  setOnDemandAvailable: object({ at, ...poolMembers, available: flag }),
  setFargateCapacity: object({ at, ...fargateCapacity }),
  interruptFargateSpot: object({ at, count: defaulted(whole(1, 5_000), 1) }),
  setAgent: object({ at, ...poolMembers, count, connected: flag }),
  loseZone: object({ at, AvailabilityZone: zone }),
  restoreZone: object({ at, AvailabilityZone: zone }),
  /** a new revision of the service's task definition that behaves as `workload` says */
  deploy: object({ at, cluster: name, service: name, workload: defaulted(behaviour, behaviour({}, '')) }),
  /** a person calls the API */
  call,
});

export type Step = Read<typeof step>;

const traffic = object({
  requestsPerSecond: amount(0, 100_000),
  requestMs: defaulted(amount(1, 3_600_000), 200),
});

const groupBehaviour = object({
  /** from launch until the agent registers */
  bootMs: defaulted(whole(1_000, 3_600_000), 150_000),
  agentDrainsOnSpot: defaulted(flag, false),
  managedDraining: defaulted(flag, false),
});

const switches = object({
  stopTaskOverridesDraining: optional(flag),
  afterForeignDeregistration: optional(among(['ignored', 'reregistered', 'replaced'])),
  hostLossReplacesStopCode: optional(flag),
  nlbPropagationMs: milliseconds,
  albPropagationMs: milliseconds,
  fargateSpotStopCode: optional(among(['SpotInterruption', 'TerminationNotice'])),
  fargateSpotDeregisters: optional(among(['at-notice', 'when-stopped'])),
  provisioningTimeoutMs: milliseconds,
  fargateStart: optional(object({ interfaceMs: whole(0, 3_600_000), pullMs: whole(0, 3_600_000) })),
} satisfies Record<keyof Switches, Reader<unknown>>);

/** What only a simulation knows: the part `simulation` of a scenario file. */
export const simulation = object({
  title: defaulted(text(/^[\s\S]{1,500}$/, 'a sentence'), 'The account of this file.'),
  /** what a reader should know, such as what a snapshot could not read */
  notes: defaulted(list(text(/^[\s\S]{1,500}$/, 'a sentence')), []),
  seed: defaulted(whole(0, 2 ** 32 - 1), 1),
  /** how long it is played; the story begins at second 70 */
  seconds: defaulted(amount(71, 31_536_000), 330),
  /** spotkeeper's settings, such as SPOTKEEPER_MODE */
  settings: defaulted(record(text(/^[\s\S]{0,1000}$/)), {}),
  switches: defaulted(switches, switches({}, 'simulation.switches')),
  /** by family of the task definition */
  workload: defaulted(record(workload), {}),
  /** by name of the target group */
  traffic: defaulted(record(traffic), {}),
  /** by name of the group */
  autoScalingGroups: defaulted(record(groupBehaviour), {}),
  /** Spot pools without capacity for further instances */
  closedPools: defaulted(list(object(poolMembers)), []),
  /** what Spot pools hold over time; a pool without a source holds any number */
  capacity: defaulted(list(capacitySource), []),
  /** On-Demand pools without capacity for further instances */
  closedOnDemandPools: defaulted(list(object(poolMembers)), []),
  fargateCapacity: defaulted(list(object(fargateCapacity)), []),
  /** vCPUs by code of the quota in Service Quotas, such as L-34B43A08 */
  quotas: defaulted(record(whole(0, 1_000_000)), {}),
  faults: optional(faultPlan),
  story: defaulted(list(step), []),
});

export type SimulationPart = Read<typeof simulation>;
