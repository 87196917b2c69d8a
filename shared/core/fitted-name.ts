/**
 * A name with an ending, of at most `most` characters: where the name is too long it is cut, and a short hash of the
 * whole name keeps it apart from others that begin alike.
 */
export function fittedName(name: string, ending: string, most = 255): string {
  if (name.length + ending.length <= most) return `${name}${ending}`;
  const hash = fnv1a(name).toString(36).padStart(7, '0');
  return `${name.slice(0, most - ending.length - hash.length - 1)}-${hash}${ending}`;
}

/** 32 bits, http://www.isthe.com/chongo/tech/comp/fnv/ */
function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (const character of text) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
  return hash >>> 0;
}
