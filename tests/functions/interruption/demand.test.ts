import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { demandsOf, type Found } from '../../../functions/interruption/decide/demand.ts';
import {
  aContext,
  aDoomed,
  aMaintenance,
  aNotice,
  aRegistration,
  aScaleIn,
  aTick,
  at,
  HOOK,
  instanceId,
  NOW,
} from '../../given.ts';

const nothing: Found = { remembered: [], notices: [] };
const HOUR = 3_600;

describe('what must be drained', () => {
  test('a Spot notice wants its instance drained now, two minutes before it goes', () => {
    expect(demandsOf([aNotice()], nothing, aContext())).toEqual([
      {
        instanceId: instanceId(),
        cause: 'spot',
        noticedAt: NOW,
        deadline: at(120),
        hook: undefined,
        pool: undefined,
        for: ['notice-1'],
      },
    ]);
  });

  test('a scale-in under our hook has the minutes that the policy gives it', () => {
    const [demand] = demandsOf([aScaleIn()], nothing, aContext(NOW, { scaleInMinutes: 7 }));
    expect(demand).toMatchObject({
      cause: 'scale-in',

      deadline: at(7 * 60),
      hook: HOOK,
      for: ['scale-in-1'],
    });
  });

  test('hooks of others, such as that of managed draining, are left alone', () => {
    const theirs = aScaleIn(1, { hook: 'ecs-managed-draining-termination-hook' });
    expect(demandsOf([theirs], nothing, aContext())).toEqual([]);
  });

  test('events that say nothing of an end want nothing drained', () => {
    expect(demandsOf([aTick(), aRegistration()], nothing, aContext())).toEqual([]);
  });

  test('comes nearest deadline first', () => {
    const events = [aScaleIn(1), aNotice(2, { deadline: at(90) }), aNotice(3, { deadline: at(60) })];
    const ids = demandsOf(events, nothing, aContext()).map((demand) => demand.instanceId);
    expect(ids).toEqual([instanceId(3), instanceId(2), instanceId(1)]);
  });
});

describe('several events for one instance', () => {
  test('are one demand with the nearest deadline and all their records', () => {
    const second = aNotice(1, { recordId: 'again', at: at(2), deadline: at(100) });
    expect(demandsOf([aNotice(), second], nothing, aContext())).toMatchObject([
      { noticedAt: at(2), deadline: at(100), for: ['notice-1', 'again'] },
    ]);
  });

  test('keep the hook that waits for an answer', () => {
    expect(demandsOf([aScaleIn(), aNotice()], nothing, aContext())).toMatchObject([
      { cause: 'spot', deadline: at(120), hook: HOOK, for: ['scale-in-1', 'notice-1'] },
    ]);
  });

  test('are a scale-in, which cannot wait, where maintenance is near too', () => {
    const maintenance = aMaintenance({ startsAt: at(20 * 60) });
    expect(demandsOf([maintenance, aScaleIn()], nothing, aContext())).toMatchObject([
      { cause: 'scale-in', deadline: at(20 * 60), hook: HOOK },
    ]);
  });

  test('are the same demands in whatever order they arrive', () => {
    const events = [aNotice(1), aScaleIn(1), aNotice(2), aMaintenance({ instanceIds: [instanceId(2), instanceId(3)] })];
    const expected = demandsOf(events, nothing, aContext()).map((demand) => ({
      ...demand,
      for: [...demand.for].sort(),
    }));
    fc.assert(
      fc.property(fc.shuffledSubarray(events, { minLength: events.length }), (shuffled) => {
        const demands = demandsOf(shuffled, nothing, aContext());
        expect(demands.map((demand) => ({ ...demand, for: [...demand.for].sort() }))).toEqual(expected);
      }),
    );
  });
});

describe('maintenance', () => {
  test('dooms each of its hosts at the time when it starts', () => {
    const hosts = [2, 1, 2].map((n) => instanceId(n));
    const demands = demandsOf([aMaintenance({ startsAt: at(9 * HOUR), instanceIds: hosts })], nothing, aContext());
    const common = { cause: 'maintenance', noticedAt: NOW, deadline: at(9 * HOUR), for: ['maintenance'] };
    expect(demands).toMatchObject([
      { ...common, instanceId: instanceId(1) },
      { ...common, instanceId: instanceId(2) },
    ]);
  });

  test('that AWS called off dooms nothing', () => {
    expect(demandsOf([aMaintenance({ closed: true })], nothing, aContext())).toEqual([]);
  });
});

describe('what the events do not say', () => {
  test('an instance that was remembered is wanted by its registration, with the deadline of its notice', () => {
    const remembered = [aDoomed({ cluster: undefined, containerInstance: undefined })];
    const events = [aRegistration(1, { at: at(40) }), aRegistration(2), aTick()];
    expect(demandsOf(events, { ...nothing, remembered }, aContext(at(40)))).toMatchObject([
      { instanceId: instanceId(1), noticedAt: NOW, deadline: at(120), for: ['registration-1'] },
    ]);
  });

  test('a remembered instance whose registration was lost is wanted by the tick and by its wake-up', () => {
    const remembered = [aDoomed({ cluster: undefined, containerInstance: undefined, hook: HOOK })];
    const woken = { ...aTick(), kind: 'woken', recordId: 'wake-up', watch: 'unregistered' } as const;
    expect(demandsOf([aTick()], { ...nothing, remembered }, aContext())).toMatchObject([{ for: ['tick'], hook: HOOK }]);
    expect(demandsOf([woken], { ...nothing, remembered }, aContext())).toMatchObject([{ for: ['wake-up'] }]);
  });

  test('a notice whose event was lost has two minutes from when EC2 gave it', () => {
    const notices = [{ instanceId: instanceId(), noticedAt: at(-30) }];
    expect(demandsOf([aTick()], { ...nothing, notices }, aContext())).toMatchObject([
      { cause: 'spot', noticedAt: at(-30), deadline: at(90), for: ['tick'] },
    ]);
  });
});
