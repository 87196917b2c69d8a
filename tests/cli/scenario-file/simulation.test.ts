import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runDrill } from '../../../cli/run-drill.ts';
import { loadScenario } from '../../../cli/scenario-file/load.ts';

const text = readFileSync('cli/scenarios/default.json', 'utf8');
const pool = { InstanceType: 'm6i.large', AvailabilityZone: 'eu-west-1a' };
const own = { type: 'm6i.large', zone: 'eu-west-1a' };
let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'simulation-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

type File = ReturnType<typeof JSON.parse>;

/** The default file with an empty story and this simulation. */
function written(simulation: object, change: (file: File) => void = () => {}): string {
  const file = JSON.parse(text);
  file.simulation = { ...file.simulation, story: [], traffic: {}, ...simulation };
  change(file);
  const path = join(directory, 'my.json');
  writeFileSync(path, JSON.stringify(file));
  return path;
}

/** Plays it without spotkeeper: what the account alone does. */
async function played(simulation: object, change?: (file: File) => void) {
  const scenario = await loadScenario(written(simulation, change));
  const { account } = await runDrill(scenario, { seed: 1, without: true });
  const { parts } = account.region('eu-west-1');
  const told = account.journal.entries.map(({ text: line }) => line).join('\n');
  return { account, parts, told, market: parts.fleet.market };
}

const story = (...steps: readonly object[]) => ({ story: steps.map((step) => ({ at: 0, ...step })) });

/** What the command says of a file with this simulation. */
async function complaint(simulation: object): Promise<string> {
  try {
    const scenario = await loadScenario(written(simulation));
    await runDrill(scenario, { seed: 1, without: true });
  } catch (error) {
    return (error as Error).message.replaceAll(`${directory}/`, '');
  }
  return 'none';
}

describe('the capacity of Spot pools in a scenario file', () => {
  it('is a constant: what is there and no more', async () => {
    const { market } = await played({ capacity: [{ source: 'constant', ...pool, instances: 3, price: 0.0321 }] });
    expect(market.capacity(own)).toBe(3);
    expect(market.headroom(own)).toBe(0);
    expect(market.price(own)).toBe(0.0321);
  });

  it('is a script in seconds of the story: what no longer fits gets its notice', async () => {
    const steps = [
      { at: -70, instances: 3 },
      { at: 10, instances: 1 },
    ];
    const { account } = await played({ capacity: [{ source: 'script', ...pool, steps }] });
    const { interrupted } = account.tally();
    expect([...interrupted.values()].map(({ noticedAt = 0 }) => (noticedAt - Date.UTC(2026, 7, 14, 9)) / 1000)).toEqual(
      [80, 80],
    );
  });

  it('is drawn from the seed for pools without a source of their own', async () => {
    const seed = { source: 'seed', instances: [7, 7], dropsPerDay: 0, sharedDropsPerDay: 0 };
    const { market } = await played({ capacity: [seed, { source: 'constant', ...pool, instances: 3 }] });
    expect(market.capacity(own)).toBe(3);
    expect(market.capacity({ type: 'm5.large', zone: 'eu-west-1b' })).toBe(7);
  });

  it('is measured: a folder of traces beside the file', async () => {
    const folder = join(directory, 'aws-2026-m6i.large-4node');
    mkdirSync(folder);
    const data = JSON.stringify({ metadata: { gap_seconds: 100 }, data: [3, 2, 2, 2] });
    writeFileSync(join(folder, 'eu-west-1a.json'), data);
    const capacity = [{ source: 'traces', directory: 'aws-2026-m6i.large-4node' }];
    expect((await played({ capacity })).account.tally().interrupted.size).toBe(1);
    writeFileSync(join(folder, 'eu-west-1a.json'), '{"metadata":\nnope');
    expect(await complaint({ capacity })).toBe(
      'my.json: simulation.capacity[0].directory: aws-2026-m6i.large-4node/eu-west-1a.json: not JSON at line 2, column 1',
    );
  });

  it.each([
    [{ source: 'constant', ...pool, instances: -1 }, 'capacity[0].instances is -1; expected a whole number from 0'],
    [
      { source: 'sript', ...pool },
      'capacity[0].source is "sript"; expected constant, script, seed, traces; did you mean',
    ],
    [{ source: 'script', ...pool, steps: [] }, 'capacity[0].steps is empty: expected at least one step'],
    [{ source: 'seed', instances: [9, 3] }, 'capacity[0].instances is [9,3]; expected two whole numbers'],
    [{ source: 'traces', directory: 'none-m5.large' }, 'capacity[0].directory: none-m5.large: ENOENT'],
  ])('%j is refused', async (source, message) => {
    expect(await complaint({ capacity: [source] })).toContain(`my.json: simulation.${message}`);
  });
});

describe('what else is scarce in a scenario file', () => {
  it('are On-Demand pools and quotas', async () => {
    const { parts } = await played({ closedOnDemandPools: [pool], quotas: { 'L-34B43A08': 12 } });
    expect(parts.fleet.availableOnDemand(own)).toBe(false);
    expect(parts.fleet.quotas.limit('L-34B43A08')).toBe(12);
    expect(await complaint({ quotas: { 'L-0': 12 } })).toBe('my.json: L-0 is not a vCPU quota of EC2');
  });

  it('is a plan of faults, struck in the drill', async () => {
    const calls = [{ fault: 'throttling', service: 'ecs', operation: 'List*' }];
    const scenario = await loadScenario(written({ faults: { calls } }));
    const { account } = await runDrill(scenario, { seed: 1 });
    const lists = account.endpoint.calls.entries.filter(({ operation }) => operation === 'ListClusters');
    expect(lists.length).toBeGreaterThan(0);
    expect(new Set(lists.map(({ outcome }) => outcome))).toEqual(new Set(['ThrottlingException']));
    expect(await complaint({ faults: { calls: [{ fault: 'thunder' }] } })).toMatch(
      /^my\.json: simulation\.faults\.calls\[0\]\.fault is "thunder"; it must be one of throttling/,
    );
  });
});

describe('the story of a scenario file', () => {
  it('changes the capacity of a pool', async () => {
    const { account, market } = await played(story({ do: 'setCapacity', ...pool, instances: 1 }));
    expect(account.tally().interrupted.size).toBe(2);
    expect(market.capacity(own)).toBe(1);
  });

  it('takes On-Demand capacity away', async () => {
    const { market } = await played(story({ do: 'setOnDemandAvailable', ...pool, available: false }));
    expect(market.hasOnDemand(own)).toBe(false);
  });

  it('loses a zone and gives it back', async () => {
    const zone = { AvailabilityZone: 'eu-west-1a' };
    const { told, market } = await played(story({ do: 'loseZone', ...zone }, { at: 60, do: 'restoreZone', ...zone }));
    expect(told).toContain('eu-west-1a fails');
    expect(told).toContain('eu-west-1a is back');
    expect(market.headroom(own)).toBeGreaterThan(0);
  });

  it('disconnects agents', async () => {
    const { parts } = await played(story({ do: 'setAgent', ...pool, count: 2, connected: false }));
    const instances = [...parts.ecs.instances.byEc2Id.values()];
    expect(instances.filter(({ agentConnected }) => !agentConnected)).toHaveLength(2);
  });

  it('has Fargate run out of capacity', async () => {
    const { parts } = await played(
      story({ do: 'setFargateCapacity', spot: true, vcpus: 0 }, { do: 'interruptFargateSpot', count: 2 }),
    );
    expect(parts.ecs.fargate.tasks.size).toBe(0);
  });

  it('deploys a revision that fails', async () => {
    const service = { cluster: 'prod', service: 'checkout' };
    const { parts } = await played(story({ do: 'deploy', ...service, workload: { exitsAfterMs: 2000 } }));
    const [primary] = parts.ecs.state.clusters.get('prod')?.services.get('checkout')?.deployments ?? [];
    expect(primary).toMatchObject({
      status: 'PRIMARY',
      definition: { revision: 2, behaviour: { exitsAfterMs: 2000 } },
    });
    expect(primary?.failedTasks).toBeGreaterThan(0);
  });

  it('has a person call the API, and tells what came of it', async () => {
    const call = { do: 'call', service: 'ecs', operation: 'UpdateService' };
    const { parts, told } = await played(
      story(
        { ...call, input: { cluster: 'prod', service: 'checkout', desiredCount: 4 } },
        { ...call, input: { cluster: 'prod', service: 'nobody' } },
      ),
    );
    expect(parts.ecs.state.clusters.get('prod')?.services.get('checkout')?.desired).toBe(4);
    expect(told).toContain('ecs:UpdateService by person: ok');
    expect(told).toContain('ecs:UpdateService by person: ServiceNotFoundException');
  });

  it.each([
    [{ do: 'call', service: 's3', operation: 'GetObject' }, 'story[0].service is "s3"; expected ecs, ec2'],
    [
      { do: 'call', service: 'ecs', operation: 'UpdateServce' },
      'story[0].operation is "UpdateServce"; expected a known one; did you mean "UpdateService"?',
    ],
    [
      { do: 'loseZone', AvailabilityZone: 'us-east-1a' },
      'story[0].AvailabilityZone is "us-east-1a"; expected a zone of eu-west-1',
    ],
    [{ do: 'setCapacity', ...pool, instances: 1.5 }, 'story[0].instances is 1.5; expected a whole number'],
    [{ do: 'deploy', cluster: 'prod', service: 'chekout' }, 'story[0].service is "chekout"; expected'],
    [
      { do: 'deploy', cluster: 'prod', service: 'checkout', workload: { exitMs: 1 } },
      'story[0].workload.exitMs is not known',
    ],
  ])('%j is refused', async (step, message) => {
    expect(await complaint(story(step))).toContain(`my.json: simulation.${message}`);
  });
});
