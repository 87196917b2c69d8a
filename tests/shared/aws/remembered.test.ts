import { describe, expect, test } from 'vitest';
import { remembered } from '../../../shared/aws/remembered.ts';

/** A read that answers one after the other of `answers`, and how often it was asked. */
function reading(answers: readonly (readonly string[] | Error)[]) {
  const asked: string[] = [];
  const read = async (key: string): Promise<readonly string[]> => {
    const answer = answers[asked.push(key) - 1] ?? [];
    if (answer instanceof Error) throw answer;
    return answer;
  };
  const time = { now: 0 };
  return {
    asked,
    time,
    ask: remembered(read, { now: () => time.now, forMs: 1_000, isEmpty: ({ length }) => length === 0 }),
  };
}

describe('what was read', () => {
  test('is not read again until its time is over', async () => {
    const { ask, time, asked } = reading([['one'], ['two']]);
    expect([await ask('a'), await ask('a')]).toEqual([['one'], ['one']]);
    time.now = 1_000;
    expect(await ask('a')).toEqual(['two']);
    expect(asked).toEqual(['a', 'a']);
  });

  test('is read again after a failure', async () => {
    const { ask } = reading([new Error('throttled'), ['one']]);
    await expect(ask('a')).rejects.toThrow('throttled');
    expect(await ask('a')).toEqual(['one']);
  });

  test('is read again after an answer without anything in it, which would count for the whole time', async () => {
    const { ask } = reading([[], ['one'], ['two']]);
    expect([await ask('a'), await ask('a'), await ask('a')]).toEqual([[], ['one'], ['one']]);
  });
});
