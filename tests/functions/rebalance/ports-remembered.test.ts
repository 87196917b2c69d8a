import { describe, expect, test } from 'vitest';
import { putRecords } from '../../../shared/aws/table.ts';
import { type Instant, instant, later } from '../../../shared/model/instant.ts';
import type { RebalanceRecord } from '../../../shared/model/rebalance-records.ts';
import { AwsError } from '../../../sim/service.ts';
import { aPlace } from '../../given.ts';
import { because, REGION, TYPES } from '../../shared/aws/rebalance-shop.ts';
import { failing, ports } from './ports-lab.ts';

const HOUR_MS = 3_600_000;

describe('what changes seldom', () => {
  test('is read once: the catalogue and On-Demand prices for a day, Spot prices for half an hour', async () => {
    const { read, run, calls, pass } = ports();
    const look = () => run(Promise.all([read.catalogue(), read.prices(['m6i.large'])]));
    const [, prices] = await look();
    expect([...prices.onDemand.keys(), ...prices.spot.keys()].sort()).toEqual([
      'm6i.large',
      'm6i.large eu-west-1a',
      'm6i.large eu-west-1b',
      'm6i.large eu-west-1c',
    ]);
    const count = () =>
      ['DescribeInstanceTypes', 'GetProducts', 'DescribeSpotPriceHistory'].map((one) => calls(one).length);
    const [types = 0, products = 0, spot = 0] = count();
    await pass(29 * 60);
    await look();
    expect(count()).toEqual([types, products, spot]);
    await pass(2 * 60);
    await look();
    expect(count()).toEqual([types, products, 2 * spot]);
    await pass(24 * 3_600);
    await look();
    expect(count()).toEqual([2 * types, 2 * products, 3 * spot]);
  });

  test('a launch template and its image are read once in five minutes', async () => {
    const { read, run, templates, calls } = ports();
    const { id } = templates.create({
      name: 'arm',
      data: { InstanceType: 'm6g.large', ImageId: 'ami-0123456789abcdef1' },
    });
    const ref = { id, name: undefined, version: '$Latest' };
    expect(await run(read.image(ref))).toEqual({ architecture: 'arm64', virtualization: 'hvm' });
    expect(await run(read.templateType(ref))).toBe('m6g.large');
    expect([calls('DescribeLaunchTemplateVersions').length, calls('DescribeImages').length]).toEqual([1, 1]);
    expect(await run(read.image({ ...ref, id: 'lt-0000000000000dead' }))).toBeUndefined();
  });

  test('without the Price List there are still Spot prices, and the log says so', async () => {
    const denied = failing('GetProducts', new AwsError('AccessDeniedException', 'not allowed'));
    const { read, run, warnings } = ports(denied);
    const prices = await run(read.prices(['m6i.large']));
    expect([prices.onDemand.size, prices.spot.size]).toEqual([0, 3]);
    expect(warnings).toEqual(['On-Demand prices cannot be read; going on without them']);
  });

  test('a target group says how long its targets drain; one that is gone says nothing', async () => {
    const { read, run, region } = ports();
    const { arn } = region.createTargetGroup({ name: 'checkout', deregistrationDelaySeconds: 45 });
    expect(await run(read.deregistrationDelay(arn))).toBe(45);
    expect(await run(read.deregistrationDelay(`${arn}0`))).toBeUndefined();
  });
});

test('where an instance is, is read once in ten minutes, and again each time while it is nowhere', async () => {
  const { read, run, calls, pass, table, edge, first } = ports();
  const inADay = { region: REGION, expiresAt: later(instant(edge.now()), 24 * HOUR_MS) };
  const other = 'i-00000000000000009';
  await run(
    putRecords(table, [aPlace(1, { ...inADay, instanceId: first }), { ...inADay, is: 'absent', instanceId: other }]),
  );
  const gets = () => calls('BatchGetItem').length;
  expect([...(await run(read.places([first]))).keys()]).toEqual([first]);
  await run(read.places([first]));
  expect(gets()).toBe(1);
  await run(read.places([other]));
  await run(read.places([other]));
  expect(gets()).toBe(3);
  await pass(601);
  await run(read.places([first]));
  expect(gets()).toBe(4);
});

describe('placement scores', () => {
  const asks = ({ calls }: ReturnType<typeof ports>) => calls('GetSpotPlacementScores').length;

  test('are asked once in six hours, also by another process', async () => {
    const made = ports();
    const { read, run, again, pass } = made;
    const scores = await run(read.placementScores(TYPES, 5));
    expect(Object.keys(scores ?? {}).sort()).toEqual(['eu-west-1a', 'eu-west-1b', 'eu-west-1c']);
    expect(await run(read.placementScores(TYPES.toReversed(), 7))).toEqual(scores);
    await pass(5.9 * 3_600);
    expect(await run(again().placementScores(TYPES, 8))).toEqual(scores);
    expect(asks(made)).toBe(1);
    await pass(0.2 * 3_600);
    expect(await run(read.placementScores(TYPES, 8))).toBeDefined();
    expect(asks(made)).toBe(2);
  });

  test('of more than five new configurations a day are none', async () => {
    const made = ports();
    const { read, run, pass } = made;
    const targets = [1, 2, 4, 8, 16, 32];
    const all = () => run(Promise.all(targets.map((target) => read.placementScores(TYPES, target))));
    expect((await all()).map((scores) => scores !== undefined)).toEqual([true, true, true, true, true, false]);
    await pass(7 * 3_600);
    expect((await all()).map((scores) => scores !== undefined)).toEqual([true, true, true, true, true, false]);
    expect(asks(made)).toBe(10);
    await pass(25 * 3_600);
    expect(await run(read.placementScores(TYPES, 32))).toBeDefined();
  });

  test('are none when AWS takes no more, which is asked again', async () => {
    const full = failing('GetSpotPlacementScores', new AwsError('MaxConfigLimitExceeded', 'too many'));
    const made = ports(full);
    expect(await made.run(made.read.placementScores(TYPES, 4))).toBeUndefined();
    expect(await made.run(made.read.scores())).toEqual([]);
  });
});

describe('what the function remembers', () => {
  const recordsAt = (now: Instant): readonly RebalanceRecord[] => {
    // The table keeps whole seconds of expiry.
    const common = { region: REGION, expiresAt: instant(Math.ceil((now + HOUR_MS) / 1_000) * 1_000) };
    const guarded = { ...common, group: 'web', version: 1, by: 'this run' };
    return [
      {
        ...common,
        is: 'standing',
        pool: { type: 'm6i.large', zone: 'eu-west-1a' },
        strikes: 1,
        lastAt: now,
        outUntil: now,
      },
      { ...common, is: 'advice', instanceId: 'i-1', at: now },
      { ...guarded, is: 'replacing', cluster: 'shop', open: [], lastAt: now, retryAt: undefined, told: {} },
      {
        ...guarded,
        is: 'choice',
        own: ['m6i.large'],
        types: [],
        away: [],
        from: [],
        confirmed: false,
        changedAt: now,
        reason: '',
        undone: 'm5.large',
        reviewedAt: now,
        demand: { services: [], memoryShare: 0.93, trunking: false },
        told: {},
      },
    ];
  };

  const all = async (read: ReturnType<typeof ports>['read']) =>
    (await Promise.all([read.standings(), read.advices(), read.replacings(), read.choices()])).flat();

  test('comes back as it was written', async () => {
    const { act, read, run, edge } = ports();
    const records = recordsAt(edge.now());
    await run(act.remember({ ...because, do: 'remember', records }));
    expect(await run(all(read))).toEqual(records);
    await run(act.forget({ ...because, do: 'forget', records }));
    expect(await run(all(read))).toEqual([]);
  });

  test('of a group is guarded by its version: of two runs one wins', async () => {
    const { commit, run, edge } = ports();
    const guard = { name: 'guard', for: [], whenLost: 'leave' } as const;
    for (const next of recordsAt(edge.now())) {
      if (next.is !== 'choice' && next.is !== 'replacing') continue;
      expect(await run(commit({ ...guard, next, expected: 'absent' }))).toBe('won');
      expect(await run(commit({ ...guard, next: { ...next, by: 'another' }, expected: 'absent' }))).toBe('lost');
      expect(await run(commit({ ...guard, next: { ...next, version: 2 }, expected: 1 }))).toBe('won');
    }
  });

  test('in observe mode is not what act mode knows', async () => {
    const { act, read, run, edge, again } = ports({ mode: 'observe' });
    const records = recordsAt(edge.now());
    await run(act.remember({ ...because, do: 'remember', records }));
    expect(await run(all(read))).toEqual(records);
    expect(await run(all(again()))).toEqual([]);
  });
});
