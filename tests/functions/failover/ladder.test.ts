import { describe, expect, test } from 'vitest';
import { laddersOf } from '../../../functions/failover/decide/ladder.ts';
import type { ServiceDetail } from '../../../shared/model/lending.ts';
import { aPolicy } from '../../given.ts';
import { aFamily, aMain, aStandby, lends } from './given.ts';

const FAILOVER = 'spotkeeper:failover';
const rungsOf = (services: readonly ServiceDetail[], policy = lends()) =>
  laddersOf(services, policy).ladders.map(({ main, rungs }) => [main.name, rungs.join('/')]);
const tagged = (value: string, about: Partial<ServiceDetail> = {}) => aMain({ tags: { [FAILOVER]: value }, ...about });

describe('which rungs a service has', () => {
  test('the tag of the service wins over that of its cluster and over the setting of the account', () => {
    expect(rungsOf([aMain()], lends())).toEqual([['checkout', 'fargate-spot/fargate/on-demand']]);
    expect(rungsOf([tagged('fargate')], lends())).toEqual([['checkout', 'fargate']]);
    expect(rungsOf([tagged('on-demand/fargate')], aPolicy())).toEqual([['checkout', 'on-demand/fargate']]);
  });

  test('none, the default, means that it is never lent tasks', () => {
    expect(rungsOf([aMain()], aPolicy())).toEqual([]);
    expect(rungsOf([tagged('none')])).toEqual([]);
  });

  test('one that runs on Fargate Spot begins with its second rung, and never buys instances', () => {
    const launch = { on: 'fargate', spot: true } as const;
    expect(rungsOf([aMain({ launch })])).toEqual([['checkout', 'fargate']]);
    expect(rungsOf([tagged('fargate-spot/on-demand', { launch })])).toEqual([]);
  });

  test('one that runs on Fargate has nowhere to go, a daemon follows its instances', () => {
    expect(rungsOf([aMain({ launch: { on: 'fargate', spot: false } })])).toEqual([]);
    expect(rungsOf([aMain({ daemon: true })])).toEqual([]);
  });

  test('manage=false keeps spotkeeper off a single service', () => {
    const others = aMain({ name: 'search' });
    expect(rungsOf([aMain({ tags: { 'spotkeeper:manage': 'false' } }), others])).toEqual([
      ['search', 'fargate-spot/fargate/on-demand'],
    ]);
  });

  test('a service that is being deleted has none', () => {
    expect(rungsOf([aMain({ status: 'DRAINING' }), aMain({ name: 'gone', status: 'INACTIVE' })])).toEqual([]);
  });
});

test('services come in the order of their priority, equals by name', () => {
  const service = (name: string, priority?: string) =>
    aMain({ name, tags: priority === undefined ? {} : { 'spotkeeper:priority': priority } });
  const services = [service('search'), service('batch', '10'), service('checkout', '90'), service('basket')];
  expect(rungsOf(services).map(([name]) => name)).toEqual(['checkout', 'basket', 'search', 'batch']);
});

describe('a tag that does not parse', () => {
  test.each(['fargate-spot,fargate', 'fargate-sport', '', 'fargate/fargate'])(
    '"%s" is told with the service, its value and what is allowed; the default holds',
    (value) => {
      const { ladders, problems } = laddersOf([tagged(value)], lends());
      expect(problems).toEqual([
        `tag ${FAILOVER} of service checkout is "${value}"; allowed: rungs in order, such as fargate-spot/fargate/on-demand, or none; the default fargate-spot,fargate,on-demand is used`,
      ]);
      expect(ladders.map(({ rungs }) => rungs)).toEqual([['fargate-spot', 'fargate', 'on-demand']]);
    },
  );

  test('of manage leaves the service to spotkeeper, and is told', () => {
    const { ladders, problems } = laddersOf([aMain({ tags: { 'spotkeeper:manage': 'yes' } })], lends());
    expect(ladders).toHaveLength(1);
    expect(problems).toEqual([
      'tag spotkeeper:manage of service checkout is "yes"; allowed: true or false; the default yes is used',
    ]);
  });

  test('of one service says nothing of the others', () => {
    const { problems } = laddersOf([tagged('nowhere'), aMain({ name: 'search' })], lends());
    expect(problems).toHaveLength(1);
  });
});

describe('the standbys of a service', () => {
  test('are those that carry its name in their tag, whatever they are called', () => {
    const renamed = aStandby('fargate', { name: 'black-friday' });
    const namesake = aMain({ name: 'checkout-fargate-spot' });
    const { ladders, orphans } = laddersOf([aMain(), renamed, namesake], lends());
    const [checkout] = ladders;
    expect(checkout?.standbys).toEqual({ fargate: renamed });
    expect(ladders.map(({ main }) => main.name)).toEqual(['checkout', 'checkout-fargate-spot']);
    expect(orphans).toEqual([]);
  });

  test('have no ladder of their own', () => {
    expect(rungsOf(aFamily())).toHaveLength(1);
  });

  test('are not there while they are being deleted', () => {
    const { ladders } = laddersOf([aMain(), aStandby('fargate', { status: 'DRAINING' })], lends());
    expect(ladders[0]?.standbys).toEqual({});
  });
});

describe('a standby whose tag of the rung was changed by hand', () => {
  const tagged = (rung: string, name: string) => {
    const odd = aStandby('fargate', { name, tags: { 'spotkeeper:standby-of': 'checkout', 'spotkeeper:rung': rung } });
    return { odd, ...laddersOf([aMain(), odd], lends()) };
  };

  test.each(['fargat', 'fargate-spot'])('to "%s" is used as its name says, and told', (rung) => {
    const { odd, ladders, orphans, problems } = tagged(rung, 'checkout-fargate');
    expect([ladders[0]?.standbys, orphans]).toEqual([{ fargate: odd }, []]);
    expect(problems).toEqual([
      `checkout-fargate is tagged spotkeeper:rung="${rung}": somebody changed it by hand; by its name it is used as fargate; tag it spotkeeper:rung=fargate again`,
    ]);
  });

  test('is told when the tag is gone', () => {
    const { problems } = laddersOf([aStandby('fargate', { tags: { 'spotkeeper:standby-of': 'checkout' } })], lends());
    expect(problems).toEqual([expect.stringMatching(/^checkout-fargate has no tag spotkeeper:rung: somebody changed/)]);
  });

  test('is neither used nor removed if its name says nothing either, and that is told', () => {
    const { ladders, orphans, problems } = tagged('fargat', 'black-friday');
    expect([ladders[0]?.standbys, orphans]).toEqual([{}, []]);
    expect(problems).toEqual([
      'black-friday is tagged spotkeeper:rung="fargat"; allowed: fargate-spot or fargate; it is left alone, although it is tagged spotkeeper:standby-of',
    ]);
  });
});

describe('a standby that nobody wants any more', () => {
  const orphansOf = (services: readonly ServiceDetail[], policy = lends()) =>
    laddersOf(services, policy).orphans.map(({ standby, rung, why }) => [standby.name, rung, why]);

  test('goes when its main service is gone', () => {
    expect(orphansOf([aStandby('fargate')])).toEqual([
      ['checkout-fargate', 'fargate', 'its main service checkout is gone'],
    ]);
    expect(orphansOf([aMain({ status: 'DRAINING' }), aStandby('fargate')])).toHaveLength(1);
  });

  test('goes when its rung was dropped: nothing is lent on it any more, and the other one stays', () => {
    const [, ...standbys] = aFamily();
    const { ladders, orphans } = laddersOf([tagged('fargate'), ...standbys], lends());
    expect(Object.keys(ladders[0]?.standbys ?? {})).toEqual(['fargate']);
    expect(orphans.map(({ standby, why }) => [standby.name, why])).toEqual([
      ['checkout-fargate-spot', 'checkout does not want fargate-spot any more'],
    ]);
  });

  test.each([{ [FAILOVER]: 'none' }, { 'spotkeeper:manage': 'false' }])('goes when its service says %o', (tags) => {
    expect(orphansOf(aFamily({ tags })).map(([name]) => name)).toEqual(['checkout-fargate-spot', 'checkout-fargate']);
  });

  test('goes by its name where somebody took its tag of the rung away', () => {
    const odd = aStandby('fargate', { tags: { 'spotkeeper:standby-of': 'checkout' } });
    expect(orphansOf([odd])).toEqual([['checkout-fargate', 'fargate', 'its main service checkout is gone']]);
  });

  test('that is on its way out is not removed again', () => {
    expect(orphansOf([aStandby('fargate', { status: 'DRAINING' })])).toEqual([]);
  });
});
