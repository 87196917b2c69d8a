import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { accountOf } from '../../../cli/run-drill.ts';
import { scenarioOf } from '../../../cli/scenario-file/load.ts';
import { printed, readScenarioFile } from '../../../cli/scenario-file/scenario-file.ts';
import { pseudonymised } from '../../../cli/snapshot/pseudonyms.ts';
import { snapshotActions } from '../../../cli/snapshot/source.ts';
import { snapshotCommand } from '../../../cli/snapshot.ts';
import type { AccountOptions } from '../../../sim/account.ts';
import { listen } from '../../../sim/http.ts';
import { AwsError } from '../../../sim/service.ts';
import { rich } from './rich.ts';

const credentials = { accessKeyId: 'simulated', secretAccessKey: 'simulated' };
const rethrow = (error: unknown): never => {
  throw error;
};

/** Serves the account of a file over HTTP and takes a snapshot of it with the command. */
const taken = async (text: string, argv: readonly string[] = [], faults?: AccountOptions['faults'], playedMs = 0) => {
  const file = readScenarioFile(text, 'a file');
  const { account } = accountOf(scenarioOf(file, 'a file'), 1, faults ? { faults } : {});
  const { clock, endpoint } = account;
  if (playedMs > 0) await clock.run(clock.now() + playedMs);
  const server = await listen(endpoint, { clock, port: 0, region: file.account.region, speed: 100, onDefect: rethrow });
  const [said, complaints]: [string[], string[]] = [[], []];
  const terminal = {
    print: (line: string) => said.push(line),
    complain: (line: string) => complaints.push(line),
    color: false,
  };
  try {
    const { region } = file.account;
    const code = await snapshotCommand(['--region', region, '--endpoint-url', server.url, ...argv], terminal, {
      credentials,
    });
    return { file, code, said, complaints };
  } finally {
    await server.close();
  }
};

const defaultFile = readFileSync(new URL('../../../cli/scenarios/default.json', import.meta.url), 'utf8');

describe('a snapshot of a served account', () => {
  test.each([
    ['the default file', defaultFile],
    ['a file with everything that a file can have', JSON.stringify(rich)],
  ])('gives back the account of %s, byte for byte', async (_, text) => {
    const { file, code, said, complaints } = await taken(text);
    expect(complaints).toEqual([]);
    expect(code).toBe(0);
    const again = readScenarioFile(said.join('\n'), 'the snapshot');
    expect(printed(again.account)).toBe(printed(file.account));
  });

  test('has the loss of the biggest Spot pool as its story, and plays', async () => {
    const { said } = await taken(defaultFile);
    const again = readScenarioFile(said.join('\n'), 'the snapshot');
    expect(again.simulation.story).toMatchObject([
      { do: 'interruptPool', InstanceType: 'm6i.large', AvailabilityZone: 'eu-west-1a' },
    ]);
    expect(() => accountOf(scenarioOf(again, 'again'), 1)).not.toThrow();
  });

  test('of one cluster leaves the others, their groups and target groups out', async () => {
    const { said } = await taken(JSON.stringify(rich), ['--cluster', 'batch']);
    const { account } = readScenarioFile(said.join('\n'), 'the snapshot');
    expect(account.clusters.map(({ clusterName }) => clusterName)).toEqual(['batch']);
    expect(account.targetGroups).toEqual([]);
    expect(account.autoScalingGroups.map((one) => one.AutoScalingGroupName)).toEqual(['batch-mixed']);
  });

  test('is written to a file, with what to do next', async () => {
    const out = join(mkdtempSync(join(tmpdir(), 'snapshot-')), 'mine.json');
    const { said } = await taken(defaultFile, ['--out', out]);
    expect(said).toEqual([`${out}: 1 cluster, 3 services, 1 group. Play it: npm run drill -- --file ${out}`]);
    expect(readScenarioFile(readFileSync(out, 'utf8'), out).account.clusters).toHaveLength(1);
  });

  test('goes on where an optional part may not be read, and says so in the file', async () => {
    const { code, said, complaints } = await taken(defaultFile, [], ({ operation }) =>
      operation === 'DescribeLifecycleHooks'
        ? { error: new AwsError('AccessDenied', 'not authorized', 403), when: 'before' }
        : undefined,
    );
    const note = 'autoscaling:DescribeLifecycleHooks was refused: lifecycle hooks of prod-spot are left out.';
    expect(code).toBe(0);
    expect(complaints).toEqual([note]);
    expect(readScenarioFile(said.join('\n'), 'the snapshot').simulation.notes).toEqual([note]);
  });

  test('names the permission without which there is none', async () => {
    const { code, complaints } = await taken(defaultFile, [], ({ operation }) =>
      operation === 'ListClusters'
        ? { error: new AwsError('AccessDeniedException', 'not authorized'), when: 'before' }
        : undefined,
    );
    expect(code).toBe(2);
    expect(complaints).toEqual([
      'ecs:ListClusters was refused: allow it; docs/scenario-files.md lists all that a snapshot reads',
    ]);
  });

  test('notes what it cannot hold, and goes on without it', async () => {
    const containers = [{ name: 'app', image: 'x:1', memory: 128 }];
    const register = (family: string, more: object = {}) => ({
      at: 0,
      do: 'call',
      service: 'ecs',
      operation: 'RegisterTaskDefinition',
      input: { family, containerDefinitions: containers, ...more },
    });
    const create = (serviceName: string, taskDefinition: string) => ({
      at: 1,
      do: 'call',
      service: 'ecs',
      operation: 'CreateService',
      input: { cluster: 'prod', serviceName, taskDefinition, desiredCount: 0 },
    });
    const changed = JSON.parse(defaultFile);
    changed.simulation.story = [
      register('silent', { networkMode: 'none' }),
      register('twice'),
      register('twice'),
      create('quiet', 'silent'),
      create('old', 'twice:1'),
      create('new', 'twice:2'),
    ];
    const { code, said, complaints } = await taken(JSON.stringify(changed), [], undefined, 80_000);
    expect(code).toBe(0);
    expect(complaints).toEqual([
      'twice runs in more than one revision; all are taken for 1.',
      'silent has the network mode none: what runs it is left out.',
    ]);
    const names = readScenarioFile(said.join('\n'), 'the snapshot').account.services.map((one) => one.serviceName);
    expect(names).toEqual(['checkout', 'search', 'log-shipper', 'old', 'new']);
  });

  test('of a cluster that is not there is refused, with those that are', async () => {
    const { code, complaints } = await taken(defaultFile, ['--cluster', 'nope']);
    expect(code).toBe(2);
    expect(complaints).toEqual(['no cluster of eu-west-1 is called "nope"; allowed: prod']);
  });

  test('needs a Region and known options', async () => {
    const complaints: string[] = [];
    const terminal = { print: () => undefined, complain: (line: string) => complaints.push(line), color: false };
    expect(await snapshotCommand(['--colour'], terminal)).toBe(2);
    expect(complaints[0]).toContain('allowed: --out FILE, --region R');
  });
});

describe('pseudonyms', () => {
  const file = readScenarioFile(JSON.stringify(rich), 'a file');

  test('leave no name of the account, and references hold', () => {
    const text = printed(pseudonymised(file, 'key'));
    const names = ['prod', 'batch', 'checkout', 'shop', 'nightly', '123456789012', 'web:1', 'cost-center'];
    expect(names.filter((name) => text.includes(`"${name}`))).toEqual([]);
    expect(() => readScenarioFile(text, 'renamed')).not.toThrow();
    expect(text).toContain('spotkeeper:manage');
    expect(text).toContain('FARGATE_SPOT');
  });

  test('are the same with the same key, and others with another', () => {
    expect(pseudonymised(file, 'a')).toEqual(pseudonymised(file, 'a'));
    expect(pseudonymised(file, 'a')).not.toEqual(pseudonymised(file, 'b'));
  });
});

test('docs/scenario-files.md lists the actions that a snapshot needs, and no others', () => {
  const docs = readFileSync(new URL('../../../docs/scenario-files.md', import.meta.url), 'utf8');
  const listed = [...docs.matchAll(/`((?:ecs|ec2|autoscaling|elasticloadbalancing):\w+)`/g)].map(
    ([, action]) => action,
  );
  expect(listed).toEqual([...snapshotActions]);
  const source = readFileSync(new URL('../../../cli/snapshot/source.ts', import.meta.url), 'utf8');
  const commands = [...source.matchAll(/\.(?:paginate|(?=\w+Command\())(\w+?)(?:Command)?\(/g)].map(([, name]) => name);
  expect(new Set(commands)).toEqual(new Set(snapshotActions.map((action) => action.split(':')[1])));
});
