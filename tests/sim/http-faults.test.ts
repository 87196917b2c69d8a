import { connect } from 'node:net';
import { ECSClient, ListClustersCommand } from '@aws-sdk/client-ecs';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { Faults } from '../../sim/faults/faults.ts';
import type { CallRule } from '../../sim/faults/plan.ts';
import { type Listening, listen } from '../../sim/http.ts';
import { pinned } from './clients.ts';
import { regionName, smallAccount } from './small-account.ts';
import { anyAccount } from './wire/any-account.ts';
import { oddRequests } from './wire/odd-requests.ts';

const listening: Listening[] = [];
afterEach(async () => {
  for (const server of listening.splice(0)) await server.close();
});

const rethrow = (error: unknown) => {
  throw error;
};

const serve = async ({ account }: Pick<ReturnType<typeof smallAccount>, 'account'>) => {
  const server = await listen(account.endpoint, {
    clock: account.clock,
    port: 0,
    region: regionName,
    onDefect: rethrow,
  });
  listening.push(server);
  const client = (requestTimeout?: number) =>
    new ECSClient({
      ...pinned,
      region: regionName,
      endpoint: server.url,
      requestHandler: { ...(requestTimeout && { requestTimeout, throwOnRequestTimeout: true }) },
    });
  return { url: server.url, list: (timeoutMs?: number) => client(timeoutMs).send(new ListClustersCommand({})) };
};

const serveWithFaults = (calls: readonly CallRule[]) => {
  const startMs = Date.UTC(2026, 7, 14, 9);
  const { onCall } = new Faults({ calls }, { seed: 1, startMs });
  const world = smallAccount({ startMs, faults: onCall, latencyMs: 0 });
  world.region.createCluster({ name: 'prod' });
  return serve(world);
};

/** What a client of plain sockets gets back for some bytes. */
const sendBytes = (url: string, bytes: Uint8Array): Promise<string> =>
  new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect(Number(new URL(url).port), '127.0.0.1', () => socket.end(bytes));
    socket.on('data', (chunk) => {
      answer += chunk.toString();
    });
    socket.on('close', () => resolve(answer));
    socket.on('error', reject);
  });

describe('a fault over HTTP', () => {
  it.each([false, true])('breaks the connection (effect %s), and the next call is answered', async (effect) => {
    const { list } = await serveWithFaults([{ fault: 'silence', forMs: 0, times: 1, effect }]);
    await expect(list()).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect((await list()).clusterArns).toHaveLength(1);
  });

  it('leaves a call without an answer until the client gives up, and the next call is answered', async () => {
    const { list } = await serveWithFaults([{ fault: 'silence', forMs: 60_000, times: 1 }]);
    await expect(list(100)).rejects.toMatchObject({ name: 'TimeoutError' });
    expect((await list()).clusterArns).toHaveLength(1);
  });

  it('answers a client that has gone away, and the others go on', async () => {
    const { list } = await serveWithFaults([
      { fault: 'slow', forMs: 200, times: 1 },
      { fault: 'slow', forMs: 400, times: 1 },
    ]);
    await expect(list(50)).rejects.toMatchObject({ name: 'TimeoutError' });
    expect((await list()).clusterArns).toHaveLength(1);
  });
});

describe('the server', () => {
  it('answers every request that makes no sense, and the next good one', async () => {
    const world = anyAccount();
    const { url, list } = await serve(world);
    const property = fc.asyncProperty(fc.array(oddRequests(world.operations), { maxLength: 20 }), async (requests) => {
      const answers = requests.map(async ({ headers, body, path }) => {
        const { status } = await fetch(new URL(path, url), { method: 'POST', headers, body: Buffer.from(body) });
        return status;
      });
      for (const status of await Promise.all(answers)) expect(status === 200 || status >= 400).toBe(true);
      expect((await list()).clusterArns).not.toEqual([]);
    });
    await fc.assert(property, { numRuns: 20, seed: 1 });
  });

  it('outlives clients that do not speak HTTP, or stop in the middle', async () => {
    const { url, list } = await serveWithFaults([]);
    expect(await sendBytes(url, Buffer.from('\u0016\u0003\u0001 hello'))).toContain('400 Bad Request');
    await sendBytes(url, Buffer.from('POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 1000\r\n\r\nAction='));
    expect((await list()).clusterArns).toHaveLength(1);
  });
});
