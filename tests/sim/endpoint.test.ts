import { DescribeInstancesCommand } from '@aws-sdk/client-ec2';
import { ListClustersCommand, ListTasksCommand, UpdateContainerInstancesStateCommand } from '@aws-sdk/client-ecs';
import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../sim/clock.ts';
import { Endpoint, type EndpointOptions } from '../../sim/endpoint.ts';
import { keyedRandom } from '../../sim/random.ts';
import { AwsError, type Call, type Service } from '../../sim/service.ts';
import { clientsOf, settle } from './clients.ts';

const START = Date.UTC(2026, 7, 14);

const account = (options: Partial<EndpointOptions> = {}) => {
  const clock = new VirtualClock(START);
  const performed: Call[] = [];
  const perform = (_input: unknown, call: Call) => {
    performed.push(call);
    return {};
  };
  const operations = { ListClusters: perform, ListTasks: perform, UpdateContainerInstancesState: perform };
  const services: Service[] = [
    { id: 'ecs', operations },
    { id: 'ec2', operations: { DescribeInstances: perform } },
  ];
  const endpoint = new Endpoint({ clock, random: keyedRandom(7), services, account: '123456789012', ...options });
  return { clock, endpoint, performed, run: <T>(work: Promise<T>) => settle(clock, work) };
};

const drain = new UpdateContainerInstancesStateCommand({ containerInstances: ['a'], status: 'DRAINING' });
const times = <T>(count: number, make: (n: number) => Promise<T>) =>
  Promise.allSettled(Array.from({ length: count }, (_, n) => make(n)));

describe('a call to the simulated account', () => {
  it('is told to who listens, with its input and its outcome, whether it is performed or refused', async () => {
    const error = new AwsError('ThrottlingException', 'Rate exceeded');
    const { endpoint, run } = account({ faults: ({ n }) => (n === 1 ? { error, when: 'before' } : undefined) });
    const heard: unknown[] = [];
    endpoint.onCall((call, input) => heard.push([call.operation, call.caller, call.outcome, input]));
    const { ecs } = clientsOf(endpoint, 'run-1');
    await run(ecs.send(drain));
    await run(ecs.send(new ListTasksCommand({ cluster: 'prod' })).catch(() => undefined));
    expect(heard).toEqual([
      ['UpdateContainerInstancesState', 'run-1', 'ok', { containerInstances: ['a'], status: 'DRAINING' }],
      ['ListTasks', 'run-1', 'ThrottlingException', expect.anything()],
    ]);
  });

  it('takes 0.8 to 1.2 times the latency, takes effect halfway, and tells the operation who called from where', async () => {
    const { clock, endpoint, performed, run } = account({ latencyMs: 50 });
    await run(clientsOf(endpoint, 'run-1', 'us-east-1').ecs.send(new ListClustersCommand({})));
    const tookMs = clock.now() - START;
    expect(tookMs).toBeGreaterThanOrEqual(40);
    expect(tookMs).toBeLessThanOrEqual(60);
    const [call] = performed;
    expect(call).toMatchObject({ region: 'us-east-1', account: '123456789012', caller: 'run-1' });
    expect((call?.at ?? 0) - START).toBeCloseTo(tookMs / 2);
  });

  it('takes effect before a later one, and calls of one instant in the order of caller and call number', async () => {
    const { endpoint, run } = account({ latencyMs: 0 });
    const [b, a] = [clientsOf(endpoint, 'b').ecs, clientsOf(endpoint, 'a').ecs];
    const send = [b.send(drain), b.send(new ListClustersCommand({})), a.send(drain), a.send(new ListTasksCommand({}))];
    await run(Promise.all<unknown>(send));
    expect(endpoint.calls.entries.map(({ caller, operation }) => `${caller} ${operation}`)).toEqual([
      'a UpdateContainerInstancesState',
      'a ListTasks',
      'b UpdateContainerInstancesState',
      'b ListClusters',
    ]);
  });

  it('is logged with its outcome and its number of items, and can be counted by time', async () => {
    const { endpoint, run } = account();
    const { ecs, ec2 } = clientsOf(endpoint);
    await run(ecs.send(drain));
    await run(ec2.send(new DescribeInstancesCommand({})));
    expect(endpoint.calls.entries[0]).toMatchObject({
      operation: 'UpdateContainerInstancesState',
      outcome: 'ok',
      items: 1,
    });
    expect(endpoint.calls.count({ service: 'ecs' })).toBe(1);
    expect(endpoint.calls.count({ from: START, to: endpoint.calls.entries[1]?.at ?? 0 })).toBe(1);
    expect(endpoint.calls.byOperation()).toEqual(
      new Map([
        ['ecs:UpdateContainerInstancesState ok', 1],
        ['ec2:DescribeInstances ok', 1],
      ]),
    );
  });

  it('is only counted when the log keeps counts', async () => {
    const { endpoint, run } = account({ log: 'counts' });
    await run(clientsOf(endpoint).ecs.send(drain));
    expect(endpoint.calls.entries).toEqual([]);
    expect(endpoint.calls.count({ operation: 'UpdateContainerInstancesState', outcome: 'ok' })).toBe(1);
    expect(() => endpoint.calls.count({ from: START })).toThrow('keeps only counts');
  });

  it('happens at the same instants with the same outcomes for the same seed', async () => {
    const log = async () => {
      const { endpoint, run } = account();
      const clients = ['x', 'y', 'z'].map((caller) => clientsOf(endpoint, caller).ecs);
      await run(Promise.all(clients.map((client) => times(60, () => client.send(drain)))));
      return endpoint.calls.entries;
    };
    expect(await log()).toEqual(await log());
  });
});

describe('request throttling', () => {
  it('lets 100 ECS drains through at once, then 40 a second', async () => {
    const { clock, endpoint, run } = account({ latencyMs: 0 });
    const { ecs } = clientsOf(endpoint);
    await run(times(150, () => ecs.send(drain)));
    expect(endpoint.calls.byOperation().get('ecs:UpdateContainerInstancesState ok')).toBe(100);
    await clock.run(START + 1000);
    const results = await run(times(50, () => ecs.send(drain)));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(40);
    expect(results.at(-1)).toMatchObject({ reason: { name: 'ThrottlingException', message: 'Rate exceeded' } });
  });

  it('has buckets of its own for reads and for every region', async () => {
    const { endpoint, run } = account({ latencyMs: 0 });
    const [here, there] = [clientsOf(endpoint).ecs, clientsOf(endpoint, 'test', 'us-east-1').ecs];
    await run(times(101, () => here.send(drain)));
    await run(here.send(new ListTasksCommand({})));
    await run(there.send(drain));
    expect(endpoint.calls.count({ outcome: 'ThrottlingException' })).toBe(1);
  });

  it('gives an unfiltered DescribeInstances half the burst of a filtered one, and answers 503', async () => {
    const { endpoint, run } = account({ latencyMs: 0 });
    const { ec2 } = clientsOf(endpoint);
    const unfiltered = await run(times(51, () => ec2.send(new DescribeInstancesCommand({}))));
    expect(unfiltered.at(-1)).toMatchObject({
      reason: { name: 'RequestLimitExceeded', $metadata: { httpStatusCode: 503 } },
    });
    await run(times(100, () => ec2.send(new DescribeInstancesCommand({ InstanceIds: ['i-1'] }))));
    expect(endpoint.calls.count({ outcome: 'RequestLimitExceeded' })).toBe(1);
  });

  it('can be switched off', async () => {
    const { endpoint, run } = account({ buckets: false });
    const { ecs } = clientsOf(endpoint);
    await run(times(150, () => ecs.send(drain)));
    expect(endpoint.calls.count({ outcome: 'ok' })).toBe(150);
  });
});

describe('faults', () => {
  it('refuse a call before it has an effect, lose its answer after it had, or delay it', async () => {
    const error = new AwsError('ServerException', 'lost', 500);
    const { clock, endpoint, performed, run } = account({
      latencyMs: 0,
      faults: ({ n }) => [{ error, when: 'before' } as const, { error, when: 'after' } as const, { delayMs: 700 }][n],
    });
    const { ecs } = clientsOf(endpoint);
    await expect(run(ecs.send(drain))).rejects.toMatchObject({ name: 'ServerException' });
    expect(performed).toHaveLength(0);
    await expect(run(ecs.send(drain))).rejects.toMatchObject({ name: 'ServerException' });
    expect(performed).toHaveLength(1);
    await run(ecs.send(drain));
    expect(clock.now() - START).toBe(700);
  });

  it('leave a killed caller without answers, while what it had sent takes effect', async () => {
    const { clock, endpoint, performed } = account();
    const { ecs } = clientsOf(endpoint, 'run-1');
    let answered = false;
    void ecs.send(drain).then(() => {
      answered = true;
    });
    await clock.run(START + 1);
    endpoint.kill('run-1');
    await clock.run();
    expect(performed).toHaveLength(1);
    expect(answered).toBe(false);
  });
});
