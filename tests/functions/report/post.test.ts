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

  test('is said before what only says something else now, of which that comes first that was not changed for longest', () => {
    const old = [40, 20, 30].map((n) =>
      anOutbox({ id: `old ${n}`, createdAt: at(0), saidRevision: 1, outdated: true, notBefore: at(n) }),
    );
    const outbox = [...old, anOutbox({ id: 'news', createdAt: at(50) })];
    expect(saidIn(outbox)).toEqual(['news', 'old 20', 'old 30']);
    expect(actionsOf(planOf(outbox), 'post')[1]?.because).toBe('old 20 says something else now');
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
    expect(guardsOf({ outbox: anOutbox({ id, saidRevision: 1 }) })).toEqual([]);
    expect(guardsOf({ incident: told, outbox: anOutbox({ id, notBefore: at(61) }) })).toEqual([]);
    expect(guardsOf({}, { alerts: 'off' })).toEqual([]);
  });

  describe('between two stages', () => {
    const posted = { channel: 'C1', ts: '1.2' };
    const said = anOutbox({ id, saidRevision: 1, posted, notBefore: at(0), attempts: 0 });

    test('is renewed in the message of a bot, without other news, a minute after it was said', () => {
      const renewed = next({ outbox: said, doomed: [aDoomed({ drainedAt: at(4) }, 1)] });
      expect(renewed).toMatchObject({
        ...{ revision: 1, saidRevision: 1, outdated: true, posted, notBefore: at(0), version: 2 },
        message: { text: expect.stringContaining('1 of 3') },
      });
      expect(guardsOf({ outbox: { ...said, notBefore: at(20) } })).toEqual([]);
    });

    test('is left alone while it says what it said', () => {
      const { message } = next({ outbox: said });
      expect(guardsOf({ outbox: { ...said, message } })).toEqual([]);
    });

    test('is not renewed while Slack asks to wait, nor in the message of a webhook', () => {
      expect(guardsOf({ outbox: { ...said, outdated: true, notBefore: at(61) } })).toEqual([]);
      expect(guardsOf({ outbox: { ...said, posted: undefined } })).toEqual([]);
    });

    test('is said as it stands when Slack takes it, whoever says it', () => {
      const waiting = anOutbox({ id, attempts: 4, lastError: 'Slack answered with status 500' });
      const now = { message: { text: expect.stringContaining('3 instances') }, attempts: 4, saidRevision: 0 };
      expect(next({ outbox: waiting })).toMatchObject(now);
    });

    test('of which it is known later what it cost is renewed once more', () => {
      const over = { told: ['begun', 'over'] as const, closedAt: at(30), lentCost: 24e6 };
      const outbox = { ...said, revision: 2, saidRevision: 2 };
      expect(guardsOf({ incident: anIncident(over), outbox })).toEqual([]);
      const counted = anIncident({ ...over, countedAt: at(60) });
      expect(next({ incident: counted, outbox })).toMatchObject({
        outdated: true,
        message: { text: expect.stringContaining('The lent tasks cost $0.024.') },
      });
      expect(guardsOf({ incident: counted, outbox: { ...outbox, notBefore: at(60) } })).toEqual([]);
    });
  });

  test('that nobody was told of is told while it goes on, and for half an hour after its end', () => {
    const over = (closedAt: number) => anIncident({ told: ['begun', 'over'], closedAt: at(closedAt) });
    const open = anIncident({ openedAt: at(-86_400) });
    const told = [open, over(60 - 1799), over(60 - 1800)].map((incident) => guardsOf({ incident }).length);
    expect(told).toEqual([1, 1, 0]);
  });

  test('is forgotten where there is no Slack as soon as it is no news, and kept while it goes on', () => {
    const view = (given: Partial<IncidentSeen>) => ({ ...asked, hasSlack: false, incidents: [seen(given)] });
    const written = (given: Partial<IncidentSeen>) =>
      decideTell(view(given), aContext(at(60), { regions: [REGION] })).guards.map(({ next: one }) => one as Outbox);
    const [first] = written({});
    expect(first?.expiresAt).toBe(at(60 + 1800));
    const waiting = anOutbox({ id, lastError: 'no Slack parameter is set', expiresAt: at(60 + 899) });
    expect(written({ outbox: waiting })).toMatchObject([{ expiresAt: at(60 + 1800), lastError: waiting.lastError }]);
    expect(written({ outbox: { ...waiting, expiresAt: at(60 + 900) } })).toEqual([]);
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
