import { describe, expect, test } from 'vitest';
import { detach, markDetached, reattach, terminateDetached } from '../../../shared/aws/detached-instances.ts';
import { detachedInstances } from '../../../shared/aws/scaling-groups.ts';
import { AwsError } from '../../../sim/service.ts';
import { type Options, onInstance, rebalanceShop, TYPES, terminateOf, ZONES } from './rebalance-shop.ts';

function shop(options: Options = {}) {
  const made = rebalanceShop({ ...options, group: { maxSize: 4, ...options.group } });
  const { rebalance, outcome, run } = made;
  const mark = (id = made.first) => {
    const action = onInstance('mark-detached', id);
    return outcome(action, () => markDetached(rebalance.ec2, action, made.edge.now()));
  };
  const takeOut = (id = made.first) => {
    const action = onInstance('detach', id);
    return outcome(action, () => detach(rebalance, action));
  };
  const putBack = (id = made.first) => {
    const action = onInstance('reattach', id);
    return outcome(action, () => reattach(rebalance, action));
  };
  const end = (id = made.first) => {
    const action = terminateOf(id, 'detached');
    return outcome(action, () => terminateDetached(rebalance, action));
  };
  const dryUp = () => {
    for (const type of TYPES) for (const zone of ZONES) made.region.setAvailable({ type, zone }, false);
  };
  const found = () => run(detachedInstances(rebalance.ec2));
  return { ...made, mark, takeOut, putBack, end, dryUp, found };
}

describe('an instance that is taken out of its group', () => {
  test('is found by its tag before and after, with the group that it came from', async () => {
    const { mark, takeOut, found, first, edge, group } = shop();
    const at = new Date(edge.now()).toISOString();
    expect(await mark()).toMatchObject({ result: 'done' });
    expect(await found()).toMatchObject([{ instanceId: first, tag: at, group: 'web', state: 'running', spot: true }]);
    expect(await takeOut()).toMatchObject({ result: 'done' });
    expect(group.instances.has(first)).toBe(false);
    expect(await found()).toMatchObject([{ instanceId: first, tag: at, group: 'web' }]);
  });

  test('runs on while the group launches another', async () => {
    const { mark, takeOut, group, first, region, pass } = shop();
    await mark();
    await takeOut();
    await pass(60);
    expect([group.desired, group.instances.size]).toEqual([4, 4]);
    expect(region.parts.fleet.find(first).state).toBe('running');
  });

  test('must carry the tag first', async () => {
    const { takeOut, group, first } = shop();
    expect(await takeOut()).toMatchObject({
      result: 'failed',
      retry: true,
      error: `web: ${first} does not carry the tag spotkeeper:detached-at (yet): it stays in its group`,
    });
    expect(group.instances.has(first)).toBe(true);
  });

  test('is gone when EC2 took it first', async () => {
    const { mark, takeOut, region, first, pass } = shop();
    await mark();
    region.interrupt(first, { notice: false });
    await pass(120);
    expect(await takeOut()).toMatchObject({ result: 'gone' });
    expect(await mark('i-0000000000000dead')).toMatchObject({ result: 'gone' });
  });
});

describe('a detached instance', () => {
  test('is put back when no other came: the group has what it had, and the tags are gone', async () => {
    const { mark, takeOut, putBack, dryUp, group, first, tagsOf, found } = shop();
    await mark();
    dryUp();
    await takeOut();
    expect([group.desired, group.spread.total]).toEqual([4, 3]);
    expect(await putBack()).toMatchObject({ result: 'done' });
    expect([group.desired, group.spread.total, group.instances.has(first)]).toEqual([4, 4, true]);
    expect(await tagsOf(first)).toEqual({ 'aws:autoscaling:groupName': 'web' });
    expect(await found()).toEqual([]);
  });

  test('that is back in its group only loses its tags', async () => {
    const { mark, putBack, found, group } = shop();
    await mark();
    expect(await putBack()).toMatchObject({ result: 'already' });
    expect([await found(), group.desired]).toEqual([[], 4]);
  });

  test('is not put back into a full group, whose desired capacity stays', async () => {
    const { mark, takeOut, putBack, group, pass, found } = shop();
    await mark();
    await takeOut();
    await pass(60);
    expect(await putBack()).toMatchObject({ result: 'failed', retry: false });
    expect([group.desired, (await found()).length]).toEqual([4, 1]);
  });

  test('that cannot be attached leaves the desired capacity as it was', async () => {
    const error = new AwsError('ValidationError', 'not now');
    const { mark, takeOut, putBack, dryUp, group } = shop({
      lab: { faults: ({ operation }) => (operation === 'AttachInstances' ? { error, when: 'before' } : undefined) },
    });
    await mark();
    dryUp();
    await takeOut();
    expect(await putBack()).toMatchObject({ result: 'failed', error: 'web: ValidationError: not now' });
    expect(group.desired).toBe(4);
  });

  test('is ended once it is out of its group, and only if it carries our tag', async () => {
    const { mark, takeOut, end, region, first, pass, group } = shop();
    expect(await end()).toMatchObject({
      retry: false,
      error: `web: ${first} does not carry the tag spotkeeper:detached-at (yet): it is not ended`,
    });
    await mark();
    expect(await end()).toMatchObject({
      retry: false,
      error: `web: ${first} is in the group web: it is not ended`,
    });
    await takeOut();
    expect(await end()).toMatchObject({ result: 'done' });
    expect(region.parts.fleet.find(first).state).not.toBe('running');
    expect(await end()).toMatchObject({ result: 'gone' });
    await pass(60);
    expect(group.instances.size).toBe(4);
  });
});
