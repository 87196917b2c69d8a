import type { Item, Value } from './value.ts';

/** A document path: attribute name, then map keys and list indexes. */
export type Path = readonly [name: string, ...rest: (string | number)[]];

/** The value at a path; undefined when there is none. */
export const valueAt = (item: Item, path: Path): Value | undefined => {
  let value: Value | undefined = { M: item };
  for (const part of path) value = value && inside(value, part);
  return value;
};

const inside = (container: Value, part: string | number): Value | undefined => {
  if (typeof part === 'number') return 'L' in container ? container.L[part] : undefined;
  return 'M' in container ? container.M[part] : undefined;
};

/**
 * A copy of the item with the value at the path replaced, or removed when `value` is undefined. An index behind the end
 * of a list appends. @returns undefined when something before the last part of the path is absent or of another type
 */
export const withValueAt = (item: Item, path: Path, value: Value | undefined): Item | undefined => {
  const changed = replaced({ M: item }, path, value);
  return changed && 'M' in changed ? changed.M : undefined;
};

const replaced = (
  container: Value,
  [part, ...rest]: readonly (string | number)[],
  value: Value | undefined,
): Value | undefined => {
  if (part === undefined) return value;
  let changed = value;
  if (rest.length > 0) {
    const child = inside(container, part);
    changed = child && replaced(child, rest, value);
    if (!changed) return undefined;
  }
  if (typeof part === 'number') {
    if (!('L' in container)) return undefined;
    const list = [...container.L];
    if (changed === undefined) list.splice(part, 1);
    else list[Math.min(part, list.length)] = changed;
    return { L: list };
  }
  if (!('M' in container)) return undefined;
  const { [part]: _, ...others } = container.M;
  return { M: changed === undefined ? others : { ...container.M, [part]: changed } };
};

/** Whether one path is the other or leads into it. */
export const overlap = (a: Path, b: Path): boolean => {
  const length = Math.min(a.length, b.length);
  return a.slice(0, length).every((part, index) => part === b[index]);
};

/** The part of an item that the paths select; list elements keep their order. */
export const project = (item: Item, paths: readonly Path[]): Item => {
  let result: Value | undefined;
  for (const path of paths) {
    const value = valueAt(item, path);
    if (value !== undefined) result = merged(result, wrapped(path, value));
  }
  return result && 'M' in result ? result.M : {};
};

const wrapped = (path: readonly (string | number)[], value: Value): Value =>
  path.reduceRight<Value>(
    (inside, part) => (typeof part === 'number' ? { L: [inside] } : { M: { [part]: inside } }),
    value,
  );

const merged = (a: Value | undefined, b: Value): Value => {
  if (a === undefined) return b;
  if ('L' in a && 'L' in b) return { L: [...a.L, ...b.L] };
  if (!('M' in a) || !('M' in b)) return b;
  const result: Record<string, Value> = { ...a.M };
  for (const [name, value] of Object.entries(b.M)) result[name] = merged(result[name], value);
  return { M: result };
};
