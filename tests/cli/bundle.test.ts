import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { accountOf } from '../../cli/run-drill.ts';
import { REGION } from '../../cli/scenario.ts';
import { singleNotice } from '../../cli/scenarios/single-notice.ts';
import { buildFunctions } from '../../scripts/build.mjs';
import { type Listening, listen } from '../../sim/http.ts';

const warning = join(import.meta.dirname, '../fixtures/events/ec2-spot-interruption-warning.terminate.json');

/** Hands an SQS event to the bundle's handler, as Lambda would, in a process of its own. */
const invoke = `
const { handler } = await import(process.env.BUNDLE);
const answer = await handler(JSON.parse(process.env.SQS_EVENT), { functionName: 'interruption' });
console.log('answer ' + JSON.stringify(answer));
`;

const rethrow = (error: unknown): never => {
  throw error;
};

describe('the built bundle of the interruption function', () => {
  const { account, sqs, dynamodb } = accountOf(singleNotice, 1);
  const place = { region: REGION, account: account.account };
  const region = account.region(REGION);
  let folder: string;
  let listening: Listening;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'spotkeeper-'));
    await buildFunctions({ outdir: folder });
    listening = await listen(account.endpoint, { clock: account.clock, port: 0, region: REGION, onDefect: rethrow });
  });
  afterAll(async () => {
    await listening.close();
    await rm(folder, { recursive: true });
  });

  it('drains a container instance over HTTP when it gets the Spot notice of its host, and ends by itself', async () => {
    const keySchema = [
      { AttributeName: 'pk', KeyType: 'HASH' as const },
      { AttributeName: 'sk', KeyType: 'RANGE' as const },
    ];
    dynamodb.createTable({ ...place, tableName: 'spotkeeper', keySchema, ttlAttribute: 'expiresAt' });
    const queue = sqs.createQueue({ ...place, name: 'wake-ups' });
    const bundle = join(folder, 'interruption', 'index.mjs');
    const [doomed = ''] = region.parts.ecs.instances.byEc2Id.keys();
    const fixture = JSON.parse(await readFile(warning, 'utf8'));
    const event = {
      ...fixture,
      region: REGION,
      // The bundle lives in real time, and was written just now.
      time: (await stat(bundle)).mtime.toISOString(),
      detail: { ...fixture.detail, 'instance-id': doomed },
    };
    const { stdout, stderr } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', invoke], {
      env: {
        PATH: process.env.PATH,
        BUNDLE: pathToFileURL(bundle).href,
        SQS_EVENT: JSON.stringify({ Records: [{ messageId: 'm-1', body: JSON.stringify(event) }] }),
        AWS_REGION: REGION,
        AWS_ACCESS_KEY_ID: 'simulated',
        AWS_SECRET_ACCESS_KEY: 'simulated',
        AWS_ENDPOINT_URL: listening.url,
        SPOTKEEPER_TABLE: 'spotkeeper',
        // The SDK sends to the host of a queue's URL, whatever its endpoint is.
        SPOTKEEPER_WAKE_UP_QUEUE_URL: `${listening.url}/${account.account}/wake-ups`,
        SPOTKEEPER_MODE: 'act',
        SPOTKEEPER_REGIONS: REGION,
      },
    });
    expect(stderr).toBe('');
    expect(stdout).toContain('answer {"batchItemFailures":[]}');
    const statuses = [...region.parts.ecs.instances.byEc2Id].map(([id, { status }]) => [id, status]);
    expect(Object.fromEntries(statuses)).toMatchObject({ [doomed]: 'DRAINING' });
    expect(statuses.filter(([, status]) => status === 'ACTIVE')).toHaveLength(5);
    expect(queue.stats().sent).toBe(1);
  });
});
