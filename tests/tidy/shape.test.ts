import { expect, test } from 'vitest';
import {
  decisionsAreNumbered,
  filesAreShort,
  functionsAreShort,
  functionsTakeFewParameters,
  namesSayWhatIsInside,
} from './shape.ts';

const file = (path: string, text = '') => ({ path, text });
const lines = (count: number) => 'f();\n'.repeat(count);

test('a file of 251 lines is too long, one of 250 is not', () => {
  expect(filesAreShort([file('sim/a.ts', lines(251))])).toEqual(['sim/a.ts: 251 lines, at most 250']);
  expect(filesAreShort([file('sim/a.ts', lines(250)), file('README.md', lines(300))])).toEqual([]);
});

test('a function of 71 lines is too long, one of 70 is not', () => {
  expect(functionsAreShort([file('sim/a.ts', `const f = () => {\n${lines(69)}};`)])).toHaveLength(1);
  expect(functionsAreShort([file('sim/a.ts', `const f = () => {\n${lines(68)}};`)])).toEqual([]);
  expect(functionsAreShort([file('sim/a.ts', `class A { b() {\n${lines(69)}} }`)])).toHaveLength(1);
});

test('a describe may hold any number of tests', () => {
  expect(functionsAreShort([file('tests/a.test.ts', `describe('a', () => {\n${lines(99)}});`)])).toEqual([]);
});

test('a fifth parameter is one too many', () => {
  expect(functionsTakeFewParameters([file('sim/a.ts', 'const f = (a, b, c, d, e) => a;')])).toHaveLength(1);
  expect(functionsTakeFewParameters([file('sim/a.ts', 'function f(a, b, c, d) {}')])).toEqual([]);
});

test.each([
  'sim/myFile.ts',
  'sim/My-file.ts',
  'sim/snake_case.ts',
  'sim/world/utils.ts',
  'shared/types.ts',
  'cli/task-helpers.ts',
  'shared/common/money.ts',
])('%s is no name for a file', (path) => {
  expect(namesSayWhatIsInside([file(path)])).toHaveLength(1);
});

test.each([
  'sim/ecs/tasks.ts',
  'sim/ec2/instance-types.json',
  'tests/fixtures/events/ec2-state-change.running.json',
  'README.md',
  '.ci/run',
  '.gitignore',
])('%s is a name for a file', (path) => {
  expect(namesSayWhatIsInside([file(path)])).toEqual([]);
});

test('a gap in the numbers of decisions is told', () => {
  const decision = (name: string) => file(`docs/decisions/${name}`);
  expect(decisionsAreNumbered([decision('0001-queues.md'), decision('0003-table.md')])).toHaveLength(1);
  expect(decisionsAreNumbered([decision('0001-queues.md'), decision('0002-table.md')])).toEqual([]);
});
