import { describe, expect, test } from 'vitest';
import { hostIn } from '../../../cli/host.ts';
import { transcriptOf } from '../../../cli/transcript.ts';
import { makeTableClient } from '../../../shared/aws/clients.ts';
import { putRecords } from '../../../shared/aws/table.ts';
import { instant, later } from '../../../shared/model/instant.ts';
import { STANDBY_OF } from '../../../shared/model/lending.ts';
import type { Lookout } from '../../../shared/model/records.ts';
import type { AccountOptions } from '../../../sim/account.ts';
import { AwsError } from '../../../sim/service.ts';
import { installed, POOL, REGION } from './installed.ts';

const NOTICE = 70;
const DESIRED = 4;

type Options = {
  readonly settings?: Readonly<Record<string, string>>;
  readonly minimumHealthyPercent?: number;
  readonly delaySeconds?: number;
  /** The standby has the tag that says whose it is; default true. */
  readonly isTagged?: boolean;
  readonly holds?: readonly string[];
  readonly clusterTags?: Readonly<Record<string, string>>;
  readonly faults?: AccountOptions['faults'];
};

/**
 * A service of four tasks on two Spot instances, two of which DRAINING may cut, and nothing else that could hold them. One
 * of the instances gets its notice; failover's record of the cluster is written by hand, and so is what it lends.
 */
async function shop(options: Options = {}) {
  const {
    settings = {},
    minimumHealthyPercent = 50,
    holds = ['shop'],
    clusterTags = {},
    delaySeconds = 30,
    isTagged = true,
  } = options;
  const lab = await installed(options.faults, settings);
  const cluster = lab.region.createCluster({ name: 'shop', tags: clusterTags });
  lab.region.createGroup({ name: 'spot', cluster, desired: 2, pools: [POOL] });
  const targetGroup = lab.region.createTargetGroup({ name: 'shop', deregistrationDelaySeconds: delaySeconds });
  const common = { cluster, targetGroup, fargate: true, cpu: 1024, memory: 2048 };
  const main = lab.region.createService({
    ...common,
    name: 'shop',
    desired: DESIRED,
    minimumHealthyPercent,
    tags: { 'spotkeeper:failover': 'fargate' },
  });
  const tags = isTagged ? { [STANDBY_OF]: 'shop' } : {};
  const standby = lab.region.createService({
    ...common,
    name: 'shop-fargate',
    desired: 0,
    launchType: 'FARGATE',
    tags,
  });
  lab.region.settle();
  lab.region.setAvailable(POOL, false);
  const [first] = cluster.instances.values();
  if (!first) throw new Error('the cluster is empty');
  const { transcript } = lab.start();
  const write = writerInto(lab, settings.SPOTKEEPER_MODE === 'observe' ? 'observe ' : '');
  lab.at(NOTICE - 10, () => write(aLookout({ cluster: cluster.arn, holds, scannedAt: instant(0) }, lab.account.clock)));
  lab.at(NOTICE, () => lab.region.interrupt(first.ec2InstanceId));
  // As failover does in its first pass after the notice.
  lab.at(NOTICE + 4, () => write(aLookout({ cluster: cluster.arn, holds }, lab.account.clock)));
  const healthy = () => [...targetGroup.targets.values()].filter(({ state }) => state === 'healthy').length;
  const lows: { fewest: number } = { fewest: DESIRED };
  lab.account.clock.onStep(() => {
    lows.fewest = Math.min(lows.fewest, healthy());
  });
  return {
    ...lab,
    main,
    lend: (count: number) => lab.region.setDesiredCount(standby, count),
    fewest: () => lows.fewest,
    drainedAfter: () => lab.times('draining').map((second) => second - NOTICE),
    told: () => transcript.lines.flatMap(({ fields }) => (fields.actions as string[] | undefined) ?? []),
  };
}

type Lab = Awaited<ReturnType<typeof installed>>;

function writerInto({ account }: Lab, prefix: string) {
  const { runtime, clientConfig } = hostIn(account, 'by hand', transcriptOf(account.clock).edge('by hand'));
  const dynamodb = makeTableClient(REGION, { edge: runtime, clientConfig });
  const table = { client: dynamodb, name: 'Table', prefix, now: runtime.now, sleep: runtime.sleep };
  return (record: Lookout): void => void account.clock.track(putRecords(table, [record]));
}

function aLookout(about: Partial<Lookout> & { cluster: string }, clock: { now(): number }): Lookout {
  const now = instant(clock.now());
  return {
    is: 'lookout',
    region: REGION,
    at: later(now, 60_000),
    services: 1,
    lent: { tasks: 0, hourlyNanoUsd: 0 },
    vcpus: { 'fargate-spot': 0, fargate: 0 },
    holds: [],
    scannedAt: now,
    version: 1,
    by: 'hand',
    expiresAt: later(now, 3_600_000),
    ...about,
  };
}

/** Lent tasks serve about a minute after the call: with this setting the hold ends before. */
const HASTY = { SPOTKEEPER_DRAIN_RESERVE_SECONDS: '75' };

describe('a service that DRAINING would cut', () => {
  test('never has less than its desired count of healthy tasks when it is lent some in time', async () => {
    const lab = await shop();
    lab.at(NOTICE + 4, () => lab.lend(2));
    await lab.runTo(NOTICE + 115);
    expect(lab.drainedAfter()).toHaveLength(1);
    expect(lab.drainedAfter()[0]).toBeGreaterThan(45);
    expect(lab.drainedAfter()[0]).toBeLessThan(75);
    expect(lab.told().join('\n')).toMatch(/drain .*lent tasks serve/);
    expect(lab.fewest()).toBe(DESIRED);
    await lab.runTo(NOTICE + 180);
    expect(lab.fewest()).toBe(DESIRED);
    expect(lab.tasks().killedWithoutSigterm).toEqual([]);
  });

  test('is drained 75 s before the deadline when its lent tasks do not serve by then', async () => {
    const lab = await shop({ settings: HASTY });
    lab.at(NOTICE + 4, () => lab.lend(2));
    await lab.runTo(NOTICE + 180);
    expect(lab.drainedAfter()).toHaveLength(1);
    expect(lab.drainedAfter()[0]).toBeGreaterThanOrEqual(45);
    expect(lab.drainedAfter()[0]).toBeLessThan(47);
    expect(lab.told().join('\n')).toMatch(/drain .*held as long as the deadline allows/);
    expect(lab.tasks().killedWithoutSigterm).toEqual([]);
  });

  test('is drained soon when nothing is lent to it', async () => {
    const lab = await shop();
    await lab.runTo(NOTICE + 180);
    expect(lab.drainedAfter()[0]).toBeGreaterThanOrEqual(15);
    expect(lab.drainedAfter()[0]).toBeLessThan(22);
    expect(lab.told().join('\n')).toMatch(/drain .*nothing is lent for it/);
  });
});

test('what is only named like a standby lends nothing', async () => {
  const lab = await shop({ isTagged: false });
  lab.at(NOTICE + 4, () => lab.lend(2));
  await lab.runTo(NOTICE + 60);
  expect(lab.told().join('\n')).toMatch(/drain .*nothing is lent for it/);
});

describe('is drained at once', () => {
  const soon = async (options: Options) => {
    const lab = await shop(options);
    await lab.runTo(NOTICE + 50);
    expect(lab.fewest()).toBe(options.minimumHealthyPercent === 100 ? DESIRED : DESIRED - 2);
    return lab.drainedAfter()[0];
  };

  test('where failover names no service that DRAINING would cut', async () => {
    expect(await soon({ holds: [] })).toBeLessThan(4);
  });

  test('where the account does not hold drains', async () => {
    expect(await soon({ settings: { SPOTKEEPER_HOLD_DRAIN: 'off' } })).toBeLessThan(4);
  });

  test('where the cluster does not, as its first pass finds', async () => {
    expect(await soon({ clusterTags: { 'spotkeeper:hold-drain': 'off' } })).toBeLessThan(8);
  });

  test('where the service has since been given a minimum of 100 %', async () => {
    expect(await soon({ minimumHealthyPercent: 100 })).toBeLessThan(8);
  });

  test('though failover would have it held, when the table cannot be read', async () => {
    const error = new AwsError('InternalServerError', 'Internal server error', 500);
    const from = Date.UTC(2026, 7, 14, 9) + (NOTICE - 1) * 1000;
    const faults: AccountOptions['faults'] = ({ service, caller, at }) =>
      service === 'dynamodb' && caller.startsWith('spotkeeper') && at >= from ? { error, when: 'before' } : undefined;
    expect(await soon({ faults })).toBeLessThan(25);
  });

  test('when its cluster cannot be read, since the next pass may come too late', async () => {
    const error = new AwsError('ServerException', 'Internal server error', 500);
    const from = Date.UTC(2026, 7, 14, 9) + NOTICE * 1000;
    const faults: AccountOptions['faults'] = ({ operation, caller, at }) =>
      operation === 'DescribeTasks' && caller.startsWith('spotkeeper') && at >= from
        ? { error, when: 'before' }
        : undefined;
    expect(await soon({ faults })).toBeLessThan(25);
  });
});

test('the tick drains what was held when the wake-up for its pass was lost', async () => {
  const from = Date.UTC(2026, 7, 14, 9) + NOTICE * 1000;
  const error = new AwsError('ServiceUnavailable', 'Service unavailable', 503);
  const lab = await shop({
    faults: ({ service, operation, at }) =>
      service === 'sqs' && operation === 'SendMessage' && at >= from ? { error, when: 'before' } : undefined,
  });
  await lab.runTo(NOTICE + 180);
  expect(lab.drainedAfter()[0]).toBeLessThan(120);
});

test('a task stuck behind minimum 100 % is stopped when what replaces it is lent', async () => {
  const lab = await shop({ minimumHealthyPercent: 100, delaySeconds: 10 });
  lab.at(NOTICE + 4, () => lab.lend(2));
  // By the deadline alone, with this delay, its targets would leave at second 75.
  await lab.runTo(NOTICE + 74);
  expect(lab.told().filter((line) => line.startsWith('deregister'))).toHaveLength(1);
  await lab.runTo(NOTICE + 120);
  expect(lab.tasks().stoppedByCaller).toBe(2);
  expect(lab.fewest()).toBe(DESIRED);
});

test('observe mode tells of the drain once, when it would have come', async () => {
  const lab = await shop({ settings: { SPOTKEEPER_MODE: 'observe' } });
  await lab.runTo(NOTICE + 44);
  expect(lab.told().filter((line) => line.startsWith('drain'))).toEqual([]);
  await lab.runTo(NOTICE + 180);
  expect(lab.told().filter((line) => line.startsWith('drain'))).toHaveLength(1);
  expect(lab.drainedAfter()).toEqual([]);
});
