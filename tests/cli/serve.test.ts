import { DescribeContainerInstancesCommand, ECSClient, ListContainerInstancesCommand } from '@aws-sdk/client-ecs';
import { afterEach, describe, expect, it } from 'vitest';
import { serve } from '../../cli/serve.ts';
import type { Listening } from '../../sim/http.ts';

describe('npm run serve', () => {
  const open: Listening[] = [];
  afterEach(async () => {
    for (const listening of open.splice(0)) await listening.close();
  });

  async function served(argv: readonly string[]) {
    const lines: string[] = [];
    const terminal = { print: (line: string) => lines.push(line), complain: (line: string) => lines.push(line) };
    const listening = await serve(argv, { ...terminal, color: false });
    if (listening) open.push(listening);
    return { listening, lines };
  }

  it('answers any SDK and says where, and what to ask', async () => {
    const { listening, lines } = await served(['--port', '0']);
    const endpoint = listening?.url ?? '';
    expect(lines.join('\n')).toContain(`export AWS_ENDPOINT_URL=${endpoint} AWS_DEFAULT_REGION=eu-west-1`);
    const credentials = { accessKeyId: 'simulated', secretAccessKey: 'simulated' };
    const ecs = new ECSClient({ endpoint, region: 'eu-west-1', credentials });
    const { containerInstanceArns } = await ecs.send(new ListContainerInstancesCommand({ cluster: 'prod' }));
    const described = await ecs.send(
      new DescribeContainerInstancesCommand({ cluster: 'prod', containerInstances: containerInstanceArns }),
    );
    expect(described.containerInstances?.map(({ status }) => status)).toEqual(Array(6).fill('ACTIVE'));
    ecs.destroy();
  });

  it('serves the account of any scenario', async () => {
    const { lines } = await served(['--port', '0', '--scenario', 'scale-in']);
    expect(lines.join('\n')).toContain('In 70 seconds: Auto Scaling ends two of six instances');
  });

  it('refuses a port or scenario that is none, and one that is taken, in one line', async () => {
    expect((await served(['--port', 'http'])).lines).toEqual([
      '--port is "http"; allowed: a whole number from 0 to 65535',
    ]);
    expect((await served(['--scenario', 'x'])).lines).toEqual([expect.stringMatching(/^no scenario is called "x"; /)]);
    const { listening } = await served(['--port', '0']);
    const taken = await served(['--port', new URL(listening?.url ?? '').port]);
    expect(taken.lines).toEqual([
      expect.stringMatching(/address already in use .*; choose another port with --port N$/),
    ]);
    expect(taken.listening).toBeUndefined();
  });
});
