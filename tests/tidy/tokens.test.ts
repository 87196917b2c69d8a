import { describe, expect, test } from 'vitest';
import { edges } from './edges.ts';
import {
  dependenciesAreUsedAndPinned,
  edgesAreInUse,
  everyTestRuns,
  namesNoMachineAndNoRegistry,
  nothingIsLeftToDo,
  ownModulesAreNotMocked,
  timeAndChanceComeFromTheEdge,
} from './tokens.ts';

const file = (path: string, text: string) => ({ path, text });
const inCode = (text: string) => [file('sim/thing.ts', text)];

describe('time, timers and chance', () => {
  test.each([
    'const t = Date.now();',
    'const t = new Date();',
    'const r = Math.random();',
    'const t = performance.now();',
    'setTimeout(f, 1);',
    'globalThis.setTimeout(f, 1);',
    'setInterval(f, 1);',
    'setImmediate(f);',
    'const id = crypto.randomUUID();',
    "import { setTimeout as sleep } from 'node:timers/promises';",
    "import { randomUUID } from 'node:crypto';",
    'const s = AbortSignal.timeout(5);',
    'run(Date.now);',
  ])('may not be used away from the edge: %s', (text) => {
    expect(timeAndChanceComeFromTheEdge(inCode(text))).toHaveLength(1);
  });

  test.each(['const d = new Date(at);', '// Date.now() is not used', "const s = 'setTimeout';", 'clock.now();'])(
    'are not used by: %s',
    (text) => {
      expect(timeAndChanceComeFromTheEdge(inCode(text))).toEqual([]);
    },
  );

  test('may be used by an edge file, only as far as its entry says', () => {
    expect(timeAndChanceComeFromTheEdge([file('sim/clock.ts', 'setImmediate(f);')])).toEqual([]);
    expect(timeAndChanceComeFromTheEdge([file('sim/clock.ts', 'setTimeout(f);')])).toHaveLength(1);
  });

  test('an edge that uses nothing is told', () => {
    const listed = edges.flatMap(({ uses }) => uses);
    expect(edgesAreInUse([])).toHaveLength(listed.length);
    const rest = edgesAreInUse([file('sim/clock.ts', 'setImmediate(f);')]);
    expect(rest.some((violation) => violation.includes('sim/clock.ts'))).toBe(false);
  });
});

test('work left to do is told', () => {
  const word = ['TO', 'DO'].join('');
  expect(nothingIsLeftToDo(inCode(`// ${word}: later\nf();`))).toEqual(['sim/thing.ts:1: work left to do']);
});

test.each(['only', 'skip', 'todo'])('a test with .%s is told', (word) => {
  expect(everyTestRuns(inCode(`test.${word}('x', f);`))).toHaveLength(1);
  expect(everyTestRuns(inCode(`describe.each([1]).${word}('x', f);`))).toHaveLength(1);
});

test('a mock of one of our own modules is told, one of a package is not', () => {
  expect(ownModulesAreNotMocked(inCode("vi.mock('../shared/run.ts');"))).toHaveLength(1);
  expect(ownModulesAreNotMocked(inCode("vi.mock(import('./run.ts'), f);"))).toHaveLength(1);
  expect(ownModulesAreNotMocked(inCode("vi.mock('node:fs');"))).toEqual([]);
});

test('a path of one machine and the host of a registry are told in any file', () => {
  const path = ['', 'home', 'someone', 'spotkeeper'].join('/');
  const host = ['registry', 'npmjs', 'org'].join('.');
  const text = `cd ${path}\nsee https://${host}/left-pad\n`;
  expect(namesNoMachineAndNoRegistry([file('README.md', text)])).toEqual([
    'README.md:1: a path of one machine',
    'README.md:2: the host of a package registry',
  ]);
  const harmless = 'https://docs.aws.amazon.com/home/x and npm run package, dist/root/x';
  expect(namesNoMachineAndNoRegistry([file('README.md', harmless)])).toEqual([]);
});

test('a dependency must be imported and pinned, and an import declared', () => {
  const manifest = {
    dependencies: { used: '1.2.3', idle: '1.2.3', loose: '^1.2.3' },
    devDependencies: { tool: '1.0.0' },
  };
  const files = [
    file('package.json', JSON.stringify(manifest)),
    file('sim/a.ts', "import 'used/part';\nimport 'loose';\nimport '@scope/missing/part';\nimport 'node:fs';"),
  ];
  expect(dependenciesAreUsedAndPinned(['tool'])(files)).toEqual([
    'package.json: nothing imports idle',
    'package.json: loose is not pinned exactly',
    'package.json: @scope/missing is missing',
  ]);
});
