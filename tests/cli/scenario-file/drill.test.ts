import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { drillCommand } from '../../../cli/drill.ts';
import { accountOf } from '../../../cli/run-drill.ts';
import { loadScenario } from '../../../cli/scenario-file/load.ts';

const path = 'cli/scenarios/default.json';

async function drilled(argv: readonly string[]) {
  const lines: string[] = [];
  const print = (line: string) => {
    lines.push(line);
  };
  const code = await drillCommand(argv, { print, complain: print, color: false });
  return { code, text: lines.join('\n') };
}

describe('npm run drill -- --file', () => {
  let directory = '';
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'scenario-'));
  });
  afterAll(() => rm(directory, { recursive: true }));

  async function changed(change: (file: ReturnType<typeof JSON.parse>) => void): Promise<string> {
    const file = JSON.parse(await readFile(path, 'utf8'));
    change(file);
    const changedPath = join(directory, 'changed.json');
    await writeFile(changedPath, JSON.stringify(file));
    return changedPath;
  }

  it('plays the story of the file and judges it', async () => {
    const { code, text } = await drilled(['--file', path]);
    expect(text).toContain(`${path}, seed 1`);
    expect(text).toContain('EC2 took back 3 instances');
    expect(text).toContain('promises    all kept');
    expect(code).toBe(0);
  });

  it('plays the example of docs/scenario-files.md', async () => {
    const [, example = ''] = /```json\n([\s\S]*?)```/.exec(await readFile('docs/scenario-files.md', 'utf8')) ?? [];
    const documented = join(directory, 'example.json');
    await writeFile(documented, example);
    const { code, text } = await drilled(['--file', documented]);
    expect(text).toContain('EC2 took back 2 instances');
    expect(code).toBe(0);
  });

  it('plays the same market without spotkeeper', async () => {
    const { text } = await drilled(['--file', path, '--without', '--seed', '7']);
    expect(text).toContain('seed 7, without spotkeeper');
    expect(text).toContain('EC2 took back 3 instances');
    expect(text).not.toContain('by spotkeeper');
  });

  it('takes Region, account and instances from the file', async () => {
    const scenario = await loadScenario(
      await changed((file) => {
        file.account = JSON.parse(JSON.stringify(file.account).replaceAll('eu-west-1', 'us-east-2'));
        file.account.accountId = '210987654321';
        file.simulation.story[0].AvailabilityZone = 'us-east-2a';
      }),
    );
    const { account } = accountOf(scenario, 1);
    const { parts } = account.region('us-east-2');
    const pools = [...parts.fleet.instances.values()].map(({ type, zone }) => `${type} ${zone.at(-1)}`);
    expect(pools.join(', ')).toBe('m6i.large a, m6i.large a, m6i.large a, m5.large b, m5.large b, m6a.large c');
    expect([...parts.ecs.state.clusters.values()].map(({ arn }) => arn)).toEqual([
      'arn:aws:ecs:us-east-2:210987654321:cluster/prod',
    ]);
    expect([...(parts.ecs.state.clusters.get('prod')?.tasks.values() ?? [])]).toHaveLength(6 + 3 + 6);
  });

  it.each([
    ['interruptPool with a count', { do: 'interruptPool', count: 2 }, 'EC2 took back 2 instances'],
    [
      'recommendRebalance',
      { do: 'recommendRebalance' },
      '+5.0s EC2           recommends to replace i-01000000000000003',
    ],
    ['retire', { do: 'retire', inSeconds: 100 }, 'Health'],
  ])('has the verb %s', async (_, step, told) => {
    const pool = { InstanceType: 'm6i.large', AvailabilityZone: 'eu-west-1a' };
    const file = await changed(({ simulation }) => (simulation.story = [{ at: 5, ...pool, ...step }]));
    expect((await drilled(['--file', file])).text).toContain(told);
  });

  it('has the verbs for groups and services', async () => {
    const file = await changed(
      ({ simulation }) =>
        (simulation.story = [
          { at: 0, do: 'setDesiredCount', cluster: 'prod', service: 'checkout', desiredCount: 9 },
          { at: 0, do: 'scaleIn', autoScalingGroup: 'prod-spot' },
          { at: 0, do: 'setAvailable', InstanceType: 'm5.large', AvailabilityZone: 'eu-west-1b', available: false },
        ]),
    );
    const { text } = await drilled(['--file', file]);
    expect(text).toContain('tasks of checkout start');
    expect(text).toContain('goes down: User initiated shutdown');
  });

  it('says in one line what is wrong with the file, and exits with 2', async () => {
    expect(await drilled(['--file', join(directory, 'none.json')])).toEqual({
      code: 2,
      text: expect.stringMatching(/^there is no file .*none\.json$/),
    });
    const full = await changed(({ account }) => (account.taskDefinitions[0].containerDefinitions[0].memory = 90_000));
    expect((await drilled(['--file', full])).code).toBe(0);
    const tasks = await changed(({ account }) => {
      account.tasks = [{ cluster: 'prod', taskDefinition: 'checkout', count: 500 }];
    });
    expect(await drilled(['--file', tasks])).toEqual({
      code: 2,
      text: expect.stringMatching(/changed\.json: no room for checkout in prod$/),
    });
    expect((await drilled(['--file', path, '--scenario', 'nlb'])).text).toContain('exclude each other');
  });
});
