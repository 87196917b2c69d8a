import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { drillCommand } from '../../../cli/drill.ts';

let root: string;
let directory: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'replay-'));
  directory = join(root, 'aws-2026-01-02-m6i.large-4node');
  mkdirSync(directory);
});

afterEach(() => rmSync(root, { recursive: true }));

const write = (zone: string, data: readonly number[], gap = 300): void =>
  writeFileSync(join(directory, `${zone}.json`), JSON.stringify({ metadata: { gap_seconds: gap }, data }));

async function drill(...argv: readonly string[]) {
  const printed: string[] = [];
  const complained: string[] = [];
  const code = await drillCommand(['--traces', directory, ...argv], {
    print: (line) => printed.push(line),
    complain: (line) => complained.push(line),
    color: false,
  });
  return { code, text: printed.join('\n'), complained };
}

const told = async (...argv: readonly string[]) => JSON.parse((await drill('--json', ...argv)).text);

describe('npm run drill -- --traces', () => {
  it('counts the time in which all tasks run: all of it while there is capacity', async () => {
    write('eu-west-1a', Array(24).fill(2));
    const { without, target } = await told('--target', '2', '--without', '--spot-ratio', '0.3');
    expect(target).toBe(2);
    expect(without).toMatchObject({ availability: 1, interruptions: 0, launchesRefused: 0 });
    // Two instances over two hours, at 0.3 of what two On-Demand instances cost.
    expect(without.instanceHours).toBeGreaterThan(3.9);
    expect(without.cost).toBeCloseTo((without.instanceHours / 4) * 0.3, 10);
  });

  it('counts what a shortage costs: interruptions, refused launches, time with too few tasks', async () => {
    // From minute 60 to minute 90 the pool holds one instance: two are wanted.
    write('eu-west-1a', [...Array(12).fill(2), ...Array(6).fill(1), ...Array(6).fill(2)]);
    const { without } = await told('--target', '2', '--without');
    expect(without.interruptions).toBe(1);
    expect(without.launchesRefused).toBeGreaterThan(0);
    // 110 minutes count; two of the thirty are the notice, and the new instance boots before its task runs.
    expect(without.availability).toBeLessThan((110 - 28) / 110);
    expect(without.availability).toBeGreaterThan((110 - 28 - 15) / 110);
  });

  it('shows the run with spotkeeper beside the one without where they differ', async () => {
    write('eu-west-1a', [...Array(6).fill(2), ...Array(3).fill(0), ...Array(3).fill(2)]);
    const { text, code } = await drill('--target', '2');
    expect(code).toBe(0);
    expect(text).toContain('2 tasks, one on each Spot Instance (m6i.large), in eu-west-1: eu-west-1a');
    expect(text).toMatch(/^The same capacity +with/m);
    expect(text).toMatch(/^availability +\d+\.\d\d %/m);
    expect(text.replaceAll('\n', ' ')).toMatch(/prices of the simulated market, 0\.\d\d of On-Demand on average/);
    expect((await drill('--target', '2', '--without')).text).toMatch(/^The same capacity +without$/m);
  });

  it('gives the same outcome for the same seed', async () => {
    write('eu-west-1a', [3, 1, 2, 0, 3, 3]);
    expect(await told('--seed', '7')).toEqual(await told('--seed', '7'));
  });

  it('replays the Region with the most files, or the one asked for, and says what it leaves out', async () => {
    write('us-west-2a', [1, 1]);
    write('eu-west-1a', [1, 1, 1]);
    write('eu-west-1b', [1, 1]);
    const { text } = await drill('--without');
    expect(text).toContain('in eu-west-1: eu-west-1a, eu-west-1b');
    expect(text).toContain('Left out: us-west-2');
    expect(text).toContain('The shortest file ends the replay: eu-west-1a would go on.');
    expect(await told('--without', '--region', 'us-west-2')).toMatchObject({ region: 'us-west-2' });
  });

  it('wants by default what the pools but the largest ever held, from 1 to 8', async () => {
    write('eu-west-1a', [16, 16]);
    expect(await told('--without')).toMatchObject({ target: 1 });
    write('eu-west-1b', [16, 16]);
    expect(await told('--without')).toMatchObject({ target: 8 });
    write('eu-west-1a', [1, 0]);
    write('eu-west-1b', [1, 1]);
    write('eu-west-1c', [1, 1]);
    expect(await told('--without')).toMatchObject({ target: 2 });
  });

  it('refuses a folder that it cannot replay, in one line, and exits with 2', async () => {
    expect(await drill()).toMatchObject({ code: 2, complained: [expect.stringMatching(/expected one file <zone>/)] });
    write('eu-west-1a', [2, -1]);
    expect(await drill()).toMatchObject({
      code: 2,
      text: '',
      complained: [expect.stringMatching(/eu-west-1a\.json: data\[1\] is -1: expected a whole number of instances/)],
    });
    write('eu-west-1a', [2, 1]);
    write('eu-west-1b', [2, 1], 60);
    expect((await drill()).complained).toEqual([
      expect.stringMatching(/eu-west-1b\.json: metadata\.gap_seconds is 60: expected 300, as in .*eu-west-1a\.json$/),
    ]);
  });

  it.each([
    [['--region', 'mars-1'], /has no pool in "mars-1": expected eu-west-1$/],
    [['--type', 'm6i.lage'], /^the instance type is "m6i.lage": expected one that EC2 has$/],
    [['--target', '0'], /^--target is "0"; allowed: a whole number from 1 to 1000$/],
    [['--spot-ratio', '3'], /^--spot-ratio is "3"; allowed: a number from 0 to 1, such as 0\.3$/],
    [['--scenario', 'storm'], /^--scenario and --traces exclude each other$/],
  ])('refuses %j', async (argv, complaint) => {
    write('eu-west-1a', [1]);
    expect(await drill(...argv)).toMatchObject({ code: 2, complained: [expect.stringMatching(complaint)] });
  });

  it('wants --traces with the options of a replay', async () => {
    const complained: string[] = [];
    const terminal = { print: () => {}, complain: (line: string) => complained.push(line), color: false };
    expect(await drillCommand(['--target', '3'], terminal)).toBe(2);
    expect(complained).toEqual(['--target needs --traces DIR']);
  });
});
