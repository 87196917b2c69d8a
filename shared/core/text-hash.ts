/**
 * A short text that differs where the given text differs: two 32-bit FNV-1a hashes, hexadecimal.
 * http://www.isthe.com/chongo/tech/comp/fnv/
 */
export const textHash = (text: string): string =>
  [0x811c9dc5, 0x01000193].map((seed) => fnv1a(text, seed).toString(16).padStart(8, '0')).join('');

function fnv1a(text: string, seed: number): number {
  let hash = seed;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash >>> 0;
}
