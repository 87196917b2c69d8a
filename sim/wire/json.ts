import { AwsError } from '../service.ts';
import type { Shape, Structure } from './shape.ts';

/**
 * Reads the body of an AwsJson request into the SDK's input shape: blobs become bytes, timestamps dates, members that
 * the API does not know are ignored as AWS ignores them.
 * @throws AwsError SerializationException when the body is not JSON, nests too deeply, or a value has another type than
 *   the API's
 */
export const readJson = (shape: Shape, body: string): unknown => {
  if (body === '') return {};
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch (error) {
    throw new AwsError('SerializationException', `the request body is not JSON: ${(error as Error).message}`);
  }
  return readValue(shape, parsed, '');
};

/** Writes an operation's output as the JSON text of a response. @throws on a member that the API does not have */
export const writeJson = (shape: Shape, value: unknown): string => JSON.stringify(writeValue(shape, value));

/** Far beyond what an API takes (DynamoDB: 32 levels of an item), far below what recursion can follow. */
const mostLevels = 200;

const readValue = (shape: Shape, value: unknown, path: string, level = 0): unknown => {
  if (level > mostLevels) throw new AwsError('SerializationException', 'the request body nests too deeply');
  switch (shape.kind) {
    case 'structure':
      return readStructure(shape, object(value, path), path, level);
    case 'list':
      if (!Array.isArray(value)) throw mismatch('a list', value, path);
      return value.map((item, index) => readValue(shape.item, item, `${path}[${index}]`, level + 1));
    case 'map': {
      const entries = Object.entries(object(value, path)).filter(([, item]) => item !== null);
      return Object.fromEntries(
        entries.map(([key, item]) => [key, readValue(shape.value, item, `${path}.${key}`, level + 1)]),
      );
    }
    case 'timestamp':
      if (typeof value === 'number') return new Date(Math.round(value * 1000));
      throw mismatch('a timestamp in epoch seconds', value, path);
    case 'blob':
      if (typeof value === 'string') return new Uint8Array(Buffer.from(value, 'base64'));
      throw mismatch('base64 text', value, path);
    case 'document':
      return value;
    default:
      if (typeof value === shape.kind) return value;
      throw mismatch(`a ${shape.kind}`, value, path);
  }
};

const readStructure = (
  shape: Structure,
  value: Record<string, unknown>,
  path: string,
  level: number,
): Record<string, unknown> => {
  const result: Record<string, unknown> = {};
  for (const [name, item] of Object.entries(value)) {
    const member = shape.members.get(name);
    if (!member || item === null || item === undefined) continue;
    result[name] = readValue(member.shape, item, path === '' ? name : `${path}.${name}`, level + 1);
  }
  return result;
};

const object = (value: unknown, path: string): Record<string, unknown> => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw mismatch('an object', value, path);
  return value as Record<string, unknown>;
};

const mismatch = (expected: string, value: unknown, path: string): AwsError => {
  const seen = value === null ? 'null' : Array.isArray(value) ? 'a list' : `a ${typeof value}`;
  return new AwsError(
    'SerializationException',
    `${path === '' ? 'the request' : path} must be ${expected}, not ${seen}`,
  );
};

const writeValue = (shape: Shape, value: unknown): unknown => {
  switch (shape.kind) {
    case 'structure': {
      const result: Record<string, unknown> = {};
      for (const [name, item] of Object.entries(value as object)) {
        if (item === undefined || item === null) continue;
        const member = shape.members.get(name);
        if (!member)
          throw new Error(`${shape.name} has no member ${name}: the simulated service answers what AWS never does`);
        result[name] = writeValue(member.shape, item);
      }
      return result;
    }
    case 'list':
      return (value as readonly unknown[]).map((item) => writeValue(shape.item, item));
    case 'map':
      return Object.fromEntries(
        Object.entries(value as object).map(([key, item]) => [key, writeValue(shape.value, item)]),
      );
    case 'timestamp': {
      const date = value as Date;
      return shape.format === 'date-time' ? date.toISOString() : date.getTime() / 1000;
    }
    case 'blob':
      return Buffer.from(value as Uint8Array).toString('base64');
    default:
      return value;
  }
};
