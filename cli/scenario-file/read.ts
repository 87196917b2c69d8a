import { nearest } from './nearest.ts';

/** A value of a file that is not what may stand there. Its message names the place, the value and what is expected. */
export class ScenarioFileError extends Error {
  override readonly name = 'ScenarioFileError';
}

/** Turns a value of parsed JSON into what it means. @param place where it stands, as `account.services[3]` */
export type Reader<T> = (value: unknown, place: string) => T;

export type Read<R> = R extends Reader<infer T> ? T : never;

type Members = Readonly<Record<string, Reader<unknown>>>;

/** An object with these members and no others. */
export const object =
  <M extends Members>(members: M): Reader<{ readonly [K in keyof M]: Read<M[K]> }> =>
  (value, place) => {
    const given = plainObject(value, place);
    for (const name of Object.keys(given)) {
      if (!Object.hasOwn(members, name)) throw unknownName(at(place, name), name, Object.keys(members));
    }
    const entries = Object.entries(members).map(([name, read]) => [name, read(given[name], at(place, name))]);
    return Object.fromEntries(entries);
  };

/** One of several kinds of object, told apart by the member `tag`. */
export const oneKindOf =
  <T extends string, K extends Readonly<Record<string, Reader<object>>>>(
    tag: T,
    kinds: K,
  ): Reader<{ [N in keyof K]: { readonly [P in T]: N } & Read<K[N]> }[keyof K]> =>
  (value, place) => {
    const { [tag]: kind, ...rest } = plainObject(value, place);
    const reader = typeof kind === 'string' && Object.hasOwn(kinds, kind) ? kinds[kind] : undefined;
    if (!reader) throw notAmong(at(place, tag), kind, Object.keys(kinds));
    // The compiler cannot see that the reader found is the one of this kind.
    return { [tag]: kind, ...reader(rest, place) } as {
      [N in keyof K]: { readonly [P in T]: N } & Read<K[N]>;
    }[keyof K];
  };

export const list =
  <T>(read: Reader<T>): Reader<readonly T[]> =>
  (value, place) => {
    if (!Array.isArray(value)) throw wrong(place, value, 'a list');
    return value.map((item, index) => read(item, `${place}[${index}]`));
  };

/** An object whose member names are free. */
export const record =
  <T>(read: Reader<T>): Reader<Readonly<Record<string, T>>> =>
  (value, place) =>
    Object.fromEntries(
      Object.entries(plainObject(value, place)).map(([name, item]) => [name, read(item, at(place, name))]),
    );

/** A value that may be left out. */
export const optional =
  <T>(read: Reader<T>): Reader<T | undefined> =>
  (value, place) =>
    value === undefined ? undefined : read(value, place);

/** A value that may be left out: then it is `otherwise`. */
export const defaulted =
  <T>(read: Reader<T>, otherwise: T): Reader<T> =>
  (value, place) =>
    value === undefined ? otherwise : read(value, place);

/** A text of 1 to 255 letters, or one that `pattern` allows. */
export const text =
  (pattern = /^[\s\S]{1,255}$/, expected = 'a text of 1 to 255 letters'): Reader<string> =>
  (value, place) => {
    if (typeof value === 'string' && pattern.test(value)) return value;
    throw wrong(place, value, expected);
  };

export const flag: Reader<boolean> = (value, place) => {
  if (typeof value === 'boolean') return value;
  throw wrong(place, value, 'true or false');
};

export const whole =
  (from: number, to: number): Reader<number> =>
  (value, place) => {
    if (Number.isInteger(value) && Number(value) >= from && Number(value) <= to) return Number(value);
    throw wrong(place, value, `a whole number from ${from} to ${to}`);
  };

export const amount =
  (from: number, to: number): Reader<number> =>
  (value, place) => {
    if (typeof value === 'number' && value >= from && value <= to) return value;
    throw wrong(place, value, `a number from ${from} to ${to}`);
  };

export const among =
  <const T extends string>(known: readonly T[]): Reader<T> =>
  (value, place) => {
    const found = known.find((one) => one === value);
    if (found === undefined) throw notAmong(place, value, known);
    return found;
  };

/** A value that stands there and may not. */
export const wrong = (place: string, value: unknown, expected: string): ScenarioFileError => {
  const what = value === undefined ? 'is missing' : `is ${shown(value)}`;
  return new ScenarioFileError(`${place || 'the file'} ${what}; expected ${expected}`);
};

/** A name that is none of the known ones. Long lists are not told in full. */
export const notAmong = (place: string, value: unknown, known: readonly string[]): ScenarioFileError => {
  const near = typeof value === 'string' ? nearest(value, known) : undefined;
  const expected = known.length > 24 ? 'a known one' : known.length === 0 ? 'none' : known.join(', ');
  return wrong(place, value, near === undefined ? expected : `${expected}; did you mean ${JSON.stringify(near)}?`);
};

const unknownName = (place: string, name: string, known: readonly string[]): ScenarioFileError => {
  const near = nearest(name, known);
  const hint = near === undefined ? `known are ${known.join(', ')}` : `did you mean ${JSON.stringify(near)}?`;
  return new ScenarioFileError(`${place} is not known; ${hint}`);
};

const plainObject = (value: unknown, place: string): Record<string, unknown> => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw wrong(place, value, 'an object');
  return value as Record<string, unknown>;
};

const at = (place: string, name: string): string => (place === '' ? name : `${place}.${name}`);

const shown = (value: unknown): string => {
  const json = JSON.stringify(value);
  return json.length > 60 ? `${json.slice(0, 57)}...` : json;
};
