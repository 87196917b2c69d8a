import { type ECSClient, UpdateContainerInstancesStateCommand } from '@aws-sdk/client-ecs';
import type { Drain, Drainee, Outcome } from '../plan/action.ts';
import { codeOf, isGone, isRefused, isThrottling } from './errors.ts';

/**
 * How long a drain tries. When every agent drains its own instance, the bucket is empty for half a minute: then the pass
 * that follows sees who is left, and the function ends in time.
 */
const PATIENCE_MS = 6_000;
/** The pacer bounds our rate; waits that grow would only leave the bucket to the agents, who ask each second. */
const WAIT_MS = 250;

export type DrainPorts = {
  readonly ecsUnretried: ECSClient;
  readonly now: () => number;
  readonly sleep: (ms: number) => Promise<void>;
  readonly random: () => number;
  /** ARNs of a cluster's DRAINING instances, read lately. */
  readonly draining: (cluster: string) => Promise<ReadonlySet<string>>;
  /** Marks instances in the map as not being where it says. */
  readonly distrust: (region: string, cluster: string, instances: readonly Drainee[]) => Promise<void>;
};

/**
 * Sets at most ten container instances DRAINING.
 * A throttled call first asks which are DRAINING already (another bucket), since agents and managed draining do the
 * same work. A refused call is halved until the culprit is alone. MISSING or INACTIVE for an ARN that ECS itself
 * gave us moments ago is success; for one from the map the entry is marked and the outcome is `stale`.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_UpdateContainerInstancesState.html
 */
export async function drain(action: Drain, ports: DrainPorts): Promise<Outcome> {
  const result = await drainAll(action, action.instances, ports);
  const stale = result.missing.filter(({ from }) => from === 'map');
  if (stale.length > 0) await ports.distrust(action.region, action.cluster, stale);
  if (result.failed.length > 0) {
    return {
      action,
      result: 'failed',
      retry: result.retry,
      failedFor: [...result.failed, ...stale].flatMap((drainee) => drainee.for),
      error: result.errors.join('; '),
    };
  }
  if (stale.length > 0) return { action, result: 'stale', staleFor: stale.flatMap((drainee) => drainee.for) };
  return { action, result: result.missing.length === action.instances.length ? 'gone' : 'done' };
}

type Result = {
  readonly missing: readonly Drainee[];
  readonly failed: readonly Drainee[];
  readonly retry: boolean;
  readonly errors: readonly string[];
};

const nothing: Result = { missing: [], failed: [], retry: false, errors: [] };

async function drainAll(action: Drain, instances: readonly Drainee[], ports: DrainPorts): Promise<Result> {
  const began = ports.now();
  let left = instances;
  while (left.length > 0) {
    try {
      return { ...nothing, missing: await send(action, left, ports) };
    } catch (error) {
      if (isGone(error)) return { ...nothing, missing: left };
      if (isRefused(error)) return halve(action, left, ports, error);
      if (!isThrottling(error)) return failure(left, true, error);
      await ports.sleep(Math.floor(ports.random() * WAIT_MS));
      const draining = await ports.draining(action.cluster);
      left = left.filter(({ containerInstance }) => !draining.has(containerInstance));
      if (left.length > 0 && ports.now() - began > PATIENCE_MS) return failure(left, true, error);
    }
  }
  return nothing;
}

async function send({ cluster }: Drain, instances: readonly Drainee[], { ecsUnretried }: DrainPorts) {
  const containerInstances = instances.map(({ containerInstance }) => containerInstance);
  const { failures } = await ecsUnretried.send(
    new UpdateContainerInstancesStateCommand({ cluster, containerInstances, status: 'DRAINING' }),
  );
  const missing = new Set((failures ?? []).map(({ arn }) => arn));
  return instances.filter(({ containerInstance }) => missing.has(containerInstance));
}

async function halve(action: Drain, instances: readonly Drainee[], ports: DrainPorts, error: unknown): Promise<Result> {
  if (instances.length === 1) return failure(instances, false, error);
  const middle = Math.ceil(instances.length / 2);
  const halves = await Promise.all([
    drainAll(action, instances.slice(0, middle), ports),
    drainAll(action, instances.slice(middle), ports),
  ]);
  return {
    missing: halves.flatMap(({ missing }) => missing),
    failed: halves.flatMap(({ failed }) => failed),
    retry: halves.some(({ retry }) => retry),
    errors: halves.flatMap(({ errors }) => errors),
  };
}

function failure(failed: readonly Drainee[], retry: boolean, error: unknown): Result {
  const who = failed.map(({ instanceId }) => instanceId).join(', ');
  const what = error instanceof Error ? error.message : String(error);
  return { missing: [], failed, retry, errors: [`${who}: ${codeOf(error)}: ${what}`] };
}
