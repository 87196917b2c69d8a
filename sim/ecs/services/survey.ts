import { fullestProvider } from '../capacity-providers/shares.ts';
import { type Deployment, type EcsService, primary, type Task } from '../model.ts';
import { holdsOlder } from './blue-green.ts';

/** The tasks of a service that are still wanted, sorted by what should become of them. */
export type Survey = {
  /** starting on an instance that drains: stopped at once */
  readonly pendingOnDraining: readonly Task[];
  /** a load balancer or their own check failed them */
  readonly failed: readonly Task[];
  /** to be replaced: on instances that drain, and those of older deployments */
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
  return { pendingOnDraining, failed, leaving: holdsOlder(service, now) ? draining : [...draining, ...older], staying };
};

/**
 * Which of too many tasks go: those without scale-in protection, from the provider that has most for its weight, the
 * ones that are not healthy first, then from the fullest zone, the newest there.
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
  const chosen: Task[] = [];
  while (chosen.length < count && left.length > 0) {
    const provider = fullestProvider(launch, counts);
    const own = left.filter(({ capacityProviderName: name }) => provider === undefined || name === provider);
    const task = worst(own.length > 0 ? own : left, zones);
    if (!task) break;
    left.splice(left.indexOf(task), 1);
    chosen.push(task);
    zones.set(task.zone, (zones.get(task.zone) ?? 1) - 1);
    counts.set(task.capacityProviderName, (counts.get(task.capacityProviderName) ?? 1) - 1);
  }
  return chosen;
};

const worst = (tasks: readonly Task[], zones: ReadonlyMap<string | undefined, number>): Task | undefined => {
  const rank = ({ healthy, zone }: Task): number => (healthy ? 0 : 1_000_000) + (zones.get(zone) ?? 0);
  return tasks.reduce<Task | undefined>((best, task) => (!best || rank(task) > rank(best) ? task : best), undefined);
};

/** Does scale-in protection keep deployments and scale-in from stopping a task now? */
export const isProtected = ({ protectedUntil }: Task, now: number): boolean =>
  protectedUntil !== undefined && protectedUntil > now;
