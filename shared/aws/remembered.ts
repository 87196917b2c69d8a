const MOST = 1_000;

/**
 * Remembers what a read answered, per argument, for as long as a process lives and at most `forMs`: task definitions
 * never change, settings of target groups seldom. A read that fails is not remembered.
 */
export function remembered<T>(
  read: (key: string) => Promise<T>,
  { now, forMs }: { now: () => number; forMs: number },
): (key: string) => Promise<T> {
  const answers = new Map<string, { readonly until: number; readonly answer: Promise<T> }>();
  return (key) => {
    const known = answers.get(key);
    if (known && known.until > now()) return known.answer;
    if (answers.size >= MOST) answers.clear();
    const answer = read(key);
    answers.set(key, { until: now() + forMs, answer });
    answer.catch(() => answers.delete(key));
    return answer;
  };
}
