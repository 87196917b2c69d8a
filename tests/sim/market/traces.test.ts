import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { marketOf, tracesFrom } from '../../../sim/market/traces.ts';
import { regionName, smallAccount } from '../small-account.ts';

let directory: string;
let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'traces-'));
  directory = join(root, 'aws-2026-01-02-m6i.large-4node');
  mkdirSync(directory);
});

afterEach(() => rmSync(root, { recursive: true }));

const write = (zone: string, content: unknown): void =>
  writeFileSync(join(directory, `${zone}.json`), typeof content === 'string' ? content : JSON.stringify(content));

const trace = (data: unknown, gap: unknown = 300) => ({ metadata: { gap_seconds: gap }, data });

describe('a folder of traces', () => {
  test('gives one pool a file, over the time of the shortest', () => {
    write('eu-west-1b', trace([1, 1, 1]));
    write('eu-west-1a', trace([4, 4, 2, 0, 3]));
    const { type, lengthMs, pools } = tracesFrom(directory);
    expect(type).toBe('m6i.large');
    expect(lengthMs).toBe(900_000);
    expect(pools.map(({ zone }) => zone)).toEqual(['eu-west-1a', 'eu-west-1b']);
    const [first] = pools;
    expect([0, 599_999, 600_000, 5_000_000].map((ms) => first?.source.at(ms).capacity)).toEqual([4, 4, 2, 2]);
    expect(first?.source.next(0)).toEqual({ atMs: 600_000, capacity: 2 });
  });

  test('can be read for one region only', () => {
    write('eu-west-1a', trace([1, 1, 1]));
    write('us-west-2a', trace([1]));
    expect(tracesFrom(directory, { region: 'eu-west-1' })).toMatchObject({
      lengthMs: 900_000,
      pools: [{ zone: 'eu-west-1a' }],
    });
  });

  test('is replayed: instances are taken when the capacity falls and launches succeed when it rises', async () => {
    write('eu-west-1a', trace([3, 1, 1, 2, 2]));
    const traces = tracesFrom(directory);
    const { region, runTo, eventsOf } = smallAccount({ market: () => marketOf(traces) });
    const options = { type: 'm6i.large', zone: 'eu-west-1a' };
    for (let n = 0; n < 3; n += 1) region.addInstance(options);
    const isRefused = () => expect(() => region.addInstance(options)).toThrow('no Spot capacity');
    isRefused();
    await runTo(299);
    expect(eventsOf('EC2 Spot Instance Interruption Warning')).toHaveLength(0);
    await runTo(300);
    expect(eventsOf('EC2 Spot Instance Interruption Warning')).toHaveLength(2);
    isRefused();
    await runTo(420);
    const { instances } = region.parts.fleet;
    expect([...instances.values()].filter(({ state }) => state === 'running')).toHaveLength(1);
    await runTo(900);
    region.addInstance(options);
    isRefused();
  });

  test.each([
    ['{', /eu-west-1a\.json: not JSON at line 1, column 2$/],
    ['{"metadata":\n  nope', /eu-west-1a\.json: not JSON at line 2, column 3$/],
    ['"text"', /the content is "text": expected an object with metadata and data/],
    [[1, 2], /eu-west-1a\.json: the content is \[1,2\]: expected an object with metadata and data/],
    [{ data: [1] }, /metadata\.gap_seconds is undefined: expected whole seconds/],
    [trace([1], 0), /metadata\.gap_seconds is 0: expected whole seconds from 1/],
    [trace([]), /data is \[\]: expected a list of at least one number/],
    [trace([1, 2, -1]), /eu-west-1a\.json: data\[2\] is -1: expected a whole number of instances, at least 0/],
    [trace([1, 0.5]), /data\[1\] is 0\.5: expected a whole number/],
    [trace([1, '2']), /data\[1\] is "2": expected a whole number/],
    [trace([null]), /data\[0\] is null: expected a whole number/],
  ])('with %j in a file is refused, by file, place and expectation', (content, message) => {
    write('eu-west-1a', content);
    expect(() => tracesFrom(directory)).toThrow(message);
  });

  test('with files of different ticks is refused', () => {
    write('eu-west-1a', trace([1]));
    write('eu-west-1b', trace([1], 60));
    expect(() => tracesFrom(directory)).toThrow(/eu-west-1b\.json: metadata\.gap_seconds is 60: expected 300, as in /);
  });

  test('with a file that cannot be read is refused, and so is a folder that is not there', () => {
    mkdirSync(join(directory, 'eu-west-1a.json'));
    expect(() => tracesFrom(directory)).toThrow(/eu-west-1a\.json: EISDIR.*: expected a file to read$/);
    expect(() => tracesFrom(join(root, 'm6i.large'))).toThrow(/ENOENT.*: expected a folder of traces$/);
  });

  test('with a file that is not named after a zone is refused', () => {
    write('notes', trace([1]));
    expect(() => tracesFrom(directory)).toThrow(/notes\.json: expected the name of a zone, as in us-west-2a\.json$/);
  });

  test('can be of another instance type than its name says, if EC2 has it', () => {
    write('eu-west-1a', trace([1]));
    expect(tracesFrom(directory, { type: 'm5.large' }).pools).toMatchObject([{ type: 'm5.large' }]);
    expect(() => tracesFrom(directory, { type: 'm5.lage' })).toThrow('the instance type is "m5.lage": expected one');
  });

  test('must have files, and an instance type in its name', () => {
    expect(() => tracesFrom(directory)).toThrow('expected one file <zone>.json for each pool, found none');
    expect(() => tracesFrom(root)).toThrow('expected an instance type in the name of the folder');
  });
});

test('a zone outside the region cannot be replayed there', () => {
  const { region } = smallAccount();
  expect(regionName).toBe('eu-west-1');
  expect(() => region.addInstance({ type: 'm6i.large', zone: 'us-east-2b' })).toThrow(
    'Invalid availability zone: [us-east-2b]',
  );
});
