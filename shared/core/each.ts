/**
 * Looks at each of several things side by side. What goes wrong with one must not keep the others waiting.
 * @returns what was seen, in the order of the things, and what `failed` makes of each look that threw
 */
export async function each<T, V, F>(
  things: readonly T[],
  look: (thing: T) => Promise<V>,
  failed: (thing: T, error: unknown) => F,
): Promise<{ readonly views: readonly V[]; readonly failures: readonly F[] }> {
  const seen = await Promise.all(
    things.map(async (thing) => {
      try {
        return { views: [await look(thing)], failures: [] };
      } catch (error) {
        return { views: [], failures: [failed(thing, error)] };
      }
    }),
  );
  return { views: seen.flatMap(({ views }) => views), failures: seen.flatMap(({ failures }) => failures) };
}
