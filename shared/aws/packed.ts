import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { StoredRecord } from '../model/records.ts';

/** Of these kinds, long lists that nobody queries by are kept in one attribute: a month has thousands of lines. */
const PACKED: { readonly [K in StoredRecord['is']]?: readonly (keyof Extract<StoredRecord, { readonly is: K }>)[] } = {
  ledger: ['services', 'pools', 'missingPrices'],
  counted: ['young', 'pending'],
  incident: ['instances', 'pools', 'lent'],
  outbox: ['message', 'news'],
};

/** Items are limited to 400 KB; some is left for keys and what is not packed. https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html */
const MOST_BYTES = 390_000;

type Fields = Readonly<Record<string, unknown>>;

/**
 * A record as it is stored: its long lists as one attribute of compressed JSON.
 * @throws Error that names the record when that is larger than DynamoDB takes
 */
export function packed(record: StoredRecord): Fields {
  const names: readonly string[] = PACKED[record.is] ?? [];
  if (names.length === 0) return record;
  const fields = Object.entries(record);
  const long = Object.fromEntries(fields.filter(([name]) => names.includes(name)));
  const bytes = deflateRawSync(JSON.stringify(long));
  if (bytes.length > MOST_BYTES) throw new Error(tooLarge(record, bytes.length));
  return { ...Object.fromEntries(fields.filter(([name]) => !names.includes(name))), packed: bytes };
}

/** What `packed` was made of. */
export function unpacked({ packed: bytes, ...rest }: Fields): Fields {
  if (!(bytes instanceof Uint8Array)) return rest;
  return { ...rest, ...JSON.parse(inflateRawSync(bytes).toString('utf8')) };
}

function tooLarge(record: StoredRecord, bytes: number): string {
  const of = 'cluster' in record && record.cluster ? ` of ${record.cluster}` : '';
  return `the ${record.is} record${of} takes ${bytes} bytes, of which DynamoDB takes ${MOST_BYTES}`;
}
