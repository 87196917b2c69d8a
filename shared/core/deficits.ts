import type { TaskShape } from '../model/lending.ts';
import { place, type Room, type Wanted } from './placement.ts';
import type { Standing } from './standings.ts';

/** How many tasks of a service the cluster cannot hold. */
export type Deficit = {
  /** Missing already. */
  readonly observed: number;
  /** Still running, on instances that are about to go. */
  readonly predicted: number;
  /** What ECS will place itself, now or as soon as it may. */
  readonly held: number;
  /**
   * How many tasks standbys may have now, those that they have already included: at most the deficit, and running plus
   * pending of main and standbys within the maximum percent.
   */
  readonly lendable: number;
  /** The same without regard to the deficit: what the maximum percent leaves for standbys. */
  readonly allowed: number;
  /** One sentence with the numbers. */
  readonly why: string;
};

export type Question = {
  /** Of all services of the cluster: they share its room. */
  readonly standings: readonly Standing[];
  readonly room: Room;
  /** By ARN of the task definition. A service whose shape is not known finds no room. */
  readonly shapes: ReadonlyMap<string, TaskShape>;
  /** By memberOf expression: ARNs of the container instances that it matches. Without an answer it matches none. */
  readonly matches: ReadonlyMap<string, ReadonlySet<string>>;
  /** By subnet: its zone. Where one of a service's subnets is not known, any zone will do. */
  readonly zones: ReadonlyMap<string, string>;
};

/**
 * The deficit of each service, by name: its desired count, less what is kept, less what the room will hold of the rest
 * within the service's percents. Daemons have none: their number follows the instances.
 */
export function deficits(question: Question): ReadonlyMap<string, Deficit> {
  const replicas = question.standings.filter(({ service }) => !service.daemon);
  const { placed } = place(
    replicas.flatMap((standing) => wantedOf(standing, question)),
    question.room,
  );
  return new Map(
    replicas.map((standing) => {
      const { name } = standing.service;
      return [name, deficitOf(standing, placed.get(name)?.length ?? 0)];
    }),
  );
}

function deficitOf(standing: Standing, held: number): Deficit {
  const { service, kept, displaced, waiting } = standing;
  const deficit = needOf(standing) - held;
  const missing = Math.max(0, service.desired - kept - displaced);
  const observed = Math.min(deficit, Math.max(0, missing - held));
  // The limit is on tasks in RUNNING or PENDING. One that waits in PROVISIONING is neither, though counted as pending:
  // it is in `held` if there is a place for it.
  // https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeploymentConfiguration.html
  const underWay = aliveOf(standing) - waiting + held;
  const allowed = Math.max(0, mostOf(standing) - underWay);
  const lendable = Math.min(deficit, allowed);
  return {
    observed,
    predicted: deficit - observed,
    held,
    lendable,
    allowed,
    why: sentence(standing, { deficit, held, lendable }),
  };
}

/** Tasks that must be found a place, the waiting ones among them. */
const needOf = ({ service, kept }: Standing): number => Math.max(0, service.desired - kept);

/** The upper limit is rounded down, the lower one up. */
const mostOf = ({ service }: Standing): number => Math.floor((service.desired * service.maximumPercent) / 100);
const leastOf = ({ service }: Standing): number => Math.ceil((service.desired * service.minimumHealthyPercent) / 100);

/** ECS's counts and its list of tasks are read one after the other: the higher number is the safe one. */
const aliveOf = ({ service, kept, displaced, waiting }: Standing): number =>
  Math.max(service.running + service.pending, kept + displaced + waiting);

/**
 * How many tasks ECS may start, or place, without a task ending by itself. On a DRAINING instance it stops tasks that
 * start at once, and running ones down to the minimum; both make headroom below the maximum.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/container-instance-draining.html
 */
function startable(standing: Standing): number {
  const { service, displaced, displacedStarting, waiting } = standing;
  const spare = Math.max(0, service.running - leastOf(standing));
  const stopped = displacedStarting + Math.min(displaced - displacedStarting, spare);
  return waiting + Math.max(0, mostOf(standing) - aliveOf(standing) + stopped);
}

function wantedOf(standing: Standing, { shapes, matches, zones }: Question): Wanted[] {
  const { service, on } = standing;
  const shape = shapes.get(service.definition);
  const count = Math.min(needOf(standing), startable(standing));
  if (service.launch.on !== 'ec2' || !shape || count === 0) return [];
  const own = service.constraints.flatMap(({ type, expression }) => (type === 'memberOf' ? (expression ?? []) : []));
  const subnets = service.network?.subnets ?? [];
  const known = subnets.flatMap((subnet) => zones.get(subnet) ?? []);
  return [
    {
      service: service.name,
      shape,
      count,
      providers: service.launch.providers,
      allowed: [...own, ...shape.memberOf].map((expression) => matches.get(expression) ?? new Set()),
      distinctFrom: service.constraints.some(({ type }) => type === 'distinctInstance') ? on : undefined,
      zones: subnets.length > 0 && known.length === subnets.length ? new Set(known) : undefined,
    },
  ];
}

type Outcome = { readonly deficit: number; readonly held: number; readonly lendable: number };

function sentence(standing: Standing, { deficit, held, lendable }: Outcome): string {
  const { service, kept, displaced, waiting } = standing;
  const [need, may] = [needOf(standing), startable(standing)];
  const parts = [
    `desired ${service.desired}`,
    `${kept} kept`,
    ...(displaced > 0 ? [`${displaced} on instances that are about to go`] : []),
    ...(waiting > 0 ? [`${waiting} waiting for a place`] : []),
    ...(may < need ? [`ECS may start ${may}`] : []),
    ...(need > 0 ? [`room for ${held}`] : []),
  ];
  const short = lendable < deficit ? `; within ${service.maximumPercent} % of desired, ${lendable} can be lent` : '';
  return `${parts.join(', ')}: ${deficit === 0 ? 'none is' : deficit === 1 ? '1 is' : `${deficit} are`} missing${short}`;
}
