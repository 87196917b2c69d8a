import { AwsError } from './service.ts';

/**
 * Checks a number against the limits that an API model names. Absent members pass.
 * @param member `maxResults`
 * @param limits `code` is the service's validation error
 * @throws AwsError in the words of AWS's validation framework
 */
export const checkRange = (member: string, value: number | undefined, limits: Limits): void => {
  if (value === undefined || (value >= limits.least && value <= limits.most)) return;
  const [word, limit] = value < limits.least ? ['greater', limits.least] : ['less', limits.most];
  throw new AwsError(
    limits.code,
    `1 validation error detected: Value '${value}' at '${member}' failed to satisfy constraint: Member must have value ${word} than or equal to ${limit}`,
  );
};

export type Limits = { readonly least: number; readonly most: number; readonly code: string };
