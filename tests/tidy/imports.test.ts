import { describe, expect, test } from 'vitest';
import { hasNoBarrels, hasNoImportCircles, importsOnlyWhatItsLayerMay } from './imports.ts';

const file = (path: string, ...text: string[]) => ({ path, text: text.join('\n') });
const importing = (path: string, from: string) => file(path, `import { x } from '${from}';`, 'export const y = x;');

describe('the table of layers', () => {
  test.each([
    ['shared/model/fleet.ts', '../plan/action.ts'],
    ['shared/model/fleet.ts', 'node:fs'],
    ['shared/events/event.ts', '../policy.ts'],
    ['shared/core/pacing.ts', '../aws/clock.ts'],
    ['shared/policy.ts', './plan/action.ts'],
    ['shared/plan/action.ts', '../policy.ts'],
    ['shared/flow.ts', './run.ts'],
    ['shared/run.ts', './aws/clients.ts'],
    ['shared/lambda.ts', '../functions/interruption/flow.ts'],
    ['shared/aws/drain.ts', '../run.ts'],
    ['shared/aws/drain.ts', '../slack/post.ts'],
    ['shared/aws/drain.ts', '@middy/core'],
    ['functions/interruption/decide.ts', './reader.ts'],
    ['functions/interruption/decide/urgent.ts', '../../../shared/aws/drain.ts'],
    ['functions/interruption/flow.ts', './handler.ts'],
    ['functions/interruption/flow.ts', './ports.ts'],
    ['functions/interruption/flow.ts', '../failover/decide.ts'],
    ['functions/interruption/observe/map.ts', '@aws-sdk/client-ecs'],
    ['functions/interruption/ports.ts', '../../shared/run.ts'],
    ['functions/interruption/handler.ts', '../../shared/aws/clients.ts'],
    ['functions/flows.ts', './interruption/handler.ts'],
    ['sim/account.ts', '../shared/model/fleet.ts'],
    ['sim/account.ts', 'fast-check'],
    ['cli/drill.ts', '../functions/interruption/handler.ts'],
    ['tests/run.test.ts', '../functions/interruption/handler.ts'],
  ])('%s may not import %s', (path, from) => {
    expect(importsOnlyWhatItsLayerMay([importing(path, from)])).toHaveLength(1);
  });

  test.each([
    ['shared/events/event.ts', '../model/origin.ts'],
    ['shared/aws/drain.ts', '../core/pacing.ts'],
    ['shared/aws/drain.ts', '@aws-sdk/client-ecs'],
    ['shared/lambda.ts', '@middy/core'],
    ['functions/interruption/decide/urgent.ts', './drain.ts'],
    ['functions/interruption/flow.ts', './decide/urgent.ts'],
    ['functions/interruption/ports.ts', './reader.ts'],
    ['functions/interruption/handler.ts', './ports.ts'],
    ['functions/flows.ts', './failover/flow.ts'],
    ['sim/wire/json.ts', '@smithy/core/schema'],
    ['cli/drill.ts', '../functions/interruption/ports.ts'],
  ])('%s may import %s', (path, from) => {
    expect(importsOnlyWhatItsLayerMay([importing(path, from)])).toEqual([]);
  });

  test('holds for types, re-exports and dynamic imports too', () => {
    const text = [
      "import type { A } from '../plan/action.ts';",
      "export { b } from '../plan/action.ts';",
      "export const c = () => import('../plan/action.ts');",
      "export type D = import('../plan/action.ts').D;",
    ];
    expect(importsOnlyWhatItsLayerMay([file('shared/model/fleet.ts', ...text)])).toHaveLength(4);
  });

  test('refuses a file in a folder that it does not know', () => {
    expect(importsOnlyWhatItsLayerMay([file('lib/thing.ts', 'export {};')])).toHaveLength(1);
  });
});

test('a circle of imports is told with its files', () => {
  const circle = [importing('sim/a.ts', './b.ts'), importing('sim/b.ts', './c.ts'), importing('sim/c.ts', './a.ts')];
  expect(hasNoImportCircles(circle)).toEqual(['sim/a.ts -> sim/b.ts -> sim/c.ts -> sim/a.ts: a circle of imports']);
  expect(hasNoImportCircles(circle.slice(0, 2))).toEqual([]);
});

test('an index file is a barrel, and so is a file that only passes on', () => {
  const passing = file('shared/plan/all.ts', "export * from './action.ts';", "export { d } from './describe.ts';");
  expect(hasNoBarrels([file('shared/plan/index.ts', 'export const a = 1;'), passing])).toHaveLength(2);
  const defining = file('shared/plan/action.ts', "export { d } from './describe.ts';", 'export const a = 1;');
  expect(hasNoBarrels([defining])).toEqual([]);
});
