import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { implementedOperations } from './implemented-operations.ts';

const docs = readFileSync(new URL('../../docs/simulator-differences.md', import.meta.url), 'utf8');

test.each(Object.entries(implementedOperations()))(
  'docs/simulator-differences.md names every operation of %s',
  (_, names) => {
    expect(names.filter((name) => !new RegExp(`\\b${name}\\b`).test(docs))).toEqual([]);
  },
);

test('docs/simulator-differences.md names every switch', () => {
  const switches = readFileSync(new URL('../../sim/world/switches.ts', import.meta.url), 'utf8');
  const names = [...switches.matchAll(/^ {2}readonly (\w+):/gm)].map(([, name]) => name);
  expect(names.filter((name) => !docs.includes(`\`${name}\``))).toEqual([]);
});
