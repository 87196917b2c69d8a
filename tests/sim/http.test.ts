import { DescribeInstancesCommand, EC2Client } from '@aws-sdk/client-ec2';
import { ECSClient, ListClustersCommand } from '@aws-sdk/client-ecs';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { VirtualClock } from '../../sim/clock.ts';
import { Endpoint } from '../../sim/endpoint.ts';
import { type Listening, listen } from '../../sim/http.ts';
import { keyedRandom } from '../../sim/random.ts';
import type { Call, Service } from '../../sim/service.ts';
import { Sqs } from '../../sim/sqs/service.ts';
import { pinned } from './clients.ts';

const rethrow = (error: unknown): never => {
  throw error;
};

describe('the simulated account over HTTP', () => {
  const clock = new VirtualClock(Date.UTC(2026, 7, 14));
  const sqs = new Sqs({ clock });
  const calls: Call[] = [];
  let server: Listening;
  let endpoint: Endpoint;

  beforeAll(async () => {
    const ecs: Service = {
      id: 'ecs',
      operations: {
        ListClusters: (_, call) => {
          calls.push(call);
          return { clusterArns: ['arn:one'] };
        },
      },
    };
    const ec2: Service = { id: 'ec2', operations: { DescribeInstances: () => ({ Reservations: [] }) } };
    endpoint = new Endpoint({
      clock,
      random: keyedRandom(1),
      services: [ecs, ec2, sqs.service],
      account: '123456789012',
    });
    server = await listen(endpoint, { clock, port: 0, region: 'eu-west-1', onDefect: rethrow });
  });
  afterAll(() => server.close());

  const config = (region: string) => ({ ...pinned, region, endpoint: server.url });

  it('answers signed requests for the region they are signed for', async () => {
    const output = await new ECSClient(config('us-west-2')).send(new ListClustersCommand({}));
    expect(output.clusterArns).toEqual(['arn:one']);
    expect(calls).toMatchObject([{ region: 'us-west-2', caller: 'http' }]);
  });

  it('answers EC2 in XML', async () => {
    const output = await new EC2Client(config('eu-west-1')).send(new DescribeInstancesCommand({}));
    expect(output.Reservations).toEqual([]);
  });

  it('takes messages for its queues at its own address, whatever host their URL names', async () => {
    const queue = sqs.createQueue({ region: 'eu-west-1', account: '123456789012', name: 'q' });
    await new SQSClient(config('eu-west-1')).send(
      new SendMessageCommand({ QueueUrl: queue.options.url, MessageBody: 'x' }),
    );
    expect(queue.stats().sent).toBe(1);
  });

  it('sends what any client expects of AWS: content type, request id, date', async () => {
    const headers = { 'x-amz-target': 'AmazonEC2ContainerServiceV20141113.ListClusters' };
    const response = await fetch(server.url, { method: 'POST', headers, body: '{}' });
    expect(response.headers.get('content-type')).toBe('application/x-amz-json-1.1');
    expect(response.headers.get('x-amzn-requestid')).toMatch(/^[0-9a-f-]{36}$/);
    expect(response.headers.get('date')).not.toBeNull();
    expect(calls.at(-1)).toMatchObject({ region: 'eu-west-1' });
  });

  it('answers nonsense with an error', async () => {
    const target = 'AmazonEC2ContainerServiceV20141113.ListClusters';
    const broken = await fetch(server.url, { method: 'POST', headers: { 'x-amz-target': target }, body: '{' });
    expect([broken.status, await broken.json()]).toMatchObject([
      400,
      { __type: 'com.amazonaws#SerializationException' },
    ]);
    const unknown = await fetch(server.url, {
      method: 'POST',
      headers: { 'x-amz-target': 'TrentService.ListKeys' },
      body: '{}',
    });
    expect([unknown.status, await unknown.json()]).toMatchObject([501, { __type: 'com.amazonaws#NotImplemented' }]);
    const page = await fetch(`${server.url}/index.html`);
    expect(page.status).toBe(501);
    expect(await page.text()).toContain('a request to /index.html that names no operation');
  });
});
