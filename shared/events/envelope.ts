import { type Instant, instant } from '../model/instant.ts';

/** What every EventBridge event has in common: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-events.html */
export type Envelope = {
  readonly id: string;
  readonly source: string;
  readonly detailType: string;
  readonly account: string;
  readonly region: string;
  readonly at: Instant;
  /** ARNs; none where the event has none. */
  readonly resources: readonly string[];
  readonly detail: Fields;
};

export type Fields = Readonly<Record<string, unknown>>;

/** A record that is no event of ours: its message names the field, what was found there and what is expected. */
export class Unparsable extends Error {
  override readonly name = 'Unparsable';
}

/**
 * Reads an EventBridge envelope.
 * @param body JSON text of one event
 * @throws Unparsable when it is not JSON, or a field of the envelope is missing or malformed
 */
export function readEnvelope(body: string): Envelope {
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    throw new Unparsable(`not JSON: ${quote(body)}`);
  }
  if (!isFields(json)) throw new Unparsable(`not a JSON object: ${quote(body)}`);
  return {
    id: text(json, 'id'),
    source: text(json, 'source'),
    detailType: text(json, 'detail-type'),
    account: matching(json, 'account', /^\d{12}$/, 'twelve digits'),
    region: matching(json, 'region', /^[a-z]{2,}(-[a-z]+)+-\d+$/, 'a region such as eu-west-1'),
    at: time(json, 'time'),
    resources: Array.isArray(json.resources) ? json.resources.filter((one) => typeof one === 'string') : [],
    detail: isFields(json.detail) ? json.detail : {},
  };
}

/** The text in `field`. @throws Unparsable when it is missing, empty or no text */
export function text(fields: Fields, field: string): string {
  const value = fields[field];
  if (typeof value === 'string' && value !== '') return value;
  throw new Unparsable(`${field} is ${quote(value)}; expected text`);
}

/** The text in `field`, or undefined when there is none. */
export function optionalText(fields: Fields, field: string): string | undefined {
  const value = fields[field];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** The text in `field` when it has the given form. @throws Unparsable */
export function matching(fields: Fields, field: string, form: RegExp, expected: string): string {
  const value = fields[field];
  if (typeof value === 'string' && form.test(value)) return value;
  throw new Unparsable(`${field} is ${quote(value)}; expected ${expected}`);
}

/** https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/resource-ids.html */
export const isInstanceId = (text: string): boolean => /^i-([0-9a-f]{8}|[0-9a-f]{17})$/.test(text);

/** An EC2 instance id. @throws Unparsable */
export function instanceId(fields: Fields, field: string): string {
  const value = fields[field];
  if (typeof value === 'string' && isInstanceId(value)) return value;
  throw new Unparsable(`${field} is ${quote(value)}; expected an instance id such as i-0a1b2c3d4e5f60718`);
}

/** What arithmetic with deadlines can bear: nothing real lies outside. */
const EARLIEST_MS = Date.UTC(2000, 0);
const LATEST_MS = Date.UTC(2200, 0);

/** The moment in `field`, any form that Date.parse reads (ISO 8601, RFC 1123). @throws Unparsable */
export function time(fields: Fields, field: string): Instant {
  const value = fields[field];
  const at = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  if (!(at > EARLIEST_MS && at < LATEST_MS)) throw new Unparsable(`${field} is ${quote(value)}; expected a time`);
  return instant(at);
}

export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A value as an error message shows it: short, in quotes. */
export function quote(value: unknown): string {
  const shown = textOf(value);
  return shown.length > 80 ? `${shown.slice(0, 77)}...` : shown;
}

function textOf(value: unknown): string {
  try {
    return JSON.stringify(value) ?? 'missing';
  } catch (error) {
    if (error instanceof RangeError) return 'a value nested too deeply';
    throw error;
  }
}
