import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import type { EmittedEvent } from '../../sim/service.ts';

type Sample = {
  readonly source: string;
  readonly 'detail-type': string;
  readonly resources: readonly string[];
  readonly detail: Fields;
};
type Fields = Readonly<Record<string, unknown>>;

export const sample = (name: string): Sample =>
  JSON.parse(readFileSync(new URL(`../fixtures/events/${name}.json`, import.meta.url), 'utf8'));

/** Among events, the first of a sample's detail-type whose detail has certain values is like the sample, field by field. */
export const expectLike = (events: readonly EmittedEvent[], name: string, wanted: Fields = {}): void => {
  const expected = sample(name);
  const found = events.find(
    (event) =>
      event['detail-type'] === expected['detail-type'] &&
      Object.entries(wanted).every(([key, value]) => (event.detail as Fields)[key] === value),
  );
  expect(found?.source).toBe(expected.source);
  const actual: EmittedEvent = JSON.parse(JSON.stringify(found));
  expect(types(actual.detail as Fields)).toMatchObject(types(expected.detail));
  expect(actual.resources.map(kindOf)).toEqual(expected.resources.map(kindOf));
};

const types = (detail: Fields) =>
  Object.fromEntries(
    Object.entries(detail).map(([key, value]) => [key, Array.isArray(value) ? 'array' : typeof value]),
  );

// `autoscaling` of an ARN, whatever follows; what is no ARN is an id or empty.
const kindOf = (resource: string): string => resource.split(':')[2] ?? (resource && 'id');
