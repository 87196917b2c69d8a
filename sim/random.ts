/**
 * Random draws keyed by (seed, stream, entity, n): a draw depends on nothing else, so a market looks the same with and
 * without spotkeeper, whatever else happens around it.
 * @returns a function that gives the n-th draw of an entity in a stream, uniform in [0, 1)
 */
export const keyedRandom =
  (seed: number) =>
  (stream: string, entity: string, n = 0): number => {
    let hash = (seed ^ 0x9e3779b9) >>> 0;
    const text = `${stream}\u0000${entity}\u0000${n}`;
    for (let index = 0; index < text.length; index += 1) {
      hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193) >>> 0;
    }
    hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b) >>> 0;
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35) >>> 0;
    return ((hash ^ (hash >>> 16)) >>> 0) / 4294967296;
  };

export type KeyedRandom = ReturnType<typeof keyedRandom>;
