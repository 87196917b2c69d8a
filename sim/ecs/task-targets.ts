import type { Target } from '../elbv2/target-group.ts';
import { type ServiceLoadBalancer, type Task, targetPlace } from './model.ts';

/** The load balancers that a task's deployment stands behind. */
export const loadBalancersOf = (task: Task): readonly ServiceLoadBalancer[] => task.deployment?.loadBalancers ?? [];

/** Registers a task with each of its target groups. @param passed called for each target that becomes healthy */
export const registerTargets = (
  task: Task,
  { passed, failed }: { readonly passed: () => void; readonly failed: () => void },
): void => {
  for (const loadBalancer of loadBalancersOf(task)) {
    const target = loadBalancer.targetGroup.register(targetPlace(task, loadBalancer), backendOf(task));
    task.targets.set(loadBalancer.targetGroup, target);
    target.whenHealthy.push(passed);
    target.whenUnhealthy.push(failed);
  }
};

/** Deregisters a task as ECS does. @returns the targets that their load balancers still have to let go */
export const deregisterTargets = (task: Task): readonly Target[] =>
  loadBalancersOf(task).flatMap((loadBalancer) => {
    const { targetGroup } = loadBalancer;
    const target = targetGroup.deregister(targetPlace(task, loadBalancer), 'ecs');
    return target && target === task.targets.get(targetGroup) ? [target] : [];
  });

/** Takes a task that has ended out of its target groups; nothing answers at its address any more. */
export const forgetTargets = (task: Task): void => {
  for (const loadBalancer of loadBalancersOf(task)) {
    loadBalancer.targetGroup.deregister(targetPlace(task, loadBalancer), 'ecs');
    loadBalancer.targetGroup.forget(targetPlace(task, loadBalancer));
  }
};

/** Brings the traffic of a task's target groups up to now. */
export const advanceTraffic = (task: Task): void => {
  for (const { targetGroup } of loadBalancersOf(task)) targetGroup.load?.advance();
};

/** Requests in flight at a task get no answer. */
export const cutRequests = (task: Task, reason: 'task-killed' | 'host-lost', at: number): void => {
  advanceTraffic(task);
  for (const [targetGroup, target] of task.targets) targetGroup.load?.drop(reason, target.inFlight.cut(at));
};

/** When the last request in flight at a task ends, epoch milliseconds; 0: none is. */
export const inFlightUntil = (task: Task, now: number): number =>
  Math.max(0, ...[...task.targets.values()].map(({ inFlight }) => inFlight.endsAt(now)));

// The task itself answers, so that the target sees every change of its process.
const backendOf = (task: Task) => ({
  get process() {
    return task.process;
  },
  passesChecks: !task.definition.behaviour.failsTargetChecks,
});
