import { readFile } from 'node:fs/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nearest } from '../../../cli/scenario-file/nearest.ts';
import { ScenarioFileError } from '../../../cli/scenario-file/read.ts';
import { printed, readScenarioFile } from '../../../cli/scenario-file/scenario-file.ts';
import { JsonTextError, parseJson } from '../../../sim/json-text.ts';

const text = await readFile('cli/scenarios/default.json', 'utf8');

/** What a reader says of the default file after one change to it. */
function complaint(change: (file: ReturnType<typeof JSON.parse>) => void): string {
  const file = JSON.parse(text);
  change(file);
  try {
    readScenarioFile(JSON.stringify(file), 'my.json');
  } catch (error) {
    if (error instanceof ScenarioFileError) return error.message;
    throw error;
  }
  return 'none';
}

describe('a scenario file', () => {
  it('is read with what was left out filled in, and printed the same again and again', () => {
    const file = readScenarioFile(text, 'default.json');
    expect(file.account.services[0]?.deploymentConfiguration.maximumPercent).toBe(200);
    expect(printed(readScenarioFile(printed(file), 'again'))).toBe(printed(file));
  });

  it('that is no JSON is refused with the line and column', () => {
    expect(() => readScenarioFile('{\n  "version": "1",\n  "account": tru }', 'my.json')).toThrow(
      /^my\.json: not JSON at line 3, column 14$/,
    );
    expect(() => readScenarioFile('', 'my.json')).toThrow('my.json: not JSON at line 1, column 1');
  });

  it('names the place, the value and what is expected', () => {
    expect(complaint((file) => (file.account.services[1].desiredCount = -1))).toBe(
      'my.json: account.services[1].desiredCount is -1; expected a whole number from 0 to 5000',
    );
    expect(complaint((file) => delete file.account.region)).toBe(
      'my.json: account.region is missing; expected a Region such as "eu-west-1"',
    );
    expect(complaint((file) => (file.account.services = {}))).toBe('my.json: account.services is {}; expected a list');
    expect(complaint((file) => (file.version = '2'))).toBe('my.json: version is "2"; expected 1');
  });

  it('with a negative capacity is refused', () => {
    expect(complaint((file) => (file.account.autoScalingGroups[0].Instances[2].Count = -3))).toBe(
      'my.json: account.autoScalingGroups[0].Instances[2].Count is -3; expected a whole number from 1 to 5000',
    );
  });

  it('with an unknown instance type is told the nearest', () => {
    const place = 'account.autoScalingGroups[0].Instances[0].InstanceType';
    expect(complaint((file) => (file.account.autoScalingGroups[0].Instances[0].InstanceType = 'm6i.lage'))).toBe(
      `my.json: ${place} is "m6i.lage"; expected a known one; did you mean "m6i.large"?`,
    );
  });

  it('with an unknown member is told the nearest', () => {
    expect(complaint((file) => (file.account.services[0].desiredCont = 1))).toBe(
      'my.json: account.services[0].desiredCont is not known; did you mean "desiredCount"?',
    );
    expect(complaint((file) => (file.simulation.story[0].do = 'interruptpools'))).toMatch(
      /did you mean "interruptPool"\?$/,
    );
  });

  it('with a name that points nowhere is told where', () => {
    expect(complaint((file) => (file.account.services[0].cluster = 'pord'))).toBe(
      'my.json: account.services[0].cluster is "pord"; expected prod; did you mean "prod"?',
    );
    expect(complaint((file) => (file.account.services[0].targetGroup = 'x'))).toMatch(/expected checkout, search$/);
    expect(complaint((file) => (file.simulation.traffic.nobody = { requestsPerSecond: 1 }))).toMatch(
      /^my\.json: simulation\.traffic is "nobody"/,
    );
  });

  it('with a name twice, a zone elsewhere or a group outside its sizes is refused', () => {
    expect(complaint((file) => file.account.clusters.push({ clusterName: 'prod' }))).toMatch(
      /^my\.json: account\.clusters\[1\]\.clusterName is "prod"; account\.clusters\[0\] has that name already$/,
    );
    expect(complaint((file) => (file.account.region = 'us-east-1'))).toMatch(/expected a zone of us-east-1/);
    expect(complaint((file) => (file.account.autoScalingGroups[0].MaxSize = 5))).toBe(
      'my.json: account.autoScalingGroups[0].Instances, counted, is 6; expected 0 to 5, the sizes of the group',
    );
  });
});

describe('the place where a text stops to be JSON', () => {
  it('is found in whatever JSON.parse refuses, and within the text', () => {
    const broken = fc.tuple(fc.json({ maxDepth: 3 }), fc.nat(), fc.constantFrom('', '}', ',', '"', 'x'));
    fc.assert(
      fc.property(broken, ([json, cut, more]) => {
        const candidate = json.slice(0, cut % (json.length + 1)) + more;
        try {
          parseJson(candidate);
        } catch (error) {
          if (!(error instanceof JsonTextError)) throw error;
          expect(error.place.column).toBeGreaterThanOrEqual(1);
          expect(error.place.column).toBeLessThanOrEqual(candidate.length + 1);
          return;
        }
        JSON.parse(candidate);
      }),
    );
  });

  it.each([
    ['[1, 2,, 3]', 7],
    ['{"a" 1}', 6],
    ['[1 2]', 4],
    ['{"a": "b', 7],
    ['[01]', 3],
    ['[1] 2', 5],
  ])('of %s is column %i', (candidate, column) => {
    expect(() => parseJson(candidate)).toThrow(`not JSON at line 1, column ${column}`);
  });
});

describe('the nearest name', () => {
  it('is the one with the fewest edits, and none when all are far', () => {
    expect(nearest('m5.lagre', ['m5.xlarge', 'm5.large'])).toBe('m5.large');
    expect(nearest('completely', ['m5.large'])).toBeUndefined();
  });
});
