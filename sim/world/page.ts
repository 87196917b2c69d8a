import { AwsError } from '../service.ts';

export type Page<T> = { readonly items: T[]; readonly nextToken: string | undefined };

export type PageRequest = {
  readonly size: number;
  readonly token: string | undefined;
  /** the error of a token that this account never gave out */
  readonly invalidTokenCode: string;
};

/**
 * One page of a listing. The token is the sequence number of the first item of the next page, so that items that come
 * and go between two calls neither repeat nor hide others.
 * @param items in rising order of `sequence`
 * @throws AwsError for a token that is not one
 */
export const page = <T extends { readonly sequence: number }>(items: Iterable<T>, request: PageRequest): Page<T> => {
  const first = request.token === undefined ? 0 : Number(request.token);
  if (!Number.isSafeInteger(first) || first < 0) {
    throw new AwsError(request.invalidTokenCode, `Invalid token ${request.token}`);
  }
  const found: T[] = [];
  for (const item of items) {
    if (item.sequence < first) continue;
    if (found.length === request.size) return { items: found, nextToken: String(item.sequence) };
    found.push(item);
  }
  return { items: found, nextToken: undefined };
};
