/** The fields that a record may have, each with what it accepts and how to say so. */
export type Schema = Readonly<Record<string, Field>>;

export type Field = { readonly allowed: string; readonly accepts: (value: unknown) => boolean };

/**
 * @returns `value` itself, once every field of it is known and accepted
 * @throws Error that names the field, its value and what is allowed
 */
export const readRecord = <T>(value: unknown, place: string, schema: Schema): Partial<T> => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new Error(`${place} is ${JSON.stringify(value)}; it must be an object`);
  }
  for (const [name, item] of Object.entries(value)) {
    const field = Object.hasOwn(schema, name) ? schema[name] : undefined;
    if (!field) throw new Error(`${place}.${name} is unknown; allowed are ${Object.keys(schema).join(', ')}`);
    if (!field.accepts(item)) throw new Error(`${place}.${name} is ${JSON.stringify(item)}; ${field.allowed}`);
  }
  return value as Partial<T>;
};

export const readText: Field = {
  allowed: 'it must be text that is not empty',
  accepts: (value) => typeof value === 'string' && value !== '',
};
