import ts from 'typescript';
import { edges } from './edges.ts';
import { type Check, importsOf, isCode, nodesOf, place } from './source.ts';

const BANNED = new Set([
  'Date.now',
  'Math.random',
  'performance.now',
  'process.hrtime',
  'AbortSignal.timeout',
  'new Date()',
  'setTimeout',
  'setInterval',
  'setImmediate',
  'randomUUID',
  'randomBytes',
]);

/** Time, timers and chance come in as arguments, except in the files listed as edges. */
export const timeAndChanceComeFromTheEdge: Check = (files) =>
  files.filter(isCode).flatMap((file) => {
    const allowed = edges.find((edge) => edge.file === file.path)?.uses ?? [];
    return nodesOf(file).flatMap((node) => {
      const token = tokenOf(node);
      if (token === undefined || !BANNED.has(token) || allowed.includes(token)) return [];
      return [`${place(file, node)}: ${token} outside the edge files of tests/tidy/edges.ts`];
    });
  });

/** The list of edges names only what is there. */
export const edgesAreInUse: Check = (files) =>
  edges.flatMap(({ file: path, uses }) => {
    const file = files.find((candidate) => candidate.path === path);
    const used = new Set(file ? nodesOf(file).map(tokenOf) : []);
    return uses.filter((token) => !used.has(token)).map((token) => `tests/tidy/edges.ts: ${path} uses no ${token}`);
  });

function tokenOf(node: ts.Node): string | undefined {
  if (ts.isPropertyAccessExpression(node)) return node.getText().replace(/^(globalThis|crypto)\./, '');
  if (ts.isNewExpression(node)) return node.arguments?.length ? undefined : `new ${node.expression.getText()}()`;
  if (!ts.isIdentifier(node)) return undefined;
  const isProperty = ts.isPropertyAccessExpression(node.parent) && node.parent.name === node;
  const isKey = ts.isPropertyAssignment(node.parent) && node.parent.name === node;
  return isProperty || isKey ? undefined : node.text;
}

/** Work left to do stands in the tracker, not in the code. The words are put together so that this file has none. */
export const nothingIsLeftToDo: Check = (files) => {
  const words = new RegExp(`\\b(${['TO', 'DO'].join('')}|${['FIX', 'ME'].join('')}|X{3})\\b`);
  return files.filter(isCode).flatMap(({ path, text }) => linesWith(words, path, text, 'work left to do'));
};

/** Every test runs, always. */
export const everyTestRuns: Check = (files) =>
  files.filter(isCode).flatMap((file) =>
    nodesOf(file).flatMap((node) => {
      const isSwitch =
        ts.isPropertyAccessExpression(node) &&
        /^(describe|it|test|suite)\b/.test(node.expression.getText()) &&
        /^(only|skip|todo|skipIf|runIf|fails)$/.test(node.name.text);
      return isSwitch ? [`${place(file, node)}: ${node.getText()}; every test runs`] : [];
    }),
  );

/** Our own modules are never mocked. */
export const ownModulesAreNotMocked: Check = (files) =>
  files.filter(isCode).flatMap((file) =>
    nodesOf(file).flatMap((node) => {
      if (!ts.isCallExpression(node) || !/^vi\.(do)?mock$/i.test(node.expression.getText())) return [];
      const target = node.arguments[0]?.getText() ?? '';
      return /\.{1,2}\//.test(target) ? [`${place(file, node)}: ${target} is our own; use a fake with behaviour`] : [];
    }),
  );

/** Nothing names the machine it was written on, or a package registry. */
export const namesNoMachineAndNoRegistry: Check = (files) => {
  const homes = ['work', 'home', 'root', 'Users'].join('|');
  const machine = new RegExp(`(^|[\\s"'\`(=:])/(${homes})/\\w`);
  const registries = ['registry', 'npmjs', 'pypi', 'verdaccio', 'artifactory', 'nexus', 'jfrog'].join('|');
  const registry = new RegExp(`//([\\w-]+\\.)*(${registries})\\.[\\w.-]+|\\b(${registries})\\.(org|com|io)\\b`, 'i');
  return files.flatMap(({ path, text }) => [
    ...linesWith(machine, path, text, 'a path of one machine'),
    ...linesWith(registry, path, text, 'the host of a package registry'),
  ]);
};

/** What the code imports is a dependency, and a dependency is imported; `tools` are run or typed, not imported. */
export function dependenciesAreUsedAndPinned(tools: readonly string[]): Check {
  return (files) => {
    const manifest = JSON.parse(files.find(({ path }) => path === 'package.json')?.text ?? '{}');
    const wanted: Record<string, string> = { ...manifest.dependencies, ...manifest.devDependencies };
    const code = files.filter(isCode);
    const imported = new Set(code.flatMap((file) => importsOf(file).map(({ from }) => packageOf(from))));
    const used = (name: string) =>
      imported.has(name.replace(/^@types\//, '')) || imported.has(name) || tools.includes(name);
    const exact = /^(npm:[\w@/-]+@)?\d+\.\d+\.\d+$/;
    return [
      ...Object.keys(wanted).flatMap((name) => (used(name) ? [] : [`package.json: nothing imports ${name}`])),
      ...Object.entries(wanted).flatMap(([name, version]) =>
        exact.test(version) ? [] : [`package.json: ${name} is not pinned exactly`],
      ),
      ...[...imported].flatMap((name) => (isDeclared(name, wanted) ? [] : [`package.json: ${name} is missing`])),
    ];
  };
}

const isDeclared = (name: string, wanted: Record<string, string>): boolean =>
  /^(node:|\.)/.test(name) || name in wanted || `@types/${name}` in wanted;

const packageOf = (from: string): string =>
  /^(\.|node:)/.test(from)
    ? from
    : from
        .split('/')
        .slice(0, from.startsWith('@') ? 2 : 1)
        .join('/');

const linesWith = (pattern: RegExp, path: string, text: string, what: string): string[] =>
  text.split('\n').flatMap((line, index) => (pattern.test(line) ? [`${path}:${index + 1}: ${what}`] : []));
