import { describe, expect, test } from 'vitest';
import { decidePost } from '../../../functions/report/decide/post.ts';
import { decideTell, type IncidentSeen } from '../../../functions/report/decide/tell.ts';
import type { Outbox } from '../../../shared/model/incident.ts';
import type { Guard } from '../../../shared/plan/action.ts';
import type { Policy } from '../../../shared/policy.ts';
import { aContext, actionsOf, aDoomed, at, instanceId, REGION } from '../../given.ts';
import { aMissed, anIncident, anOutbox } from './report-given.ts';

const asked = { for: ['tick'], by: 'a run', hasSlack: true };

describe('what is to be said', () => {
  const planOf = (outbox: readonly Outbox[], hasSlack = true) =>
    decidePost({ ...asked, hasSlack, outbox }, aContext(at(60)));
  const saidIn = (outbox: readonly Outbox[]) => actionsOf(planOf(outbox), 'post').map(({ outbox: { id } }) => id);

  test('is claimed first, for longer than Slack needs, and said under that guard', () => {
    const plan = planOf([anOutbox()]);
    const claim = { attempts: 1, notBefore: at(180), version: 2, by: 'a run', saidRevision: 0 };
    expect(plan.guards).toMatchObject([{ expected: 1, whenLost: 'leave', next: claim }]);
    expect(actionsOf(plan, 'post')).toMatchObject([{ under: plan.guards[0]?.name, outbox: claim }]);
  });

  test('is said oldest first, one after the other, and a few in a pass', () => {
    const outbox = [5, 3, 1, 4].map((n) => anOutbox({ id: `daily ${n}`, createdAt: at(n) }));
    expect(saidIn(outbox)).toEqual(['daily 1', 'daily 3', 'daily 4']);
    expect(planOf(outbox).steps.map((step) => step.length)).toEqual([1, 1, 1]);
  });

  test('is left alone when Slack has it, while another run says it, and while Slack asks to wait', () => {
    expect(saidIn([anOutbox({ saidRevision: 1 }), anOutbox({ notBefore: at(61) })])).toEqual([]);
    expect(saidIn([anOutbox({ notBefore: at(60) })])).toHaveLength(1);
  });

  test('says with its try what Slack said before', () => {
    const [post] = actionsOf(planOf([anOutbox({ attempts: 2, lastError: 'Slack has troubles' })]), 'post');
    expect(post?.because).toBe('daily 2026-08-13 is due, try 3: Slack said Slack has troubles before');
  });

  test('is kept and told of once where there is no Slack', () => {
    const plan = planOf([anOutbox()], false);
    expect(plan.steps).toEqual([]);
    expect(plan.notes).toEqual([
      'daily 2026-08-13 is not posted: the setting slackSecret names no SSM parameter with a webhook or a bot token',
    ]);
    expect(planOf([plan.guards[0]?.next as Outbox], false)).toMatchObject({ guards: [], notes: [] });
  });
});

describe('an incident', () => {
  const seen = (given: Partial<IncidentSeen> = {}): IncidentSeen => ({
    incident: anIncident(),
    outbox: undefined,
    doomed: [],
    interruptions: [],
    ...given,
  });
  const guardsOf = (given: Partial<IncidentSeen>, policy: Partial<Policy> = {}): readonly Guard[] =>
    decideTell({ ...asked, incidents: [seen(given)] }, aContext(at(60), { regions: [REGION], ...policy })).guards;
  const next = (given: Partial<IncidentSeen>) => guardsOf(given)[0]?.next as Outbox;
  const id = 'incident eu-west-1 prod 2026-08-14T09:26:53.000Z';

  test('is put into the outbox under a name that follows from it', () => {
    const [guard] = guardsOf({ doomed: [aDoomed({ drainedAt: at(4) }, 1), aDoomed({}, 2)] });
    expect(guard).toMatchObject({ expected: 'absent', whenLost: 'observe again' });
    expect(guard?.next).toMatchObject({
      ...{ id, revision: 1, saidRevision: 0, news: undefined, createdAt: at(60) },
      message: { text: expect.stringContaining('1 of 3') },
    });
  });

  test('is written anew, with its news, when it has come to another stage', () => {
    const outbox = anOutbox({ id, saidRevision: 1, posted: { channel: 'C1', ts: '1.2' }, version: 4, attempts: 3 });
    const over = anIncident({ told: ['begun', 'over'], closedAt: at(60) });
    const interruptions = [aMissed(1, { killed: 1 }), aMissed(9, { killed: 5, instanceId: instanceId(9) })];
    expect(next({ incident: over, outbox, interruptions })).toMatchObject({
      ...{ revision: 2, saidRevision: 1, posted: outbox.posted, attempts: 0, notBefore: at(60), version: 5 },
      news: { text: expect.stringContaining('1 task killed') },
    });
  });

  test('is left as it is when the outbox has it, while it is being said, and where alerts are off', () => {
    const told = anIncident({ told: ['begun', 'over'], closedAt: at(60) });
    expect(guardsOf({ outbox: anOutbox({ id }) })).toEqual([]);
    expect(guardsOf({ incident: told, outbox: anOutbox({ id, notBefore: at(61) }) })).toEqual([]);
    expect(guardsOf({}, { alerts: 'off' })).toEqual([]);
  });

  test('that goes on for longer than its record lives keeps it, and says nothing for that', () => {
    const outbox = anOutbox({ id, saidRevision: 1, expiresAt: at(3600), attempts: 0 });
    expect(next({ outbox })).toMatchObject({ revision: 1, saidRevision: 1, message: outbox.message });
    expect(next({ outbox }).expiresAt > at(86_400)).toBe(true);
  });

  test('of another region is said by that of the stack', () => {
    const [guard] = guardsOf({ incident: anIncident({ region: 'eu-north-1' }) });
    expect(guard?.next).toMatchObject({ region: REGION, id: 'incident eu-north-1 prod 2026-08-14T09:26:53.000Z' });
  });
});
