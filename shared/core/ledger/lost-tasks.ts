import { earlier, instant } from '../../model/instant.ts';
import type { RanTask } from '../../model/ledger.ts';
import { addService, type Books, pageOf } from './books.ts';
import { piecesOf, type Stretch } from './stretches.ts';

/**
 * Enters tasks of which nobody knows the instance, or its room: their time stands in their service's line (as
 * On-Demand, for want of knowledge) and has no price.
 */
export function enterLostTask(books: Books, { consumer, lent, from, to }: RanTask, window: Stretch): void {
  const stretch = {
    from: instant(Math.max(from, window.from)),
    to: to === undefined ? window.to : earlier(to, window.to),
  };
  for (const piece of piecesOf(stretch, [])) {
    const page = pageOf(books, piece.hour);
    const ms = piece.to - piece.from;
    addService(page, { consumer, capacity: 'on-demand', lent }, { ms, unpricedMs: ms });
    page.lostTasks += 1;
  }
}
