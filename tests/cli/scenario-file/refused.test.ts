import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { drillCommand } from '../../../cli/drill.ts';
import { accountOf, runDrill } from '../../../cli/run-drill.ts';
import { scenarioOf } from '../../../cli/scenario-file/load.ts';
import { readScenarioFile } from '../../../cli/scenario-file/scenario-file.ts';
import { listen } from '../../../sim/http.ts';

// biome-ignore lint/suspicious/noExplicitAny: each test changes another part of the parsed file
const changed = (change: (file: any) => void): string => {
  const file = JSON.parse(readFileSync(new URL('../../../cli/scenarios/default.json', import.meta.url), 'utf8'));
  change(file);
  return JSON.stringify(file);
};

const drilled = async (text: string) => {
  const path = join(mkdtempSync(join(tmpdir(), 'scenario-')), 'mine.json');
  writeFileSync(path, text);
  const complaints: string[] = [];
  const terminal = { print: () => undefined, complain: (line: string) => complaints.push(line), color: false };
  const code = await drillCommand(['--file', path, '--without'], terminal);
  return { code, said: complaints.join(' ').replace(path, 'mine.json') };
};

const tooMany = (file: { simulation: { story: object[] } }) => {
  file.simulation.story = [{ at: 0, do: 'scaleIn', autoScalingGroup: 'prod-spot', count: 50 }];
};

describe('what the account refuses', () => {
  test('when a step of the story comes, is told with its place', async () => {
    const { code, said } = await drilled(changed(tooMany));
    expect(code).toBe(2);
    expect(said).toContain('mine.json: simulation.story[0] (scaleIn): ');
    expect(said).toContain('below min value 0');
  });

  test('does not stop a served account: time goes on and calls are answered', async () => {
    const scenario = scenarioOf(readScenarioFile(changed(tooMany), 'mine.json'), 'mine.json');
    const { account } = accountOf(scenario, 1);
    const { clock, endpoint } = account;
    const defects: unknown[] = [];
    const onDefect = (error: unknown) => defects.push(error);
    const server = await listen(endpoint, { clock, port: 0, region: 'eu-west-1', speed: 400, onDefect });
    await vi.waitFor(() => expect(defects).toHaveLength(1), { timeout: 10_000 });
    expect(String(defects[0])).toContain('simulation.story[0] (scaleIn)');
    const before = clock.now();
    const response = await fetch(server.url, {
      method: 'POST',
      headers: { 'x-amz-target': 'AmazonEC2ContainerServiceV20141113.ListClusters' },
      body: '{}',
    });
    expect(response.status).toBe(200);
    expect(clock.now()).toBeGreaterThan(before);
    await server.close();
  });

  test.each([
    [
      'EC2 and Fargate in one strategy',
      'cannot contain a mix',
      (
        service: Record<string, unknown>,
        file: { account: { clusters: Record<string, unknown>[]; autoScalingGroups: Record<string, unknown>[] } },
      ) => {
        Object.assign(file.account.clusters[0] ?? {}, { capacityProviders: ['FARGATE'] });
        Object.assign(file.account.autoScalingGroups[0] ?? {}, { capacityProvider: 'spot' });
        service.capacityProviderStrategy = [
          { capacityProvider: 'FARGATE', weight: 1 },
          { capacityProvider: 'spot', weight: 1 },
        ];
      },
    ],
    [
      'Fargate without sizes',
      'does not support launch_type FARGATE',
      (service: Record<string, unknown>) => {
        service.launchType = 'FARGATE';
      },
    ],
    [
      'a target group for tasks without a port',
      'has no port',
      (service: Record<string, unknown>) => {
        service.taskDefinition = 'log-shipper';
      },
    ],
  ])('in a service, %s, is told with its place', async (_, message, change) => {
    const { code, said } = await drilled(changed((file) => change(file.account.services[0], file)));
    expect(code).toBe(2);
    expect(said).toContain('mine.json: account.services[0]: ');
    expect(said).toContain(message);
  });
});

test.each([
  ['an unknown setting', { settings: { mode: 'observe' } }, 'simulation.settings'],
  ['a value that a setting does not take', { settings: { SPOTKEEPER_MODE: 'foo' } }, 'simulation.settings: '],
  [
    'a step after the end',
    { story: [{ at: 1_000, do: 'scaleIn', autoScalingGroup: 'prod-spot' }] },
    'simulation.story[0].at is 1000; expected at most 260',
  ],
])('%s is refused before anything is played', async (_, simulation, message) => {
  const { code, said } = await drilled(changed((file) => Object.assign(file.simulation, simulation)));
  expect(code).toBe(2);
  expect(said).toContain(message);
});

test('a drill in observe mode breaks no promise by not draining', async () => {
  const settings = { SPOTKEEPER_MODE: 'observe' };
  const scenario = scenarioOf(
    readScenarioFile(
      changed((file) => Object.assign(file.simulation, { settings })),
      'mine',
    ),
    'mine',
  );
  expect((await runDrill(scenario, { seed: 1 })).violations).toEqual([]);
});

test('tasks behave as the workload of a file says', async () => {
  const text = changed((file) => {
    file.simulation.workload = { checkout: { exitsAfterMs: 5_000 } };
    file.simulation.story = [];
  });
  const { account } = accountOf(scenarioOf(readScenarioFile(text, 'mine.json'), 'mine.json'), 1);
  await account.clock.run(account.clock.now() + 60_000);
  const stopped = account.journal.entries.filter(({ text: line }) =>
    line.includes('Essential container in task exited'),
  );
  expect(stopped.length).toBeGreaterThan(5);
});
