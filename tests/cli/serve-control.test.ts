import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { DescribeClustersCommand, ECSClient, ListClustersCommand } from '@aws-sdk/client-ecs';
import { afterEach, describe, expect, it } from 'vitest';
import { serve } from '../../cli/serve.ts';
import { stopwatch } from '../../cli/stopwatch.ts';
import type { Listening } from '../../sim/http.ts';

const open: Listening[] = [];
afterEach(async () => {
  for (const listening of open.splice(0)) await listening.close();
});

async function served(...argv: string[]) {
  const lines: string[] = [];
  const print = (line: string) => {
    lines.push(line);
  };
  const terminal = { print, complain: print, color: false };
  const listening = await serve(['--port', '0', '--speed', '0', ...argv], terminal);
  if (!listening) throw new Error(lines.join('\n'));
  open.push(listening);
  const call = async (path: string, body?: string) => {
    const answer = await fetch(
      `${listening.url}/_simulator/${path}`,
      body === undefined ? {} : { method: 'POST', body },
    );
    return { status: answer.status, body: JSON.parse(await answer.text()) };
  };
  const credentials = { accessKeyId: 'simulated', secretAccessKey: 'simulated' };
  const ecs = new ECSClient({ endpoint: listening.url, region: 'eu-west-1', credentials });
  return { listening, lines, call, ecs };
}

const draining = (state: { clusters: { containerInstances: { status: string }[] }[] }) =>
  state.clusters[0]?.containerInstances.filter(({ status }) => status === 'DRAINING').length;

describe('the control calls of npm run serve', () => {
  it('move the clock, and nothing else does at speed 0', async () => {
    const { call } = await served();
    expect((await call('state')).body.now).toBe('2026-08-14T09:00:00.000Z');
    expect(await call('clock', '{"advanceSeconds": 60}')).toEqual({
      status: 200,
      body: { now: '2026-08-14T09:01:00.000Z' },
    });
    expect((await call('state')).body.now).toBe('2026-08-14T09:01:00.000Z');
  });

  it('let the story of the file happen, with spotkeeper at work', async () => {
    const { call } = await served('--with');
    await call('clock', '{"advanceSeconds": 80}');
    expect(draining((await call('state')).body)).toBe(3);
  });

  it('let it happen without spotkeeper: nobody drains', async () => {
    const { call, lines } = await served('--without');
    await call('clock', '{"advanceSeconds": 80}');
    expect(draining((await call('state')).body)).toBe(0);
    expect(lines.join('\n')).not.toContain('aws sqs');
  });

  it('let things happen, as a story does', async () => {
    const { call } = await served('--without');
    const asked = { do: 'setDesiredCount', cluster: 'prod', service: 'checkout', desiredCount: 2 };
    expect((await call('do', JSON.stringify(asked))).status).toBe(200);
    const { clusters } = (await call('state')).body;
    expect(clusters[0].services[0]).toMatchObject({ name: 'checkout', desired: 2, running: 6 });
  });

  it('list deployments, groups and pools with their capacity and price', async () => {
    const { call } = await served('--without');
    const pool = { InstanceType: 'm6i.large', AvailabilityZone: 'eu-west-1a' };
    await call('do', JSON.stringify({ do: 'setCapacity', ...pool, instances: 5 }));
    const { clusters, autoScalingGroups, pools } = (await call('state')).body;
    expect(clusters[0].services[0].deployments).toEqual([
      expect.objectContaining({ status: 'PRIMARY', rolloutState: 'COMPLETED', taskDefinition: 'checkout:1' }),
    ]);
    expect(autoScalingGroups[0]).toMatchObject({ name: 'prod-spot', desired: 6, instances: 6 });
    expect(pools[0]).toEqual({
      type: 'm6i.large',
      zone: 'eu-west-1a',
      running: 3,
      capacity: 5,
      headroom: 2,
      onDemand: true,
      spotPrice: expect.any(Number),
    });
    expect(pools[1]).toMatchObject({ type: 'm5.large', capacity: null, headroom: null });
  });

  it('tell the journal from where one stopped to read, and the scenario', async () => {
    const { call } = await served();
    await call('clock', '{"advanceSeconds": 75}');
    const first = (await call('journal')).body;
    expect(first.entries.map(({ kind }: { kind: string }) => kind)).toContain('notice');
    expect((await call(`journal?since=${first.next}`)).body).toEqual({ entries: [], next: first.next });
    expect((await call('scenario')).body.account.clusters[0].clusterName).toBe('prod');
  });

  it.each([
    ['nothing', undefined, 404, 'GET /_simulator/nothing is no control call'],
    ['clock', '{"advanceSeconds": -1}', 400, 'advanceSeconds is -1; expected a number from 0 to 31536000'],
    ['clock', '{', 400, 'not JSON at line 1, column 2'],
    ['journal?since=x', undefined, 400, 'since is "x"; expected a whole number'],
    ['do', '{"do": "scaleOn"}', 400, expect.stringMatching(/^do is "scaleOn"; expected .*did you mean "scaleIn"\?$/)],
    ['do', '{"do": "scaleIn", "autoScalingGroup": "none"}', 409, 'no Auto Scaling group is called none'],
  ])('refuse %s %s', async (path, body, status, error) => {
    const { call } = await served();
    expect(await call(path, body)).toEqual({ status, body: expect.objectContaining({ error }) });
  });
});

describe('npm run serve', () => {
  it('answers calls at speed 0', async () => {
    const { ecs } = await served();
    expect((await ecs.send(new ListClustersCommand())).clusterArns).toHaveLength(1);
    ecs.destroy();
  });

  it('goes on after requests that are none', async () => {
    const { listening, ecs } = await served();
    const port = Number(new URL(listening.url).port);
    for (const raw of [
      'nonsense\r\n\r\n',
      'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\n\0\0\0',
      'GET //[ HTTP/1.1\r\nHost: x\r\n\r\n',
    ]) {
      const socket = connect(port, '127.0.0.1');
      socket.write(raw);
      const [answer] = await once(socket, 'data');
      expect(String(answer)).toMatch(/^HTTP\/1\.1 (4\d\d|501) /);
      socket.destroy();
    }
    const { clusters } = await ecs.send(new DescribeClustersCommand({ clusters: ['prod'] }));
    expect(clusters).toHaveLength(1);
    ecs.destroy();
  });

  it('lets virtual time pass faster than real time', async () => {
    const { call } = await served('--speed', '1000');
    await expect.poll(async () => (await call('state')).body.now, { timeout: 5000 }).toMatch(/09:0[1-9]/);
  });

  it('stops at once on SIGTERM, with connections open', async () => {
    const child = spawn(process.execPath, ['cli/serve.ts', '--port', '0'], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [told] = await once(child.stdout, 'data');
    const port = Number(/127\.0\.0\.1:(\d+)/.exec(String(told))?.[1]);
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    socket.write('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf of it');
    socket.on('error', () => socket.destroy());
    const seconds = stopwatch();
    child.kill('SIGTERM');
    const [code] = await once(child, 'exit');
    expect(code).toBe(0);
    expect(seconds()).toBeLessThan(2);
  });
});
