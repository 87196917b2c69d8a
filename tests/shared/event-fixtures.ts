import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The events of tests/fixtures/events, one a file; its index says where the shape of each is documented. */
const FOLDER = join(import.meta.dirname, '..', 'fixtures', 'events');

/** The JSON text of one event, by the name of its file without `.json`. */
export const fixture = (name: string): string => readFileSync(join(FOLDER, `${name}.json`), 'utf8');

export const fixtures: readonly string[] = readdirSync(FOLDER)
  .map((file) => file.replace(/\.json$/, ''))
  .filter((name) => name !== 'index');

export type Raw = Record<string, unknown> & { detail: Record<string, unknown> };

/** A fixture with something in it changed. */
export function changed(name: string, change: (event: Raw) => void): string {
  const event = JSON.parse(fixture(name));
  change(event);
  return JSON.stringify(event);
}
