import { posix } from 'node:path';
import ts from 'typescript';
import { type Check, isCode, nodesOf, place, type Source, treeOf } from './source.ts';

const MOST_LINES_OF_FILE = 250;
const MOST_LINES_OF_FUNCTION = 70;
const MOST_PARAMETERS = 4;
/** As a whole name: `instance-types` says something, `types` does not. */
const VAGUE_NAME = /^(common|types|misc)$/;
const VAGUE_WORD = /\b(utils?|helpers?|manager)\b/;
const KEBAB = /^\.?[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9]+(-[a-z0-9]+)*)*$/;
const BY_CUSTOM = /^(README|CHANGELOG|CONTRIBUTING|SECURITY|LICENSE)(\.md)?$/;

/** A file can be read in one go. */
export const filesAreShort: Check = (files) =>
  files.filter(isCode).flatMap((file) => {
    const lines = file.text.trimEnd().split('\n').length;
    return lines > MOST_LINES_OF_FILE ? [`${file.path}: ${lines} lines, at most ${MOST_LINES_OF_FILE}`] : [];
  });

/** So can a function; the callback of a `describe` is a list of tests, not a function. */
export const functionsAreShort: Check = (files) =>
  functionsIn(files).flatMap(({ file, node }) => {
    const tree = treeOf(file);
    const first = tree.getLineAndCharacterOfPosition(node.getStart(tree)).line;
    const lines = tree.getLineAndCharacterOfPosition(node.getEnd()).line - first + 1;
    if (lines <= MOST_LINES_OF_FUNCTION || isDescribeCallback(node)) return [];
    return [`${place(file, node)}: a function of ${lines} lines, at most ${MOST_LINES_OF_FUNCTION}`];
  });

/** More than four parameters are one options object. */
export const functionsTakeFewParameters: Check = (files) =>
  functionsIn(files).flatMap(({ file, node }) => {
    const { length } = node.parameters;
    return length > MOST_PARAMETERS ? [`${place(file, node)}: ${length} parameters, at most ${MOST_PARAMETERS}`] : [];
  });

/** Names are kebab-case and say what is inside. */
export const namesSayWhatIsInside: Check = (files) =>
  files.flatMap(({ path }) => {
    const parts = path.split('/').filter((part) => !BY_CUSTOM.test(part));
    const notKebab = parts.filter((part) => !KEBAB.test(part)).map((part) => `${path}: "${part}" is not kebab-case`);
    const vague = parts.filter((part) => VAGUE_WORD.test(part) || VAGUE_NAME.test(posix.parse(part).name));
    return [...notKebab, ...vague.map((part) => `${path}: "${part}" does not say what is inside`)];
  });

/** Decisions are numbered from 0001 without gaps. */
export const decisionsAreNumbered: Check = (files) => {
  const names = files.flatMap(({ path }) => /^docs\/decisions\/(.+)$/.exec(path)?.[1] ?? []).sort();
  return names.flatMap((name, index) => {
    const number = String(index + 1).padStart(4, '0');
    return new RegExp(`^${number}-[a-z0-9-]+\\.md$`).test(name)
      ? []
      : [`docs/decisions/${name}: expected ${number}-title.md; numbers have no gaps`];
  });
};

function functionsIn(files: readonly Source[]) {
  return files
    .filter(isCode)
    .flatMap((file) => nodesOf(file).flatMap((node) => (isFunctionWithBody(node) ? [{ file, node }] : [])));
}

const isFunctionWithBody = (node: ts.Node): node is ts.FunctionLikeDeclaration =>
  ts.isFunctionLike(node) && 'body' in node && node.body !== undefined;

const isDescribeCallback = ({ parent }: ts.Node): boolean =>
  ts.isCallExpression(parent) && /^describe\b/.test(parent.expression.getText());
