import { ListClustersCommand, UpdateContainerInstancesStateCommand } from '@aws-sdk/client-ecs';
import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../../sim/clock.ts';
import { Endpoint } from '../../../sim/endpoint.ts';
import { Faults } from '../../../sim/faults/faults.ts';
import type { CallRule } from '../../../sim/faults/plan.ts';
import { keyedRandom } from '../../../sim/random.ts';
import type { Service } from '../../../sim/service.ts';
import { clientsOf, settle } from '../clients.ts';

const START = Date.UTC(2026, 7, 14);

const account = (calls: readonly CallRule[], { staleWindowMs = 10_000, seed = 1 } = {}) => {
  const clock = new VirtualClock(START);
  const effects: string[] = [];
  const operations: Service['operations'] = {
    ListClusters: () => ({ clusterArns: [...effects] }),
    UpdateContainerInstancesState: () => {
      effects.push(`drain ${effects.length}`);
      return {};
    },
  };
  const faults = new Faults({ calls }, { seed, startMs: START });
  const endpoint = new Endpoint({
    clock,
    random: keyedRandom(7),
    services: [{ id: 'ecs', operations }],
    account: '123456789012',
    latencyMs: 0,
    faults: faults.onCall,
    staleWindowMs,
  });
  const { ecs } = clientsOf(endpoint, 'run-1');
  return {
    clock,
    endpoint,
    effects,
    faults,
    elapsed: () => clock.now() - START,
    list: () => settle(clock, ecs.send(new ListClustersCommand({}))),
    drain: (options?: { requestTimeout: number }) =>
      settle(
        clock,
        ecs.send(new UpdateContainerInstancesStateCommand({ containerInstances: ['a'], status: 'DRAINING' }), options),
      ),
  };
};

describe('a fault plan for calls', () => {
  it.each([
    ['throttling', 'ThrottlingException', 400],
    ['internal-error', 'ServerException', 500],
    ['refused', 'ClientException', 400],
    ['unavailable', 'ServiceUnavailable', 503],
  ] as const)('answers %s as %s', async (fault, name, httpStatusCode) => {
    const { drain, effects } = account([{ fault }]);
    await expect(drain()).rejects.toMatchObject({ name, $metadata: { httpStatusCode } });
    expect(effects).toEqual([]);
  });

  it('loses the answer of a call that had its effect', async () => {
    const { drain, effects } = account([{ fault: 'internal-error', effect: true }]);
    await expect(drain()).rejects.toMatchObject({ name: 'ServerException' });
    expect(effects).toHaveLength(1);
  });

  it.each([
    [false, 0],
    [true, 1],
  ])('breaks the connection of a silent call (effect %s) after its time', async (effect, count) => {
    const { drain, effects, elapsed } = account([{ fault: 'silence', forMs: 30_000, effect }]);
    await expect(drain()).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(elapsed()).toBe(30_000);
    expect(effects).toHaveLength(count);
  });

  it("is cut by the client's own timeout in virtual time", async () => {
    const { drain, elapsed } = account([{ fault: 'silence', forMs: 30_000 }]);
    await expect(drain({ requestTimeout: 2_000 })).rejects.toMatchObject({ name: 'TimeoutError' });
    expect(elapsed()).toBe(2_000);
  });

  it('leaves no timer behind when a call is answered in time', async () => {
    const { drain, elapsed } = account([]);
    await drain({ requestTimeout: 2_000 });
    expect(elapsed()).toBe(0);
  });

  it('makes a call slow', async () => {
    const { drain, elapsed } = account([{ fault: 'slow', forMs: 700 }]);
    await drain();
    expect(elapsed()).toBe(700);
  });

  it('gives a read the answer that the same query got a moment ago', async () => {
    const { list, drain } = account([{ fault: 'stale', forMs: 5_000, call: 2 }]);
    await list();
    await drain();
    expect((await list()).clusterArns).toEqual([]);
    expect((await list()).clusterArns).toEqual(['drain 0']);
  });

  it('is not said to have happened where a stale read found no older answer', async () => {
    const { list, drain, faults } = account([{ fault: 'stale', forMs: 5_000 }]);
    await list();
    expect(faults.happened).toEqual([]);
    await drain();
    await list();
    expect(faults.happened).toMatchObject([{ kind: 'stale' }]);
  });

  it('strikes only in the region that it names', async () => {
    const { drain } = account([{ fault: 'throttling', region: 'us-east-1' }]);
    await drain();
    const { drain: struck } = account([{ fault: 'throttling', region: 'eu-west-1' }]);
    await expect(struck()).rejects.toMatchObject({ name: 'ThrottlingException' });
  });

  it('never gives an answer older than asked for', async () => {
    const { clock, list, drain } = account([{ fault: 'stale', forMs: 5_000, call: 2 }]);
    await list();
    await drain();
    await clock.run(START + 5_001);
    expect((await list()).clusterArns).toEqual(['drain 0']);
  });

  it.each([
    [false, 0],
    [true, 1],
  ])('kills the caller at the call of that number (effect %s), and it stays dead', async (effect, count) => {
    const { clock, endpoint, effects } = account([{ fault: 'kill', call: 0, effect }]);
    const { ecs } = clientsOf(endpoint, 'run-1');
    let answers = 0;
    const send = () =>
      ecs.send(new UpdateContainerInstancesStateCommand({ containerInstances: ['a'], status: 'DRAINING' }));
    void send().finally(() => (answers += 1));
    await clock.run();
    void send().finally(() => (answers += 1));
    await clock.run();
    expect(effects).toHaveLength(count);
    expect(answers).toBe(0);
  });

  it('takes an API down for a minute', async () => {
    const { clock, list } = account([{ fault: 'unavailable', operation: 'List*', fromMs: 1_000, toMs: 61_000 }]);
    await list();
    await clock.run(START + 1_000);
    await expect(list()).rejects.toMatchObject({ name: 'ServiceUnavailable' });
    await clock.run(START + 61_000);
    await list();
  });

  it('records every fault that happened', async () => {
    const { drain, faults } = account([{ fault: 'throttling', times: 1 }]);
    await expect(drain()).rejects.toThrow();
    await drain();
    const target = 'ecs:UpdateContainerInstancesState by run-1, call 0';
    expect(faults.happened).toMatchObject([{ at: START, kind: 'throttling', target, caller: 'run-1' }]);
  });

  it('strikes at its rate, the same for the same seed', async () => {
    const struck = async (seed: number) => {
      const { list, faults } = account([{ fault: 'throttling', rate: 0.3 }], { seed });
      for (let n = 0; n < 100; n += 1) await list().catch(() => undefined);
      return faults.happened.map(({ target }) => target);
    };
    const first = await struck(1);
    expect(first.length).toBeGreaterThan(15);
    expect(first.length).toBeLessThan(45);
    expect(await struck(1)).toEqual(first);
    expect(await struck(2)).not.toEqual(first);
  });
});
