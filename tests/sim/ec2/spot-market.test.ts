import {
  DescribeSpotPriceHistoryCommand,
  type DescribeSpotPriceHistoryCommandInput,
  GetSpotPlacementScoresCommand,
  type GetSpotPlacementScoresCommandInput,
} from '@aws-sdk/client-ec2';
import { describe, expect, test } from 'vitest';
import { constant } from '../../../sim/market/source.ts';
import { clientsOf, settle } from '../clients.ts';
import { smallAccount } from '../small-account.ts';

const hour = 3_600_000;

const world = () => {
  const { account, region } = smallAccount();
  const { ec2 } = clientsOf(account.endpoint);
  return {
    account,
    region,
    history: (input: DescribeSpotPriceHistoryCommandInput) =>
      settle(account.clock, ec2.send(new DescribeSpotPriceHistoryCommand(input))),
    scores: (input: GetSpotPlacementScoresCommandInput) =>
      settle(account.clock, ec2.send(new GetSpotPlacementScoresCommand(input))),
  };
};

describe('DescribeSpotPriceHistory', () => {
  test('gives the price of now for each zone when start and end are now', async () => {
    const { account, region, history } = world();
    const now = new Date(account.clock.now());
    const { SpotPriceHistory, NextToken } = await history({
      InstanceTypes: ['m6i.large'],
      StartTime: now,
      EndTime: now,
    });
    expect(SpotPriceHistory?.map(({ AvailabilityZone }) => AvailabilityZone)).toEqual([
      'eu-west-1a',
      'eu-west-1b',
      'eu-west-1c',
    ]);
    const [first] = SpotPriceHistory ?? [];
    expect(first?.Timestamp?.getTime()).toBeLessThanOrEqual(now.getTime());
    expect(first?.SpotPrice).toMatch(/^0\.\d{6}$/);
    expect(Number(first?.SpotPrice)).toBe(region.parts.fleet.market.price({ type: 'm6i.large', zone: 'eu-west-1a' }));
    expect(NextToken).toBe('');
  });

  test('goes back 90 days, newest first, the last change before the start included', async () => {
    const { account, history } = world();
    const now = account.clock.now();
    const input = { InstanceTypes: ['c5.large' as const], AvailabilityZone: 'eu-west-1a' };
    const all = await history({ ...input, StartTime: new Date(0) });
    const times = (all.SpotPriceHistory ?? []).map(({ Timestamp }) => Timestamp?.getTime() ?? 0);
    expect(times.length).toBeGreaterThan(200);
    expect(times).toEqual([...times].sort((a, b) => b - a));
    expect(times.at(-1)).toBeGreaterThan(now - 91 * 24 * hour);
    const day = await history({ ...input, StartTime: new Date(now - 24 * hour) });
    const inDay = (day.SpotPriceHistory ?? []).map(({ Timestamp }) => Timestamp?.getTime() ?? 0);
    expect(inDay.filter((ms) => ms <= now - 24 * hour)).toHaveLength(1);
    expect(inDay).toEqual(times.slice(0, inDay.length));
  });

  test('has pages, of which one can be empty because filters pick from each', async () => {
    const { history } = world();
    const input = {
      InstanceTypes: ['m6i.large' as const],
      MaxResults: 50,
      Filters: [{ Name: 'availability-zone', Values: ['eu-west-1c'] }],
    };
    const seen: number[] = [];
    let NextToken: string | undefined;
    do {
      const answer = await history({ ...input, NextToken });
      seen.push(answer.SpotPriceHistory?.length ?? 0);
      NextToken = answer.NextToken;
    } while (NextToken);
    expect(seen[0]).toBe(0);
    const whole = await history({ InstanceTypes: ['m6i.large'], AvailabilityZone: 'eu-west-1c' });
    expect(seen.reduce((a, b) => a + b, 0)).toBe(whole.SpotPriceHistory?.length);
  });

  test('neither repeats nor skips a change when time passes between two pages', async () => {
    const { account, history } = world();
    const input = { InstanceTypes: ['m6i.large' as const], AvailabilityZone: 'eu-west-1a', MaxResults: 3 };
    const whole = await history({ ...input, MaxResults: 1_000 });
    const first = await history(input);
    await account.clock.run(account.clock.now() + 48 * hour);
    const second = await history({ ...input, NextToken: first.NextToken });
    const times = [...(first.SpotPriceHistory ?? []), ...(second.SpotPriceHistory ?? [])].map((each) => each.Timestamp);
    expect(times).toEqual(whole.SpotPriceHistory?.slice(0, 6).map((each) => each.Timestamp));
  });

  test('refuses an unknown type, two ways to name a zone, a bad token', async () => {
    const { history } = world();
    await expect(history({ InstanceTypes: ['m9.large' as 'm5.large'] })).rejects.toThrow('[m9.large]');
    await expect(history({ AvailabilityZone: 'eu-west-1a', AvailabilityZoneId: 'euw1-az2' })).rejects.toMatchObject({
      name: 'InvalidParameterCombination',
    });
    await expect(history({ NextToken: 'x' })).rejects.toMatchObject({ name: 'InvalidParameterValue' });
    const windows = await history({ InstanceTypes: ['m6i.large'], ProductDescriptions: ['Windows'] });
    expect(windows.SpotPriceHistory ?? []).toEqual([]);
  });
});

describe('GetSpotPlacementScores', () => {
  const InstanceTypes = ['m6i.large', 'm6a.large', 'm5.large'];

  test('scores zones by id from 1 to 10, by the room in their pools', async () => {
    const { region, scores } = world();
    for (const type of InstanceTypes) {
      region.setCapacity({ type, zone: 'eu-west-1a' }, constant(0));
      region.setCapacity({ type, zone: 'eu-west-1b' }, constant(5));
    }
    const { SpotPlacementScores } = await scores({ InstanceTypes, TargetCapacity: 10, SingleAvailabilityZone: true });
    expect(SpotPlacementScores).toEqual([
      { Region: 'eu-west-1', AvailabilityZoneId: 'euw1-az1', Score: 10 },
      { Region: 'eu-west-1', AvailabilityZoneId: 'euw1-az3', Score: 5 },
      { Region: 'eu-west-1', AvailabilityZoneId: 'euw1-az2', Score: 1 },
    ]);
  });

  test('scores the region as a whole, and low with fewer than three types', async () => {
    const { scores } = world();
    const many = await scores({ InstanceTypes, TargetCapacity: 10 });
    expect(many.SpotPlacementScores).toEqual([{ Region: 'eu-west-1', Score: 10 }]);
    const few = await scores({ InstanceTypes: InstanceTypes.slice(0, 2), TargetCapacity: 10 });
    expect(few.SpotPlacementScores).toEqual([{ Region: 'eu-west-1', Score: 3 }]);
  });

  test('admits ten new configurations in 24 hours, known ones always', async () => {
    const { account, scores } = world();
    for (let TargetCapacity = 1; TargetCapacity <= 10; TargetCapacity += 1)
      await scores({ InstanceTypes, TargetCapacity });
    await expect(scores({ InstanceTypes, TargetCapacity: 11 })).rejects.toMatchObject({
      name: 'MaxConfigLimitExceeded',
      message: expect.stringContaining('exceeded your maximum allowed Spot placement configurations'),
    });
    await scores({ InstanceTypes: InstanceTypes.toReversed(), TargetCapacity: 3 });
    await account.clock.run(account.clock.now() + 24 * hour);
    await scores({ InstanceTypes, TargetCapacity: 11 });
  });

  test('refuses no types, no capacity, and another region', async () => {
    const { scores } = world();
    await expect(scores({ TargetCapacity: 1 })).rejects.toMatchObject({ name: 'MissingParameter' });
    await expect(scores({ InstanceTypes, TargetCapacity: 0 })).rejects.toMatchObject({ name: 'InvalidParameterValue' });
    await expect(scores({ InstanceTypes, TargetCapacity: 1, RegionNames: ['us-east-1'] })).rejects.toMatchObject({
      name: 'NotImplemented',
    });
  });
});
