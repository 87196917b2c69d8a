import type { Shape } from './shape.ts';

/** The dotted path of the first member that the API requires and `value` lacks, in schema order; else undefined. */
export const missingMember = (shape: Shape, value: unknown): string | undefined => {
  if (value === undefined) return undefined;
  switch (shape.kind) {
    case 'structure':
      for (const [name, member] of shape.members) {
        const item = (value as Readonly<Record<string, unknown>>)[name];
        if (member.required && item === undefined) return name;
        const inside = missingMember(member.shape, item);
        if (inside !== undefined) return `${name}.${inside}`;
      }
      return undefined;
    case 'list':
      return firstMissing(shape.item, value as readonly unknown[], (index) => `${index + 1}.member`);
    case 'map': {
      const entries = Object.entries(value as object);
      return firstMissing(
        shape.value,
        entries.map(([, item]) => item),
        (index) => entries[index]?.[0] ?? '',
      );
    }
    default:
      return undefined;
  }
};

const firstMissing = (shape: Shape, items: readonly unknown[], name: (index: number) => string): string | undefined => {
  if (!('members' in shape || 'item' in shape || 'value' in shape)) return undefined;
  for (const [index, item] of items.entries()) {
    const inside = missingMember(shape, item);
    if (inside !== undefined) return `${name(index)}.${inside}`;
  }
  return undefined;
};
