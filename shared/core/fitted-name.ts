import { textHash } from './text-hash.ts';

/**
 * A name with an ending, of at most `most` characters: where the name is too long it is cut, and a short hash of the
 * whole name keeps it apart from others that begin alike.
 */
export function fittedName(name: string, ending: string, most = 255): string {
  if (name.length + ending.length <= most) return `${name}${ending}`;
  const hash = textHash(name);
  return `${name.slice(0, most - ending.length - hash.length - 1)}-${hash}${ending}`;
}
