import { describe, expect, test } from 'vitest';
import type { Material } from '../../../functions/failover/decide/material.ts';
import type { Task } from '../../../shared/model/fleet.ts';
import type { Prepared } from '../../../shared/model/records.ts';
import { actionsOf, at } from '../../given.ts';
import { aTask } from '../../shared/core/small-cluster.ts';
import { lends } from './given.ts';
import { aLending, aState } from './given-records.ts';
import { after, planned, ready, type World } from './prepare-given.ts';

const on = lends({ proofRun: 'on' });
const PROOF = { service: undefined, containerInstance: undefined, definition: 'prod-web-spotkeeper-fargate:1' };
const aProof = (changes: Partial<Task>): Task => aTask(undefined, { ...PROOF, lastStatus: 'RUNNING', ...changes });

/** A world whose standbys are ready, with what is known of the proof of their revision. */
function proving(proof: Prepared['proof'], more: Partial<Material> = {}, policy = on): World {
  const world = ready({ policy: lends() });
  if (world.prepared === undefined) throw new Error('a world that is ready has a record');
  return { ...world, policy, prepared: { ...world.prepared, proof }, more };
}

test('a revision is not proven without being asked to: its standbys are unproven', () => {
  expect(ready().prepared?.proof).toBe('unproven');
  expect(planned(proving('unproven', {}, lends())).does).toEqual([]);
});

describe('a proof run', () => {
  test('is started once for a revision, outside every target group', () => {
    const plan = planned(proving('unproven'));
    expect(plan.does).toEqual(['remember', 'prove web-fargate-spot', 'wake']);
    expect(actionsOf(plan, 'prove')).toMatchObject([
      { because: expect.stringMatching(/^no task of prod-web-spotkeeper-fargate:\d+ has run yet$/) },
    ]);
    const started = after(proving('unproven'), plan);
    expect(started.prepared?.proof).toBe('running');
    expect(planned(started).does).toEqual([]);
  });

  test('is waited for while it starts, and while it is not healthy', () => {
    for (const task of [
      aProof({ lastStatus: 'PENDING' }),
      aProof({ startedAt: at(590), healthStatus: 'UNKNOWN' }),
      aProof({ startedAt: at(0), healthStatus: 'UNHEALTHY' }),
    ])
      expect(planned(proving('running', { proofs: [task] }))).toMatchObject({ does: [], notes: [] });
  });

  test.each<[string, Partial<Task>]>([
    ['it is healthy', { startedAt: at(590), healthStatus: 'HEALTHY' }],
    ['it has run for 40 s without a health check', { startedAt: at(560), healthStatus: 'UNKNOWN' }],
  ])('proves the revision when %s, and is stopped', (_, task) => {
    const plan = planned(proving('running', { proofs: [aProof(task)] }));
    expect(plan.record?.proof).toBe('proven');
    expect(actionsOf(plan, 'stop')).toMatchObject([{ because: 'the proof run is healthy' }]);
  });

  test('that ended fails, and is told once, with what ECS says of it', () => {
    const stoppedReason = 'CannotPullContainerError: no route to host';
    const world = proving('running', { proofs: [aProof({ lastStatus: 'STOPPED', stoppedReason })] });
    const plan = planned(world);
    expect(plan).toMatchObject({
      record: { proof: 'failed' },
      notes: [`the proof run of web on Fargate failed: ${stoppedReason}`],
    });
    expect(planned(after(world, plan))).toMatchObject({ does: [], notes: [] });
  });

  test('that was never seen is started again after a while: the call failed', () => {
    const world = proving('running');
    expect(planned({ ...world, seconds: 700 }).does).toEqual([]);
    expect(planned({ ...world, seconds: 3_700 }).does).toContain('prove web-fargate-spot');
  });
});

describe('lent tasks that served', () => {
  const served = { lending: aLending({ service: 'web', rungs: { fargate: aState(2) } }) };

  test('prove the revision without a run', () => {
    expect(planned(proving('unproven', served)).record?.proof).toBe('proven');
    expect(planned(proving('unproven', served, lends())).does).toEqual(['remember']);
  });

  test('that did not come up prove nothing', () => {
    const waiting = { lending: aLending({ service: 'web', rungs: { fargate: aState(2, { servedAt: undefined }) } }) };
    expect(planned(proving('unproven', waiting)).does).toContain('prove web-fargate-spot');
  });
});
