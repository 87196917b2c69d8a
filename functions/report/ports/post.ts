import { outcomeOf } from '../../../shared/aws/outcome.ts';
import { keyOf } from '../../../shared/aws/record-keys.ts';
import type { Remembered } from '../../../shared/aws/remembered.ts';
import { commit, getRecords, type TablePorts } from '../../../shared/aws/table.ts';
import type { Log, Ports } from '../../../shared/flow.ts';
import type { Outbox } from '../../../shared/model/incident.ts';
import { type Instant, later } from '../../../shared/model/instant.ts';
import type { Policy } from '../../../shared/policy.ts';
import type { makeSay, Said } from '../../../shared/slack/say.ts';

/** A parameter that cannot be read is looked at again after so long. */
const SECRET_WAIT_MS = 300_000;
/** What the slowest Slack takes for one message: an update and its news, in three forms each. */
const SAY_MS = 40_000;
/** A record that others change meanwhile is written so often at most. */
const WRITES = 3;

export type PostParts = {
  readonly table: TablePorts;
  readonly now: () => Instant;
  readonly log: Log;
  readonly policy: Pick<Policy, 'slackSecret' | 'slackChannel'>;
  readonly say: ReturnType<typeof makeSay>;
  /** What a parameter holds, by its name. */
  readonly secret: Remembered<string>;
};

/**
 * Says in Slack what an outbox record holds, which its guard has claimed, and writes down what became of it. What Slack
 * refuses, and a parameter that cannot be read, stand in the record; only a table that fails fails the action.
 */
export function makePost(parts: PostParts): Ports<unknown, 'post'>['act']['post'] {
  return (action) =>
    outcomeOf(action, async () => {
      const { outbox } = action;
      // Others were slow before it. Once the claim is over, somebody else says it, and it would be said twice.
      if (later(parts.now(), SAY_MS) > outbox.notBefore) {
        parts.log.warn('too late to say it now; the next claim does', { id: outbox.id });
        return;
      }
      const said = await sayIt(outbox, parts);
      if (said.is === 'refused') parts.log.warn('Slack was not told', { id: outbox.id, error: said.error });
      await writeDown(outbox, said, parts);
    });
}

async function sayIt(outbox: Outbox, { say, secret, policy, now }: PostParts): Promise<Said> {
  const name = policy.slackSecret;
  let held: string;
  try {
    held = await secret(name);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { is: 'refused', notBefore: later(now(), SECRET_WAIT_MS), error: message };
  }
  const said = await say({ outbox, secret: held, channel: policy.slackChannel });
  // A person may have put another one there since.
  if (said.is === 'refused') secret.forget(name);
  return said;
}

/** Another run may have had something new to say meanwhile: that stays, and what was said is added. */
async function writeDown(outbox: Outbox, said: Said, { table, now }: PostParts): Promise<void> {
  let there: Outbox | undefined = outbox;
  for (let write = 0; write < WRITES && there !== undefined; write += 1) {
    const written = { notBefore: notBefore(said, now()), version: there.version + 1, by: `${outbox.by}, said` };
    const next = { ...told(there, outbox, said), ...written };
    const guard = { name: `said ${outbox.id}`, for: [], next, expected: there.version, whenLost: 'leave' as const };
    if ((await commit(table, guard)) === 'won') return;
    there = (await getRecords(table, [keyOf(outbox)])).find((one): one is Outbox => one.is === 'outbox');
  }
}

function told(there: Outbox, outbox: Outbox, said: Said): Outbox {
  if (said.is !== 'said') return { ...there, lastError: said.error };
  const saidRevision = Math.max(there.saidRevision, outbox.revision);
  const outdated = there.message.text !== outbox.message.text;
  return { ...there, saidRevision, outdated, posted: said.posted, attempts: 0, lastError: undefined };
}

const notBefore = (said: Said, now: Instant): Instant => (said.is === 'said' ? now : said.notBefore);
