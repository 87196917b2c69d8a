import { fullestProvider } from '../capacity-providers/shares.ts';
import { type ContainerInstance, type Deployment, type EcsService, primary, type Task } from '../model.ts';
import { holdsOlder } from './blue-green.ts';

/** The tasks of a service that are still wanted, sorted by what should become of them. */
export type Survey = {
  /** starting on an instance that drains: stopped at once */
  readonly pendingOnDraining: readonly Task[];
  /** a load balancer or their own check failed them, whichever deployment they are of */
  readonly failed: readonly Task[];
  /** to be replaced: on instances that drain, and those of older deployments (which stay when the PRIMARY has failed) */
  readonly leaving: readonly Task[];
  /** of the PRIMARY deployment, on instances that stay; oldest first */
  readonly staying: readonly Task[];
};

/** Looks at all tasks of a service. @param now virtual epoch milliseconds */
export const surveyOf = (service: EcsService, now: number): Survey => {
  const newest = primary(service);
  const pendingOnDraining: Task[] = [];
  const failed: Task[] = [];
  const draining: Task[] = [];
  const older: Task[] = [];
  const staying: Task[] = [];
  for (const task of service.tasks.values()) {
    if (task.desiredStatus === 'STOPPED') continue;
    if (task.failedHealthChecks) failed.push(task);
    else if (task.instance?.status === 'DRAINING') {
      (task.process === 'starting' ? pendingOnDraining : draining).push(task);
    } else if (task.deployment === newest) staying.push(task);
    else older.push(task);
  }
  const olderStay = newest.rolloutState === 'FAILED' || holdsOlder(service, now);
  return { pendingOnDraining, failed, leaving: olderStay ? draining : [...draining, ...older], staying };
};

/**
 * Which tasks that failed their checks may be stopped: each stays until another one is healthy in its place. When
 * nothing can be started in their place, they go one by one.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_services.html
 * @param stuck that tasks are missing and none can be started or is being stopped
 */
export const failedToStop = (
  { failed, staying }: Pick<Survey, 'failed' | 'staying'>,
  { desired, stuck }: { readonly desired: number; readonly stuck: boolean },
): readonly Task[] => {
  const healthy = staying.filter((task) => task.healthy).length;
  const spare = failed.length - Math.max(0, desired - healthy);
  return failed.slice(0, Math.max(spare, stuck ? 1 : 0));
};

/**
 * Which of too many tasks go: those without scale-in protection, from the provider that has most for its weight, the
 * ones that are not healthy first, then from the fullest zone, there from the instance that has most, the newest there.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-scale-in-protection.html
 * @param now virtual epoch milliseconds
 */
export const surplusOf = (
  { launch }: Deployment,
  { staying, count, now }: { readonly staying: readonly Task[]; readonly count: number; readonly now: number },
): Task[] => {
  const left = staying.filter((task) => !isProtected(task, now)).sort((a, b) => b.sequence - a.sequence);
  const counts = new Map<string | undefined, number>();
  for (const { capacityProviderName: name } of staying) counts.set(name, (counts.get(name) ?? 0) + 1);
  const zones = new Map<string | undefined, number>();
  for (const { zone } of staying) zones.set(zone, (zones.get(zone) ?? 0) + 1);
  const hosts = new Map<ContainerInstance | undefined, number>();
  for (const { instance } of staying) hosts.set(instance, (hosts.get(instance) ?? 0) + 1);
  const chosen: Task[] = [];
  while (chosen.length < count && left.length > 0) {
    const provider = fullestProvider(launch, counts);
    const own = left.filter(({ capacityProviderName: name }) => provider === undefined || name === provider);
    const task = worst(own.length > 0 ? own : left, { zones, hosts });
    if (!task) break;
    left.splice(left.indexOf(task), 1);
    chosen.push(task);
    zones.set(task.zone, (zones.get(task.zone) ?? 1) - 1);
    hosts.set(task.instance, (hosts.get(task.instance) ?? 1) - 1);
    counts.set(task.capacityProviderName, (counts.get(task.capacityProviderName) ?? 1) - 1);
  }
  return chosen;
};

/** How many of a service's tasks each place has. */
type Crowds = {
  readonly zones: ReadonlyMap<string | undefined, number>;
  readonly hosts: ReadonlyMap<ContainerInstance | undefined, number>;
};

// A service has at most 5,000 tasks, so that each digit has a place of its own.
const worst = (tasks: readonly Task[], { zones, hosts }: Crowds): Task | undefined => {
  const rank = ({ healthy, zone, instance }: Task): number =>
    (healthy ? 0 : 1e8) + 1e4 * (zones.get(zone) ?? 0) + (instance ? (hosts.get(instance) ?? 0) : 0);
  return tasks.reduce<Task | undefined>((best, task) => (!best || rank(task) > rank(best) ? task : best), undefined);
};

/** Does scale-in protection keep deployments and scale-in from stopping a task now? */
export const isProtected = ({ protectedUntil }: Task, now: number): boolean =>
  protectedUntil !== undefined && protectedUntil > now;
