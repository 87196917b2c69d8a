import { posix } from 'node:path';
import ts from 'typescript';
import { ends, layers } from './layers.ts';
import { type Check, importsOf, isCode, place, type Source, treeOf } from './source.ts';

/** Each import is one that the table of layers allows. */
export const importsOnlyWhatItsLayerMay: Check = (files) =>
  files.filter(isCode).flatMap((file) => {
    const layer = layers.map((row) => ({ row, names: match(row.files, file.path) })).find(({ names }) => names);
    if (!layer?.names) return [`${file.path}: no row of tests/tidy/layers.ts names this file`];
    const { row, names } = layer;
    return importsOf(file).flatMap(({ from, node }) => {
      const target = resolve(file, from);
      const allowed =
        target === undefined
          ? row.packages.some((pattern) => match(pattern.replaceAll('*', '**'), from))
          : row.imports.some((pattern) => match(fill(pattern, names), target)) && mayReachEnd(file.path, target);
      return allowed ? [] : [`${place(file, node)}: ${row.files} may not import ${target ?? from}`];
    });
  });

const mayReachEnd = (path: string, target: string): boolean =>
  ends.every((end) => !match(end.files, target) || end.importedBy.some((pattern) => match(pattern, path)));

/** No file imports itself by way of others. */
export const hasNoImportCircles: Check = (files) => {
  const graph = new Map(files.filter(isCode).map((file) => [file.path, targetsOf(file)]));
  const done = new Set<string>();
  const circles: string[] = [];
  const visit = (path: string, trail: readonly string[]): void => {
    if (trail.includes(path)) circles.push([...trail.slice(trail.indexOf(path)), path].join(' -> '));
    if (done.has(path) || trail.includes(path)) return;
    for (const target of graph.get(path) ?? []) visit(target, [...trail, path]);
    done.add(path);
  };
  for (const path of graph.keys()) visit(path, []);
  return circles.map((circle) => `${circle}: a circle of imports`);
};

const targetsOf = (file: Source): readonly string[] => [
  ...new Set(importsOf(file).flatMap(({ from }) => resolve(file, from) ?? [])),
];

/** No file only passes on what others export. */
export const hasNoBarrels: Check = (files) =>
  files.filter(isCode).flatMap((file) => {
    const { statements } = treeOf(file);
    const passesOn = statements.every((statement) => ts.isExportDeclaration(statement) && statement.moduleSpecifier);
    const isBarrel = /(^|\/)index\.[a-z]+$/.test(file.path) || (statements.length > 0 && passesOn);
    return isBarrel ? [`${file.path}: a barrel; import from the file that defines`] : [];
  });

/** The path from the root that a relative import means; undefined for a package. */
export function resolve(file: Source, from: string): string | undefined {
  return /^\.{1,2}\//.test(from) ? posix.join(posix.dirname(file.path), from) : undefined;
}

/** The names that a pattern's `{name}` or `{name:a|b}` stand for in a path; undefined where it does not match. */
export function match(pattern: string, path: string): Readonly<Record<string, string>> | undefined {
  const source = pattern
    .replace(/[.+^$()[\]\\]/g, '\\$&')
    .replace(/\*\*|\*/g, (stars) => (stars === '**' ? '.*' : '[^/]*'))
    .replace(/\{(\w+)(?::([^}]+))?\}/g, (_, name: string, names?: string) => `(?<${name}>${names ?? '[^/]+'})`);
  const found = new RegExp(`^${source}$`).exec(path);
  return found ? { ...found.groups } : undefined;
}

const fill = (pattern: string, names: Readonly<Record<string, string>>): string =>
  pattern.replace(/\{(\w+)\}/g, (asWritten, name: string) => names[name] ?? asWritten);
