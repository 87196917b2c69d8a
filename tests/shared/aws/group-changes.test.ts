import { describe, expect, test } from 'vitest';
import { launchReplacement, lowerDesired, terminateMember } from '../../../shared/aws/group-changes.ts';
import type { Pool } from '../../../shared/model/fleet.ts';
import { because, launchIn, type Options, rebalanceShop, TYPES, terminateOf } from './rebalance-shop.ts';

function shop(options: Options = {}) {
  const made = rebalanceShop(options);
  const { autoscaling } = made.rebalance;
  const dry: Pool[] = [];
  const launched: (readonly string[])[] = [];
  const launch = (action: ReturnType<typeof launchIn>) =>
    made.outcome(action, () =>
      launchReplacement(autoscaling, action, {
        dry: async (pools) => {
          dry.push(...pools);
        },
        launched: async (ids) => {
          launched.push(ids);
        },
      }),
    );
  const terminate = (id: string) => {
    const action = terminateOf(id, 'group');
    return made.outcome(action, () => terminateMember(autoscaling, action));
  };
  const lower = (from: number, group = 'web') => {
    const action = { ...because, do: 'lower-desired', group, from, token: 'token' } as const;
    return made.outcome(action, () => lowerDesired(autoscaling, action));
  };
  return { ...made, dry, launched, launch, terminate, lower };
}

const dryUp = ({ region }: ReturnType<typeof shop>, zone: string) => {
  for (const type of TYPES) region.setAvailable({ type, zone }, false);
};

describe('a replacement', () => {
  test('is launched in its zone, once for each token', async () => {
    const { launch, launched, group } = shop();
    const before = new Set(group.instances.keys());
    expect(await launch(launchIn('eu-west-1b'))).toMatchObject({ result: 'done' });
    expect(await launch(launchIn('eu-west-1b'))).toMatchObject({ result: 'done' });
    const news = [...group.instances.values()].filter(({ ec2 }) => !before.has(ec2.id));
    expect(news.map(({ ec2 }) => ec2.zone)).toEqual(['eu-west-1b']);
    expect(group.desired).toBe(5);
    expect(launched).toEqual([news.map(({ ec2 }) => ec2.id), news.map(({ ec2 }) => ec2.id)]);
  });

  test('that EC2 has no capacity for fails with type, zone and code, and leaves the group as it was', async () => {
    const made = shop();
    dryUp(made, 'eu-west-1b');
    const outcome = await made.launch(launchIn('eu-west-1b'));
    expect(outcome).toMatchObject({ result: 'failed', retry: false });
    expect(outcome).toHaveProperty(
      'error',
      expect.stringMatching(/^web: no instance came: [a-z0-9.]+ in eu-west-1b: UnfulfillableCapacity /),
    );
    expect(made.dry).toEqual([{ type: expect.any(String), zone: 'eu-west-1b' }]);
    expect(made.group.desired).toBe(4);
    expect(made.launched).toEqual([[]]);
  });

  test('that a quota forbids says so, and no pool is to blame', async () => {
    const made = shop();
    made.region.parts.fleet.quotas.setLimit('L-34B43A08', 0);
    const outcome = await made.launch(launchIn('eu-west-1b'));
    expect(outcome).toHaveProperty('error', expect.stringContaining('MaxSpotInstanceCountExceeded'));
    expect(made.dry).toEqual([]);
  });

  test('beyond the maximum of the group is refused, and not tried again', async () => {
    const { launch, launched } = shop({ group: { maxSize: 4 } });
    expect(await launch(launchIn('eu-west-1b'))).toMatchObject({ result: 'failed', retry: false });
    expect(launched).toEqual([[]]);
  });
});

describe('an instance of a group', () => {
  test('is ended with the desired capacity, so that none is launched for it', async () => {
    const { terminate, group, first, pass } = shop();
    expect(await terminate(first)).toMatchObject({ result: 'done' });
    await pass(120);
    expect([group.desired, group.instances.size, group.instances.has(first)]).toEqual([3, 3, false]);
    expect(await terminate(first)).toMatchObject({ result: 'gone' });
  });

  test('is not ended at the minimum of the group, and the message says why', async () => {
    const { terminate, group, first } = shop({ group: { minSize: 4 } });
    expect(await terminate(first)).toMatchObject({
      result: 'failed',
      retry: false,
      error: `web: ${first} runs on: the desired capacity is at the group's minimum, another would be launched for it`,
    });
    expect(group.instances.get(first)?.lifecycleState).toBe('InService');
  });
});

describe('the desired capacity of a group', () => {
  test('is lowered by one, once', async () => {
    const { lower, group } = shop();
    expect(await lower(4)).toMatchObject({ result: 'done' });
    expect(await lower(4)).toMatchObject({ result: 'already' });
    expect(group.desired).toBe(3);
  });

  test('that somebody changed is left alone', async () => {
    expect(await shop().lower(6)).toMatchObject({
      retry: false,
      error: 'web: its desired capacity is 4, not 6 as planned: somebody changed it, it is left alone',
    });
  });

  test('does not go below the minimum, and a group that is gone has none', async () => {
    const { lower } = shop({ group: { minSize: 4 } });
    expect(await lower(4)).toMatchObject({
      retry: false,
      error: 'web: its desired capacity of 4 is its minimum: it is not lowered',
    });
    expect(await lower(4, 'gone')).toMatchObject({ result: 'gone' });
  });
});
