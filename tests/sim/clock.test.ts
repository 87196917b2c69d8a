import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../sim/clock.ts';
import { Heap } from '../../sim/heap.ts';

describe('virtual time', () => {
  it('jumps from entry to entry, in the order of time and of scheduling', async () => {
    const clock = new VirtualClock(1000);
    const fired: string[] = [];
    const note = (name: string) => () => fired.push(`${name} at ${clock.now()}`);
    clock.after(20, note('late'));
    clock.after(10, note('first'));
    clock.at(1010, note('second'));
    clock.at(5, note('overdue'));
    const cancel = clock.after(10, note('cancelled'));
    cancel();
    await clock.run();
    expect(fired).toEqual(['overdue at 1000', 'first at 1010', 'second at 1010', 'late at 1020']);
  });

  it('lets others look after every step, when all that it set off at that instant is done', async () => {
    const clock = new VirtualClock(0);
    const seen: string[] = [];
    let done = 0;
    clock.onStep(() => seen.push(`${clock.now()}: ${done} done`));
    const work = async () => {
      await clock.sleep(5);
      await Promise.resolve();
      done += 1;
    };
    void work();
    clock.after(5, () => seen.push('fires'));
    await clock.run();
    expect(seen).toEqual(['5: 1 done', 'fires', '5: 1 done']);
  });

  it('stops at the asked instant and goes on from there', async () => {
    const clock = new VirtualClock(0);
    let fired = false;
    clock.after(10, () => {
      fired = true;
    });
    await clock.run(9);
    expect([clock.now(), fired]).toEqual([9, false]);
    await clock.run(10);
    expect(fired).toBe(true);
  });

  it('lets woken code finish its promises before time goes on', async () => {
    const clock = new VirtualClock(0);
    const seen: number[] = [];
    const work = async () => {
      await clock.sleep(10);
      for (let n = 0; n < 100; n += 1) await Promise.resolve();
      seen.push(clock.now());
    };
    clock.track(work());
    clock.after(11, () => seen.push(clock.now()));
    await clock.run();
    expect(seen).toEqual([10, 11]);
  });

  it('reports work that waits for something outside virtual time', async () => {
    const clock = new VirtualClock(0);
    clock.track(new Promise(() => undefined));
    await expect(clock.run()).rejects.toThrow('real I/O or a lost promise');
    clock.abandon();
    await expect(clock.run()).resolves.toBeUndefined();
  });
});

describe('the heap', () => {
  it('gives back whatever it was given, in order', () => {
    fc.assert(
      fc.property(fc.array(fc.integer()), (numbers) => {
        const heap = new Heap<number>((a, b) => a < b);
        for (const number of numbers) heap.push(number);
        expect(heap.peek()).toBe(numbers.length === 0 ? undefined : Math.min(...numbers));
        expect(numbers.map(() => heap.pop())).toEqual(numbers.toSorted((a, b) => a - b));
        expect(heap.size).toBe(0);
      }),
    );
  });
});
