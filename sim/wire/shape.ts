import { NormalizedSchema } from '@smithy/core/schema';

/**
 * An API shape, compiled once from an SDK runtime schema, so that codecs walk plain objects instead of interpreting the
 * schema on every call. Recursive shapes (DynamoDB's AttributeValue) refer to themselves.
 */
export type Shape =
  | { readonly kind: 'structure'; readonly name: string; readonly members: ReadonlyMap<string, Member> }
  | { readonly kind: 'list'; readonly item: Shape; readonly itemName: string }
  | { readonly kind: 'map'; readonly value: Shape; readonly keyName: string; readonly valueName: string }
  | { readonly kind: 'timestamp'; readonly format: 'epoch-seconds' | 'date-time' | 'unspecified' }
  | { readonly kind: 'string' | 'boolean' | 'number' | 'blob' | 'document' };

export type Structure = Extract<Shape, { kind: 'structure' }>;

/** A member of a structure with the names it has on each wire. */
export type Member = {
  readonly shape: Shape;
  readonly required: boolean;
  readonly xmlName: string;
  readonly ec2QueryName: string;
  readonly flattened: boolean;
};

/**
 * @param schema a structure, list, map or simple schema, as the `@aws-sdk/client-*` packages export them
 * @returns its shape; the same schema always gives the same object
 * @throws for a schema kind that none of the simulated services uses (big numbers, HTTP dates)
 */
export const shapeOf = (schema: SchemaRef): Shape => compile(NormalizedSchema.of(schema));

export type SchemaRef = Parameters<typeof NormalizedSchema.of>[0];

const compiled = new Map<unknown, Shape>();

const compile = (schema: NormalizedSchema): Shape => {
  const key = schema.getSchema();
  const known = compiled.get(key);
  if (known) return known;
  if (schema.isStructSchema()) return compileStructure(schema, key);
  if (schema.isListSchema()) return compileList(schema, key);
  if (schema.isMapSchema()) return compileMap(schema, key);
  const shape = simpleShape(schema);
  compiled.set(key, shape);
  return shape;
};

// Each of these enters itself into the cache before it compiles what is inside: that is how recursive shapes end.
const compileStructure = (schema: NormalizedSchema, key: unknown): Shape => {
  const members = new Map<string, Member>();
  const shape: Shape = { kind: 'structure', name: schema.getName() ?? 'structure', members };
  compiled.set(key, shape);
  // The first `requiredCount` members of a structure are its required ones: element 6 of the schema array.
  const requiredCount = Array.isArray(key) && typeof key[6] === 'number' ? key[6] : 0;
  for (const [name, member] of schema.structIterator()) {
    const traits = member.getMergedTraits();
    const xmlName = named(traits.xmlName) ?? name;
    members.set(name, {
      shape: compile(member),
      required: members.size < requiredCount,
      xmlName,
      ec2QueryName: named(traits.ec2QueryName) ?? capitalise(xmlName),
      flattened: Boolean(traits.xmlFlattened),
    });
  }
  return shape;
};

const compileList = (schema: NormalizedSchema, key: unknown): Shape => {
  const itemSchema = schema.getValueSchema();
  const shape = {
    kind: 'list' as const,
    item: pending,
    itemName: named(itemSchema.getMergedTraits().xmlName) ?? 'member',
  };
  compiled.set(key, shape);
  shape.item = compile(itemSchema);
  return shape;
};

const compileMap = (schema: NormalizedSchema, key: unknown): Shape => {
  const valueSchema = schema.getValueSchema();
  const keyName = named(schema.getKeySchema().getMergedTraits().xmlName) ?? 'key';
  const shape = {
    kind: 'map' as const,
    value: pending,
    keyName,
    valueName: named(valueSchema.getMergedTraits().xmlName) ?? 'value',
  };
  compiled.set(key, shape);
  shape.value = compile(valueSchema);
  return shape;
};

const simpleShape = (schema: NormalizedSchema): Shape => {
  if (schema.isStringSchema()) return { kind: 'string' };
  if (schema.isBooleanSchema()) return { kind: 'boolean' };
  if (schema.isNumericSchema()) return { kind: 'number' };
  if (schema.isDocumentSchema()) return { kind: 'document' };
  if (schema.isBlobSchema()) return { kind: 'blob' };
  if (schema.isUnitSchema()) return { kind: 'structure', name: 'Unit', members: new Map() };
  if (schema.isTimestampSchema()) {
    const format = timestampFormats[Number(schema.getSchema())];
    if (format) return { kind: 'timestamp', format };
  }
  throw new Error(`${schema.getName(true)}: the wire layer does not know this kind of schema`);
};

// Schema numbers of timestamps; 6 (HTTP date) occurs in none of the simulated services.
const timestampFormats: Readonly<Record<number, 'epoch-seconds' | 'date-time' | 'unspecified'>> = {
  4: 'unspecified',
  5: 'date-time',
  7: 'epoch-seconds',
};

const pending: Shape = { kind: 'string' };

const named = (trait: unknown): string | undefined => (typeof trait === 'string' ? trait : undefined);

const capitalise = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
