import type { Context } from '../../../shared/flow.ts';
import type { Doomed } from '../../../shared/model/records.ts';
import { mayBeHeld } from '../decide/hold.ts';
import type { PassView } from '../decide/pass.ts';
import type { FailedPass } from '../decide/pass-drains.ts';
import type { Reader } from '../reader.ts';
import { type Asked, observePass } from './pass.ts';

/** What goes wrong in one cluster must not keep the others waiting, nor what is held there. */
export async function passOrFailure(read: Reader, asked: Asked, context: Context): Promise<PassView | FailedPass> {
  const { cluster } = asked.watch;
  try {
    return await observePass(read, asked, context);
  } catch (error) {
    const waiting = await heldIn(read, cluster, context);
    return { for: asked.for, error: `the pass over ${cluster} failed: ${error}`, cluster, waiting };
  }
}

/** Those that may be held, by what the table knows of them. */
async function heldIn(read: Reader, cluster: string, { policy, now }: Context): Promise<readonly Doomed[]> {
  const [lookout] = policy.holdDrain === 'on' ? await read.tolerant.lookouts([cluster]) : [];
  if (lookout === undefined || lookout.holds.length === 0) return [];
  const doomed = await read.tolerant.doomed(cluster);
  return doomed.filter((one) => one.closedAt === undefined && one.deadline > now && mayBeHeld(one, policy));
}
