import { describe, expect, test } from 'vitest';
import type { ServiceDetail } from '../../../shared/model/lending.ts';
import { actionsOf } from '../../given.ts';
import { aStandby, lends } from './given.ts';
import { after, aWeb, aWorld, deployed, planned, ready, type World } from './prepare-given.ts';

const spot = 'web-fargate-spot';

/** The world after somebody changed the standby on Fargate Spot. */
const changed = (world: World, changes: Partial<ServiceDetail>): World => ({
  ...world,
  standbys: world.standbys.map((one) => (one.name === spot ? { ...one, ...changes } : one)),
});

/** The world after somebody deleted it. */
const deleted = (world: World): World => ({
  ...world,
  standbys: world.standbys.filter(({ name }) => name !== spot),
});

describe('a standby that somebody changed by hand', () => {
  const odd = changed(ready(), { exec: true });

  test('is left as it is, and told', () => {
    expect(planned(odd)).toMatchObject({
      does: [],
      notes: [`${spot} was changed by hand; it is left as it is, and may not be what web is now`],
    });
  });

  test.each<[string, Partial<ServiceDetail>]>([
    ['network', { network: { subnets: ['subnet-z'], securityGroups: [], assignPublicIp: true } }],
    ['target group', { balancers: [] }],
    ['revision', { definition: 'arn:aws:ecs:eu-west-1:123456789012:task-definition/web:1' }],
  ])('is seen by its %s', (_, changes) => {
    expect(planned(changed(ready(), changes)).notes).toHaveLength(1);
  });

  test('is not taken for changed when only its tasks, its own tags or the order of its subnets differ', () => {
    const network = { subnets: ['subnet-b', 'subnet-a'], securityGroups: ['sg-1'], assignPublicIp: false };
    const standby = ready().standbys[0];
    const tags = { ...standby?.tags, cost: 'shop' };
    expect(planned(changed(ready(), { desired: 3, running: 2, pending: 1, network, tags }))).toMatchObject({
      does: [],
      notes: [],
    });
  });

  test('follows the next revision of its main service', () => {
    const world = deployed(odd, 700);
    expect(planned(after(world, planned(world))).does).toContain(`follow ${spot}`);
  });
});

describe('a standby that somebody deleted', () => {
  test('is not made again, and that is told', () => {
    expect(planned(deleted(ready()))).toMatchObject({
      does: [],
      notes: [`${spot} was deleted by somebody; it is not created again before web has a new revision`],
    });
  });

  test('is made again for the next revision', () => {
    const world = deployed(deleted(ready()), 700);
    expect(planned(after(world, planned(world))).does).toContain(`create-standby ${spot}`);
  });
});

test('a standby that went with its rung is made again when the rung is back', () => {
  const world = deleted(ready());
  const without = { ...world, policy: lends({ failover: ['fargate'] }), about: 'one rung' };
  const back = { ...after(without, planned(without)), policy: lends(), about: 'both rungs' };
  expect(planned(back)).toMatchObject({ does: expect.arrayContaining([`create-standby ${spot}`]), notes: [] });
});

describe('the name of a standby that is taken', () => {
  const registered = after(aWorld(), planned(aWorld()));
  const namesake = (changes: Partial<ServiceDetail>) =>
    planned({ ...registered, others: [aWeb({ name: spot, ...changes })] });

  test("by a service that is not spotkeeper's is told, and that service is left", () => {
    const { does, notes } = namesake({});
    expect(does).not.toContain(`create-standby ${spot}`);
    expect(notes).toEqual([`${spot} cannot be created for web: a service of that name exists and is not spotkeeper’s`]);
  });

  test('by the standby of another service is told', () => {
    const { tags } = aStandby('fargate', {}, 'checkout');
    expect(namesake({ tags }).notes).toEqual([
      `${spot} cannot be created for web: a service of that name exists and is the standby of checkout`,
    ]);
  });

  test('by one that is on its way out is waited for; one that is gone is in nobody’s way', () => {
    const going = namesake({ status: 'DRAINING' });
    expect([going.does.includes(`create-standby ${spot}`), going.notes]).toEqual([false, []]);
    expect(namesake({ status: 'INACTIVE' }).does).toContain(`create-standby ${spot}`);
  });
});

describe('a standby that does not follow', () => {
  const behind = (seconds: number) => {
    const world = deployed(ready(), 700);
    return planned({ ...after(world, planned(world)), seconds });
  };

  test('is asked again, and after ten minutes told', () => {
    expect(behind(1_300)).toMatchObject({ notes: [] });
    const late = behind(1_301);
    expect(late.does).toContain(`follow ${spot}`);
    expect(late.notes).toContain(`${spot} has not followed web for over ten minutes`);
  });
});

test('what a standby follows is all that its tasks depend on', () => {
  const world = ready();
  const main = { ...world.main, exec: true, tags: { team: 'search' }, graceSeconds: 90 };
  const [follow] = actionsOf(planned({ ...world, main, about: 'changed' }), 'follow');
  expect(follow?.spec).toMatchObject({ exec: true, graceSeconds: 90, tags: { team: 'search' } });
});
