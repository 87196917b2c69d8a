import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, describe, expect, test } from 'vitest';
import { benchArguments } from '../../../bench/arguments.ts';
import { benchmarks } from '../../../bench/benchmarks.ts';
import { isReached, table } from '../../../bench/figure.ts';
import { traces } from '../../../bench/traces/traces.ts';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

function folderOf(files: Readonly<Record<string, readonly number[]>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'some-traces-'));
  folders.push(folder);
  for (const [zone, data] of Object.entries(files)) {
    writeFileSync(join(folder, `${zone}.json`), JSON.stringify({ metadata: { gap_seconds: 300 }, data }));
  }
  return folder;
}

const two = { 'eu-west-1a': [2, 2, 2, 1, 1, 2], 'eu-west-1b': [0, 0, 1, 1, 0, 0], 'us-east-1a': [1, 1, 0, 0, 1, 1] };

describe('the benchmark of traces', () => {
  test('replays each region of a folder, and all of them together', async () => {
    const benchmark = traces({ directory: folderOf(two), region: undefined, target: 2 });
    const text = table(benchmark, await benchmark.measure());
    expect(text).toMatch(/^ {2}eu-west-1: 2 pools, 2 tasks, 0\.0 days$/m);
    expect(text).toMatch(/^ {2}us-east-1: 1 pool, 2 tasks/m);
    expect(text).toMatch(/^ {2}all regions: 3 pools/m);
    expect(text.match(/^ {2}On-Demand only +100\.00 % +1\.000/gm)).toHaveLength(3);
    expect(text.match(/Fargate is taken to have room/g)).toHaveLength(1);
  });

  test('replays one region alone', async () => {
    const benchmark = traces({ directory: folderOf(two), region: 'us-east-1', target: 1 });
    const tables = new Set((await benchmark.measure()).map(({ cell }) => cell?.table));
    expect([...tables]).toEqual(['us-east-1: 1 pool, 1 task, 0.0 days', undefined]);
  });

  test('uses a drawn market without traces, says where there are some, and reaches its goals', async () => {
    expect(traces().title).toContain('https://github.com/skypilot-org/spot-traces');
    const figures = await traces().measure();
    expect(figures.map(isReached).filter((reached) => reached !== undefined)).toEqual([true, true, true]);
  });
});

describe('the arguments of the benchmarks', () => {
  const of = (text: string) => benchArguments(text.split(' '), benchmarks);

  test('name one benchmark, or none for all', () => {
    expect(benchArguments([], benchmarks)).toEqual({ chosen: benchmarks, json: false });
    const { chosen, json } = of('traces --json');
    expect({ names: chosen.map(({ name }) => name), json }).toEqual({ names: ['traces'], json: true });
    expect(of('traces --traces some/folder --target 3').chosen[0]?.title).toContain('some/folder');
  });

  test.each([
    ['nothing', /takes --json and at most one name: hundred-notices, /],
    ['traces stops', /at most one name/],
    ['--fast', /at most one name/],
    ['traces --traces', /traces takes --traces DIR/],
    ['traces --target 3', /^--target needs --traces DIR$/],
    ['stops --traces some', /^--traces goes with the benchmark traces$/],
    ['traces --traces some --target many', /^--target is "many"; allowed: a whole number from 1 to 1000$/],
    ['traces --traces some --target 0', /^--target is "0"; allowed/],
  ])('that are wrong are told in one line: %s', (text, message) => {
    expect(() => of(text)).toThrow(message);
  });
});

describe('the command', () => {
  const run = (...args: readonly string[]) => promisify(execFile)(process.execPath, ['bench/run.ts', ...args]);

  test('ends with 2 and one line when the folder is not there', async () => {
    await expect(run('traces', '--traces', 'no/such/folder', '--target', '3')).rejects.toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringMatching(/^no\/such\/folder: ENOENT.*: expected a folder of traces\n$/),
    });
  });

  test('ends with 2 and one line when the folder has no such region', async () => {
    await expect(run('traces', '--traces', folderOf(two), '--region', 'eu-west-9')).rejects.toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/^.* has no pool in "eu-west-9": expected eu-west-1, us-east-1\n$/),
    });
  });
});
