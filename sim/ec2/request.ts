import type { Filter } from '@aws-sdk/client-ec2';
import { AwsError, type Call, type Operation } from '../service.ts';
import { type Page, page } from '../world/page.ts';

/**
 * An operation that reads some members of its input and refuses the others, so that none is ignored.
 * @param members what `run` reads, or may leave aside because it changes no answer
 */
export const reading =
  <I extends object>(members: readonly (keyof I & string)[], run: (input: I, call: Call) => object): Operation =>
  (input: I, call: Call) => {
    const { DryRun, ...others } = input as I & { DryRun?: boolean };
    for (const [name, value] of Object.entries(others)) {
      const given = Array.isArray(value) ? value.length > 0 : value !== undefined;
      if (given && !(members as readonly string[]).includes(name)) throw notImplemented(`the parameter ${name}`);
    }
    if (DryRun) throw new AwsError('DryRunOperation', 'Request would have succeeded, but DryRun flag is set.', 412);
    return run(input, call);
  };

export const notImplemented = (what: string): AwsError =>
  new AwsError('NotImplemented', `the simulated account does not implement ${what}`, 501);

/** An id that EC2 does not know. @param code without `.NotFound` */
export const notFound = (code: string, what: string): AwsError =>
  new AwsError(`${code}.NotFound`, `The ${what} does not exist`);

/** What a filter compares: one value, several, or none. */
type Compared = string | readonly string[] | undefined;

export type FilterValues<T> = Readonly<Record<string, (item: T) => Compared>>;

type Tags = Readonly<Record<string, string>>;

/**
 * The items that pass all filters. Filters are joined by AND, their values by OR; `*` and `?` are wildcards.
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Filtering.html
 * @param values the filters that are imitated, besides `tag:<key>` and `tag-key` when `tagsOf` is given
 * @throws AwsError InvalidParameterValue for any other filter
 */
export const filtered = <T>(
  items: readonly T[],
  filters: readonly Filter[] | undefined,
  values: FilterValues<T>,
  tagsOf?: (item: T) => Tags,
): T[] => {
  const tests = (filters ?? []).map((filter) => {
    const compared = comparedBy(filter.Name ?? '', values, tagsOf);
    const exact = new Set(filter.Values);
    const patterns = (filter.Values ?? []).filter((value) => /[*?]/.test(value)).map(wildcard);
    const passes = (value: string) => exact.has(value) || patterns.some((pattern) => pattern.test(value));
    return (item: T): boolean => [compared(item) ?? []].flat().some(passes);
  });
  return items.filter((item) => tests.every((test) => test(item)));
};

const comparedBy = <T>(name: string, values: FilterValues<T>, tagsOf?: (item: T) => Tags): ((item: T) => Compared) => {
  if (tagsOf && name.startsWith('tag:')) return (item) => tagsOf(item)[name.slice('tag:'.length)];
  if (tagsOf && name === 'tag-key') return (item) => Object.keys(tagsOf(item));
  const compared = Object.hasOwn(values, name) ? values[name] : undefined;
  if (!compared) throw new AwsError('InvalidParameterValue', `The filter '${name}' is invalid`);
  return compared;
};

/** A pattern of EC2's filters (`*` any text, `?` any character) as a regular expression for the whole value. */
export const wildcard = (text: string): RegExp =>
  new RegExp(
    `^${text
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.')}$`,
  );

export type Paging = { readonly MaxResults?: number | undefined; readonly NextToken?: string | undefined };

/** @throws AwsError InvalidParameterValue when MaxResults is outside `from` to `to` */
export const pageSize = ({ MaxResults: size }: Paging, from: number, to: number): number => {
  if (size !== undefined && (size < from || size > to)) {
    const text = `Value ( ${size} ) for parameter maxResults is invalid. Expecting a value between ${from} and ${to}.`;
    throw new AwsError('InvalidParameterValue', text);
  }
  return size ?? to;
};

/** One page of a listing that does not change between two calls. */
export const pageOf = <T>(items: readonly T[], input: Paging, [from, to]: readonly [number, number]): Page<T> => {
  const size = pageSize(input, from, to);
  const numbered = items.map((item, sequence) => ({ item, sequence }));
  const { items: found, nextToken } = page(numbered, {
    size,
    token: input.NextToken || undefined,
    invalidTokenCode: 'InvalidParameterValue',
  });
  return { items: found.map(({ item }) => item), nextToken };
};

/** Those of `items` that `ids` names; all without ids. @throws the error that `unknown` makes of the first unknown id */
export const namedBy = <T>(
  items: readonly T[],
  ids: readonly string[] | undefined,
  idOf: (item: T) => string,
  unknown: (id: string) => AwsError,
): readonly T[] => {
  if (!ids?.length) return items;
  const known = new Set(items.map(idOf));
  const missing = ids.find((id) => !known.has(id));
  if (missing !== undefined) throw unknown(missing);
  return items.filter((item) => ids.includes(idOf(item)));
};

/** Tags as EC2 shows them. */
export const tagList = (tags: Tags): { Key: string; Value: string }[] =>
  Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
