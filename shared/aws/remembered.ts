const MOST = 1_000;

/** A read that remembers its answers; `forget` drops one, so that the next read asks again. */
export type Remembered<T> = ((key: string) => Promise<T>) & { readonly forget: (key: string) => void };

/**
 * Remembers what a read answered, per argument, for as long as a process lives and at most `forMs`: task definitions
 * never change, settings of target groups seldom. A read that fails is not remembered, nor an answer that `isEmpty`.
 */
export function remembered<T>(
  read: (key: string) => Promise<T>,
  { now, forMs, isEmpty = () => false }: { now: () => number; forMs: number; isEmpty?: (answer: T) => boolean },
): Remembered<T> {
  const answers = new Map<string, { readonly until: number; readonly answer: Promise<T> }>();
  const forget = (key: string): void => {
    answers.delete(key);
  };
  const ask = (key: string): Promise<T> => {
    const known = answers.get(key);
    if (known && known.until > now()) return known.answer;
    if (answers.size >= MOST) answers.clear();
    const answer = read(key);
    answers.set(key, { until: now() + forMs, answer });
    const drop = (): void => {
      if (answers.get(key)?.answer === answer) forget(key);
    };
    answer.then((said) => {
      if (isEmpty(said)) drop();
    }, drop);
    return answer;
  };
  return Object.assign(ask, { forget });
}

/** A remembered read of several names; their order does not matter. */
export function rememberedOfNames<T>(
  read: (names: readonly string[]) => Promise<T>,
  times: { now: () => number; forMs: number },
): (names: readonly string[]) => Promise<T> {
  const asked = remembered((names) => read(names.split(' ')), times);
  return async (names) => (names.length === 0 ? read([]) : asked([...new Set(names)].sort().join(' ')));
}

/**
 * A read of several names at once whose answers are remembered name by name, each for at most `forMs`: only those that
 * are not known (any more) are asked for. A name without an answer is asked for again.
 */
export function rememberedEach<T>(
  read: (names: readonly string[]) => Promise<ReadonlyMap<string, T>>,
  { now, forMs }: { now: () => number; forMs: number },
): (names: readonly string[]) => Promise<ReadonlyMap<string, T>> {
  const answers = new Map<string, { readonly until: number; readonly answer: T }>();
  return async (names) => {
    const unknown = [...new Set(names)].filter((name) => (answers.get(name)?.until ?? 0) <= now());
    const until = now() + forMs;
    const found = unknown.length > 0 ? await read(unknown) : new Map<string, T>();
    for (const [name, answer] of found) answers.set(name, { until, answer });
    return new Map(
      names.flatMap((name) => {
        const known = answers.get(name);
        return known && known.until > now() ? [[name, known.answer] as const] : [];
      }),
    );
  };
}
