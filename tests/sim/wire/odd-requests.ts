import fc from 'fast-check';
import type { Service } from '../../../sim/service.ts';
import { operationShapes, protocols } from '../../../sim/wire/protocols.ts';
import type { Member, Shape } from '../../../sim/wire/shape.ts';
import type { WireRequest } from '../../../sim/wire/wire.ts';

const oddTexts = ['', '-1', '*', '__proto__', 'constructor', '\u0000\ud800', 'x'.repeat(100_000), 'arn:aws:ecs:', '[]'];

/** Requests that no client would send: any bytes, cut texts, unknown names, whatever header and path. */
export const oddRequests = (operations: readonly Operation[]): fc.Arbitrary<OddRequest> => {
  const target = fc.constantFrom(...operations).map(([service, operation]) => {
    const protocol = protocols[service];
    return protocol.kind === 'json' ? `${protocol.target}.${operation}` : `Nobody.${operation}`;
  });
  const header = fc.oneof(target, fc.constantFrom('AmazonSQS.Nothing', 'DynamoDB_20120810.', '.', ''), printable);
  const contentType = fc.constantFrom('application/x-amz-json-1.1', 'text/xml', 'application/cbor', '', ';;');
  const bytes = fc.oneof(
    { weight: 2, arbitrary: fc.uint8Array({ maxLength: 200 }) },
    { weight: 3, arbitrary: cut(fc.json()) },
    { weight: 3, arbitrary: cut(fc.constantFrom(...operations).map(formOf)) },
    {
      weight: 1,
      arbitrary: cut(fc.constant('<?xml version="1.0"?><Request><Action>DescribeInstances</Action></Request>')),
    },
    { weight: 1, arbitrary: fc.constantFrom(...hugeBodies).map((text) => Buffer.from(text)) },
  );
  const headers = fc.record({ 'x-amz-target': header, 'content-type': contentType }, { requiredKeys: [] });
  const path = fc.oneof(
    fc.constant('/'),
    printable.map((text) => `/${encodeURIComponent(text)}`),
  );
  return fc.record({ headers, body: bytes, path });
};

export type Operation = readonly [service: Service['id'], name: string];

export type OddRequest = { headers: Record<string, string>; body: Uint8Array; path: string };

/**
 * Requests for one operation with known members, whose values are of any size and sometimes of another type.
 * @param known what members of these names (in lower case) usually hold, so that a request gets past the first check
 */
export const oddInputs = ([service, name]: Operation, known: Known): fc.Arbitrary<WireRequest> => {
  const protocol = protocols[service];
  const shape = operationShapes(service, name)?.input;
  if (!shape) throw new Error(`${service} has no operation ${name}`);
  if (protocol.kind === 'json') {
    const headers = { 'x-amz-target': `${protocol.target}.${name}` };
    const right = anyValueOf(shape, { name: '', known, depth: 0 });
    const whole = fc.oneof({ weight: 19, arbitrary: right }, { weight: 1, arbitrary: fc.jsonValue() });
    return whole.map((value) => ({ headers, body: JSON.stringify(value) }));
  }
  return anyValueOf(shape, { name: '', known, depth: 0 }).map((value) => {
    const form = new URLSearchParams({ Action: name, Version: protocol.version });
    for (const [key, item] of flat(shape, value, { path: '', dialect: protocol.dialect })) form.append(key, item);
    return { headers: {}, body: form.toString() };
  });
};

export type Known = Readonly<Record<string, string>>;

const hugeBodies = [
  `${'[{"a":'.repeat(20_000)}1`,
  JSON.stringify({ clusters: Array(50_000).fill('default') }),
  `{"Item":{"id":${'{"L":['.repeat(5_000)}${']}'.repeat(5_000)}},"TableName":"table"}`,
  `Action=DescribeInstances&Version=2016-11-15&${'a.'.repeat(50_000)}b=1`,
  Array.from({ length: 5_000 }, (_, n) => `InstanceId.${n}=i-${n}`).join('&'),
];

// HTTP lets no other characters into a header.
const printable = fc.string({ unit: fc.integer({ min: 0x21, max: 0x7e }).map((code) => String.fromCharCode(code)) });

const formOf = ([service, name]: Operation): string => {
  const protocol = protocols[service];
  const version = protocol.kind === 'query' ? protocol.version : '2016-11-15';
  return `Version=${version}&Filter.1.Name=vpc-id&Action=${name}&MaxRecords=x%`;
};

const cut = (text: fc.Arbitrary<string>): fc.Arbitrary<Uint8Array> =>
  fc.tuple(text, fc.double({ min: 0, max: 1, noNaN: true })).map(([whole, part]) => {
    return Buffer.from(whole).subarray(0, Math.ceil(Buffer.byteLength(whole) * part));
  });

const deepest = 3;

type Spot = { readonly name: string; readonly known: Known; readonly depth: number };

const anyValueOf = (shape: Shape, spot: Spot): fc.Arbitrary<unknown> => {
  if (spot.depth > deepest) return fc.constant({});
  const { name, known } = spot;
  const hint = known[name.toLowerCase()];
  const odd = fc.oneof(fc.constantFrom(...Object.values(known)), fc.constantFrom(...oddTexts), fc.string());
  const text = hint === undefined ? odd : fc.oneof({ weight: 9, arbitrary: fc.constant(hint) }, odd);
  const wrong = fc.oneof(odd, fc.integer(), fc.constant(null), fc.constant([]));
  const right = rightValueOf(shape, spot, text);
  return spot.depth === 0 ? right : fc.oneof({ weight: 1, arbitrary: wrong }, { weight: 29, arbitrary: right });
};

const rightValueOf = (shape: Shape, spot: Spot, text: fc.Arbitrary<string>): fc.Arbitrary<unknown> => {
  const inside = (of: Shape, name = spot.name) => anyValueOf(of, { ...spot, name, depth: spot.depth + 1 });
  switch (shape.kind) {
    case 'structure':
      return membersOf([...shape.members], inside);
    case 'list':
      return fc.array(inside(shape.item), { minLength: 1, maxLength: 3 });
    case 'map':
      return fc.dictionary(text, inside(shape.value), { maxKeys: 3 });
    case 'number':
      return fc.oneof(fc.integer({ min: -2, max: 20 }), fc.constantFrom(0.5, 2 ** 40, 100, 1_000));
    case 'boolean':
      return fc.boolean();
    case 'timestamp':
      return fc.integer({ min: 0, max: 4e9 });
    default:
      return text;
  }
};

// Mostly what is required and a few others: a request with everything is refused for its first member.
const membersOf = (
  members: readonly (readonly [string, Member])[],
  inside: (shape: Shape, name: string) => fc.Arbitrary<unknown>,
): fc.Arbitrary<unknown> => {
  const required = members.filter(([, member]) => member.required).map(([name]) => name);
  const names = members.map(([name]) => name);
  const shapes = new Map(members.map(([name, { shape }]) => [name, shape]));
  return fc.subarray(names, { maxLength: Math.min(4, names.length) }).chain((chosen) => {
    const wanted = [...new Set([...required, ...chosen])];
    return fc.record(Object.fromEntries(wanted.map((name) => [name, inside(shapes.get(name) as Shape, name)])));
  });
};

type Place = { readonly path: string; readonly dialect: 'aws' | 'ec2' };

const flat = (shape: Shape, value: unknown, { path, dialect }: Place): [string, string][] => {
  const under = (part: string | number) => ({ path: path === '' ? String(part) : `${path}.${part}`, dialect });
  if (typeof value !== 'object' || value === null) return [[path, String(value)]];
  if (shape.kind === 'structure') {
    return Object.entries(value).flatMap(([name, item]) => {
      const member = shape.members.get(name);
      return member ? flat(member.shape, item, under(dialect === 'ec2' ? member.ec2QueryName : member.xmlName)) : [];
    });
  }
  if (shape.kind !== 'list' || !Array.isArray(value)) return [[path, JSON.stringify(value)]];
  return value.flatMap((item, index) =>
    flat(shape.item, item, under(dialect === 'ec2' ? index + 1 : `${shape.itemName}.${index + 1}`)),
  );
};
