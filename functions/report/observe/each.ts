import type { Plan } from '../../../shared/plan/action.ts';

type Failures = NonNullable<Plan['failures']>;

/** Looks at each of several things. What goes wrong with one must not keep the others waiting. */
export async function each<T, V>(
  things: readonly T[],
  look: (thing: T) => Promise<V>,
  failed: (thing: T, error: unknown) => Failures[number],
): Promise<{ readonly views: readonly V[]; readonly failures: Failures }> {
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
