import { describe, expect, test } from 'vitest';
import type { Bill } from '../../../sim/billing/bill.ts';
import { script } from '../../../sim/market/source.ts';
import { smallAccount } from '../small-account.ts';

const hour = 3_600_000;
const pool = { type: 'm6i.large', zone: 'eu-west-1a' };

/** Spot costs 0.04 dollars an hour, and 0.06 from half past on; On-Demand 0.096. An m6i.large has 2,048 units, 7,680 MiB. */
const billed = () => {
  const made = smallAccount({
    market: () => () =>
      script([
        { atMs: 0, capacity: 100, price: 0.04 },
        { atMs: hour / 2, capacity: 100, price: 0.06 },
      ]),
  });
  const { account, region } = made;
  account.keepBill();
  const startMs = account.clock.now();
  const bill = (fromSecond: number, toSecond: number): Bill =>
    account.bill(region.name, startMs + fromSecond * 1_000, startMs + toSecond * 1_000);
  return { ...made, bill, cluster: region.createCluster({ name: 'web' }) };
};

const usdOf = ({ shares }: Bill, consumer: string): number =>
  shares.filter((line) => line.consumer === consumer).reduce((sum, { usd }) => sum + usd, 0);

/** A task definition for Fargate. */
const registered = ({ call, region }: ReturnType<typeof billed>, own: object) => {
  call('ecs', 'RegisterTaskDefinition', {
    ...{ family: 'api', networkMode: 'awsvpc', requiresCompatibilities: ['FARGATE'] },
    containerDefinitions: [{ name: 'api', image: 'api' }],
    ...own,
  });
  const definition = region.parts.ecs.state.definitions.get('api:1');
  if (!definition) throw new Error('it is registered');
  return definition;
};

describe('instances', () => {
  test('a Spot Instance costs the price in force in each second', async () => {
    const { region, runTo, bill } = billed();
    region.addInstance(pool);
    await runTo(3_600);
    // Half an hour at 0.04 and half an hour at 0.06.
    expect(bill(0, 3_600).usd).toBeCloseTo(0.02 + 0.03, 12);
    // A minute before the change and two after it.
    expect(bill(1_740, 1_920).usd).toBeCloseTo((60 * 0.04 + 120 * 0.06) / 3_600, 12);
    expect(bill(0, 3_600).charges).toMatchObject([
      { capacity: 'spot', seconds: 3_600, free: false, usages: [{ type: 'SpotUsage:m6i.large', hours: 1 }] },
    ]);
  });

  test('an On-Demand instance costs what the price list says', async () => {
    const { region, runTo, bill } = billed();
    region.addInstance({ ...pool, spot: false });
    await runTo(900);
    expect(bill(0, 900).usd).toBeCloseTo(0.096 / 4, 12);
    expect(bill(0, 900).charges[0]?.usages[0]?.type).toBe('BoxUsage:m6i.large');
  });

  test('an instance is not billed while it is pending, and a minute at least once it runs', async () => {
    const { region, account, runTo, bill } = billed();
    const ec2 = region.addInstance({ ...pool, spot: false, booting: true });
    account.clock.after(20_000, () => region.parts.fleet.terminate(ec2.id));
    await runTo(600);
    // It ran for 10 to 16 seconds.
    expect(bill(0, 600).charges).toMatchObject([{ seconds: 60 }]);
    expect(bill(0, 600).usd).toBeCloseTo(0.096 / 60, 12);
    expect(usdOf(bill(0, 600), 'idle')).toBeCloseTo(0.096 / 60, 12);
  });

  test('an instance that ends before it runs costs nothing', async () => {
    const { region, account, runTo, bill } = billed();
    const ec2 = region.addInstance({ ...pool, booting: true });
    account.clock.after(1_000, () => region.parts.fleet.terminate(ec2.id));
    await runTo(600);
    expect(bill(0, 600).charges).toEqual([]);
  });

  test('a Spot Instance is free when EC2 takes it in its first hour, and not when its user ends it', async () => {
    const { region, account, runTo, bill } = billed();
    const taken = region.addInstance({ ...pool, booting: true });
    const ended = region.addInstance({ ...pool, booting: true });
    account.clock.after(1_200_000, () => {
      region.interrupt(taken.id, { notice: false });
      region.parts.fleet.terminate(ended.id);
    });
    await runTo(1_100);
    expect(bill(0, 1_100).charges.map(({ free }) => free)).toEqual([false, false]);
    await runTo(1_300);
    const { charges, usd } = bill(0, 1_300);
    const [free, paid] = [taken, ended].map((ec2) => charges.find(({ id }) => id === ec2.id));
    expect(free).toMatchObject({ free: true, usd: 0, usages: [{ hours: 0, usd: 0 }] });
    expect(paid).toMatchObject({ free: false });
    expect(usd).toBeCloseTo(((paid?.seconds ?? 0) * 0.04) / 3_600, 12);
  });

  test('a Spot Instance that EC2 takes after its first hour is paid to the second', async () => {
    const { region, account, runTo, bill } = billed();
    const ec2 = region.addInstance(pool);
    account.clock.after(1_500_400, () => region.interrupt(ec2.id, { notice: false }));
    await runTo(3_600);
    expect(bill(0, 3_600).charges).toMatchObject([{ free: false }]);
    // It has run for hours: 1,500.4 s of them are in the time that is asked for, 1,500 to 1,501 when rounded with the rest.
    expect(bill(0, 3_600).usd).toBeGreaterThan((1_499.9 * 0.04) / 3_600);
    expect(bill(0, 3_600).usd).toBeLessThan((1_500.9 * 0.04) / 3_600);
  });
});

describe('services', () => {
  test('what tasks reserve is theirs by the larger of CPU and memory share, the rest is idle', async () => {
    const { region, cluster, runTo, bill } = billed();
    region.addInstance({ ...pool, cluster });
    // A quarter of the CPU and an eighth of the memory; a sixteenth of the CPU and a half of the memory.
    region.createService({ cluster, name: 'cpu', cpu: 512, memory: 960 });
    region.createService({ cluster, name: 'memory', cpu: 128, memory: 3_840 });
    region.settle();
    await runTo(1_800);
    const half = bill(0, 1_800);
    expect(half.usd).toBeCloseTo(0.02, 12);
    expect(usdOf(half, 'service:cpu')).toBeCloseTo(0.005, 12);
    expect(usdOf(half, 'service:memory')).toBeCloseTo(0.01, 12);
    expect(usdOf(half, 'idle')).toBeCloseTo(0.005, 12);
    expect(half.shares.map((line) => line.cluster)).toEqual(['web', 'web', 'web']);
  });

  test('tasks that together have more than the whole share it by what they reserve', async () => {
    const { region, cluster, runTo, bill } = billed();
    region.addInstance({ ...pool, cluster });
    // 0.75 of the CPU and 0.75 of the memory: 1.5 of the whole.
    region.createService({ cluster, name: 'cpu', cpu: 1_536, memory: 960 });
    region.createService({ cluster, name: 'memory', cpu: 256, memory: 5_760 });
    region.settle();
    await runTo(1_800);
    expect(usdOf(bill(0, 1_800), 'service:cpu')).toBeCloseTo(0.01, 12);
    expect(usdOf(bill(0, 1_800), 'service:memory')).toBeCloseTo(0.01, 12);
    expect(usdOf(bill(0, 1_800), 'idle')).toBeCloseTo(0, 12);
  });

  test('a service pays from the placement of its task to its stop', async () => {
    const { region, account, cluster, runTo, bill, events } = billed();
    region.addInstance({ ...pool, cluster });
    const service = region.createService({ cluster, name: 'half', cpu: 1_024, memory: 960 });
    region.settle();
    account.clock.after(600_000, () => region.setDesiredCount(service, 0));
    await runTo(1_800);
    const stopped = events.findLast(({ detail }) => 'lastStatus' in detail && detail.lastStatus === 'STOPPED');
    const seconds = ((stopped?.at ?? 0) - bill(0, 1_800).from) / 1_000;
    expect(seconds).toBeGreaterThan(600);
    expect(usdOf(bill(0, 1_800), 'service:half')).toBeCloseTo((0.5 * seconds * 0.04) / 3_600, 12);
  });
});

describe('Fargate', () => {
  test('a task is paid by the second for its vCPUs, memory and storage above 20 GB', async () => {
    const made = billed();
    const { region, cluster, runTo, bill } = made;
    const definition = registered(made, { cpu: '512', memory: '1024', ephemeralStorage: { sizeInGiB: 50 } });
    region.createService({ cluster, name: 'api', definition, launchType: 'FARGATE' });
    region.settle();
    await runTo(3_600);
    const hourly = 0.5 * 0.04048 + 1 * 0.004445 + 30 * 0.000111;
    expect(bill(0, 3_600).usd).toBeCloseTo(hourly, 12);
    expect(usdOf(bill(0, 3_600), 'service:api')).toBeCloseTo(hourly, 12);
    expect(bill(0, 3_600).charges[0]?.usages.map(({ type, hours }) => [type, hours])).toEqual([
      ['Fargate-vCPU-Hours:perCPU', 0.5],
      ['Fargate-GB-Hours', 1],
      ['Fargate-EphemeralStorage-GB-Hours', 30],
    ]);
  });

  test('a Spot task on Arm is paid from the pull of its image on', async () => {
    const made = billed();
    const { region, cluster, runTo, bill } = made;
    const definition = registered(made, {
      ...{ cpu: '1024', memory: '2048' },
      runtimePlatform: { cpuArchitecture: 'ARM64', operatingSystemFamily: 'LINUX' },
    });
    const strategy = [{ capacityProvider: 'FARGATE_SPOT', weight: 1, base: 0 }];
    region.createService({ cluster, name: 'arm', definition, strategy });
    await runTo(3_600);
    const [task] = region.parts.ecs.fargate.tasks.values();
    const from = ((task?.pullStartedAt ?? 0) - bill(0, 3_600).from) / 1_000;
    expect(from).toBeGreaterThan(10);
    const hourly = 0.3 * (0.03238 + 2 * 0.00356);
    expect(bill(0, 3_600).usd).toBeCloseTo((hourly * (3_600 - from)) / 3_600, 12);
    expect(bill(0, 3_600).charges).toMatchObject([{ capacity: 'fargate-spot' }]);
  });

  test('a task that ends at once is paid for a minute', async () => {
    const { region, account, cluster, runTo, bill } = billed();
    const service = region.createService({ cluster, name: 'api', cpu: 1_024, memory: 2_048, launchType: 'FARGATE' });
    account.clock.after(25_000, () => region.setDesiredCount(service, 0));
    await runTo(600);
    expect(bill(0, 600).charges).toMatchObject([{ seconds: 60 }]);
    expect(bill(0, 600).usd).toBeCloseTo((0.04048 + 2 * 0.004445) / 60, 12);
  });
});

test('shares add up to the bill', async () => {
  const { region, account, cluster, runTo, bill } = billed();
  region.createGroup({ name: 'hosts', cluster, pools: [pool], desired: 3 });
  region.createService({ cluster, name: 'web', desired: 8, cpu: 256, memory: 512 });
  region.createService({ cluster, name: 'api', desired: 2, cpu: 256, memory: 512, launchType: 'FARGATE' });
  region.settle();
  account.clock.after(400_000, () => region.interruptPool({ ...pool, count: 1, stillAvailable: true }));
  await runTo(3_600);
  const { usd, shares } = bill(0, 3_600);
  expect(shares.reduce((sum, line) => sum + line.usd, 0)).toBeCloseTo(usd, 12);
  // Two instances for the hour are 0.10 dollars; the third was replaced.
  expect(usd).toBeGreaterThan(0.14);
});

test('a bill that is not kept, or not for so long, is an error that says so', async () => {
  const { account, region } = smallAccount();
  expect(() => account.bill(region.name, 0, 1)).toThrow('call keepBill() first');
  account.keepBill();
  expect(() => account.bill(region.name, 0, 1)).toThrow('kept from 2026-08-14T09:00:00.000Z on');
});
