import type { Context } from '../../../shared/flow.ts';
import { shortName } from '../../../shared/model/arn.ts';
import { later } from '../../../shared/model/instant.ts';
import type { StandbySpec } from '../../../shared/model/lending.ts';
import type { Prepared } from '../../../shared/model/records.ts';
import type { Action } from '../../../shared/plan/action.ts';
import type { Material } from './material.ts';
import { RECHECK_MS } from './prepared-record.ts';

export type Proving = Pick<Material, 'ladder' | 'prepared' | 'lending' | 'proofs'> & {
  readonly derived: string;
  readonly spec: StandbySpec | undefined;
};

export type ProofDecision = {
  readonly state: Pick<Prepared, 'proof'>;
  readonly actions: readonly Action[];
  readonly notes: readonly string[];
};

/** Without a container health check a task counts as healthy so long after RUNNING. */
const HEALTHY_MS = 40_000;

/**
 * Has a task of the derived revision been up? A lent task that served proves it; else, where the policy asks for it, one
 * task is run outside every target group, once for each revision, and must become healthy.
 */
export function decideProof(
  proving: Proving,
  { for: records, context }: { for: readonly string[]; context: Context },
): ProofDecision {
  const { prepared, derived, ladder, lending, spec } = proving;
  const proofs = proving.proofs.filter(({ definition }) => shortName(definition) === shortName(derived));
  const before = prepared?.derived === derived ? prepared.proof : 'unproven';
  const nothing = { state: { proof: before }, actions: [], notes: [] };
  const hasServed = Object.values(lending?.rungs ?? {}).some(({ servedAt }) => servedAt !== undefined);
  if (before !== 'proven' && hasServed) return { ...nothing, state: { proof: 'proven' } };
  if (before === 'proven' || before === 'failed' || ladder.policy.proofRun === 'off' || spec === undefined)
    return nothing;
  const common = { for: records, region: context.region };
  const running = proofs.find(({ lastStatus }) => lastStatus === 'RUNNING');
  const ended = proofs.find(({ lastStatus }) => lastStatus === 'STOPPED');
  if (proofs.length === 0) {
    const because = `no task of ${shortName(derived)} has run yet`;
    // One that has not been seen for so long was not started: the call failed, or its tasks are forgotten.
    const isAwaited = prepared !== undefined && later(prepared.checkedAt, RECHECK_MS) > context.now;
    return before === 'running' && isAwaited
      ? nothing
      : { ...nothing, state: { proof: 'running' }, actions: [{ ...common, do: 'prove', because, spec }] };
  }
  if (running !== undefined) {
    const { healthStatus, startedAt, cluster, arn: task } = running;
    const isUp = healthStatus === 'HEALTHY' || (startedAt !== undefined && context.now >= later(startedAt, HEALTHY_MS));
    if (!isUp || healthStatus === 'UNHEALTHY') return nothing;
    const because = 'the proof run is healthy';
    return { ...nothing, state: { proof: 'proven' }, actions: [{ ...common, do: 'stop', because, cluster, task }] };
  }
  if (ended === undefined) return nothing;
  const note = `the proof run of ${ladder.main.name} on Fargate failed: ${ended.stoppedReason ?? 'no reason is given'}`;
  return { ...nothing, state: { proof: 'failed' }, notes: [note] };
}
