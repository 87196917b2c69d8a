import table from './eni-limits.json' with { type: 'json' };

const limits: Readonly<Record<string, readonly (number | null)[]>> = table.types;

/**
 * How many awsvpc tasks an instance's network interfaces hold. A type that the table lacks holds what the smallest
 * types do.
 * @param trunking the account setting awsvpcTrunking when the instance registered; types without trunking ignore it
 */
export const eniSlots = (type: string, trunking: boolean): number => {
  const [plain, trunk] = limits[type] ?? [];
  return (trunking ? trunk : undefined) ?? plain ?? 1;
};

/** Can instances of this type have a trunk interface? */
export const canTrunk = (type: string): boolean => typeof limits[type]?.[1] === 'number';
