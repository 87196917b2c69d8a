import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

/** One file of the repository, or of an example in memory. */
export type Source = { readonly path: string; readonly text: string };

/** What a check takes and gives: no violation is an empty list. Each names file, line where there is one, and rule. */
export type Check = (files: readonly Source[]) => readonly string[];

const root = join(import.meta.dirname, '..', '..');
const NOT_OURS = /^(node_modules|dist|coverage|\.git|\.serverless|\.cache)(\/|$)/;
const TEXT = /\.(ts|mjs|cjs|json|md|yml|yaml|svg|txt)$|^(\.ci\/run|LICENSE|\.gitignore)$/;

/** Every text file of the repository with its path from the root, in order. */
export function repositoryFiles(): readonly Source[] {
  return filesUnder('').map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));
}

function filesUnder(folder: string): string[] {
  const entries = readdirSync(join(root, folder), { withFileTypes: true });
  return entries
    .flatMap((entry) => {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (NOT_OURS.test(path)) return [];
      if (entry.isDirectory()) return filesUnder(path);
      return TEXT.test(path) ? [path] : [];
    })
    .sort();
}

export const isCode = ({ path }: Source): boolean => /\.(ts|mjs|cjs)$/.test(path) && !path.endsWith('.d.ts');

const trees = new WeakMap<Source, ts.SourceFile>();

/** The file's syntax tree, parsed once. */
export function treeOf(file: Source): ts.SourceFile {
  const parsed = trees.get(file) ?? ts.createSourceFile(file.path, file.text, ts.ScriptTarget.Latest, true);
  trees.set(file, parsed);
  return parsed;
}

/** Every node of the file, outer before inner. */
export function nodesOf(file: Source): readonly ts.Node[] {
  const nodes: ts.Node[] = [];
  const visit = (node: ts.Node): void => {
    nodes.push(node);
    ts.forEachChild(node, visit);
  };
  visit(treeOf(file));
  return nodes;
}

/** `path:line`, counted from one. */
export function place(file: Source, node: ts.Node): string {
  const tree = treeOf(file);
  return `${file.path}:${tree.getLineAndCharacterOfPosition(node.getStart(tree)).line + 1}`;
}

/** What a file imports, re-exports, imports dynamically or names in an import type: module name and node. */
export function importsOf(file: Source): readonly { readonly from: string; readonly node: ts.Node }[] {
  return nodesOf(file).flatMap((node) => {
    const name = moduleName(node);
    return name && ts.isStringLiteralLike(name) ? [{ from: name.text, node }] : [];
  });
}

function moduleName(node: ts.Node): ts.Node | undefined {
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return node.moduleSpecifier;
  if (ts.isImportTypeNode(node)) return ts.isLiteralTypeNode(node.argument) ? node.argument.literal : undefined;
  const isImport = ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword;
  return isImport ? node.arguments[0] : undefined;
}
