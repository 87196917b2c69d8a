import type { Context } from '../../../shared/flow.ts';
import type { Outbox } from '../../../shared/model/incident.ts';
import { later } from '../../../shared/model/instant.ts';
import { emptyPlan, type Guard, merge, type Plan } from '../../../shared/plan/action.ts';
import type { Asked } from './asked.ts';
import { isNews, isUnsaid } from './outbox.ts';

export type PostView = Asked & {
  /** Is there a webhook or a token? */
  readonly hasSlack: boolean;
  readonly outbox: readonly Outbox[];
};

/** Slack takes a message a second: https://docs.slack.dev/apis/web-api/rate-limits. What else is to be done waits meanwhile. */
const MOST = 3;
/** Nobody else says it within so long: enough for three messages that Slack is as slow as it may be to take. */
const CLAIM_MS = 120_000;
const NO_SLACK = 'no Slack parameter is set';

/**
 * Says what is due, one after the other: news first, the oldest before others, then messages that say something else now,
 * those first that were not changed for longest. Each message is claimed first: of two passes one says it, and if
 * that one dies, another one does two minutes later.
 */
export function decidePost({ for: records, by, hasSlack, outbox }: PostView, context: Context): Plan {
  const due = outbox
    .filter((one) => isUnsaid(one) && one.notBefore <= context.now)
    .sort((a, b) => Number(isNews(b)) - Number(isNews(a)) || ageOf(a) - ageOf(b) || (a.id < b.id ? -1 : 1));
  if (!hasSlack) return unheard(due, { for: records, by });
  const claims = due.slice(0, MOST).map((one) => claimed(one, { for: records, by }, context));
  return {
    ...emptyPlan,
    guards: claims,
    steps: claims.map(({ name, next }) => [
      {
        do: 'post',
        for: records,
        region: context.region,
        because: because(next),
        under: name,
        outbox: next,
      },
    ]),
  };
}

const ageOf = (one: Outbox): number => (isNews(one) ? one.createdAt : one.notBefore);

type Claim = Guard & { readonly next: Outbox };

function because(outbox: Outbox): string {
  const { id, attempts, lastError } = outbox;
  const due = isNews(outbox) ? 'is due' : 'says something else now';
  return lastError === undefined ? `${id} ${due}` : `${id} ${due}, try ${attempts}: Slack said ${lastError} before`;
}

const claimed = (one: Outbox, { for: records, by }: Asked, { now }: Context): Claim => ({
  name: `say ${one.id}`,
  for: records,
  expected: one.version,
  whenLost: 'leave',
  next: {
    ...one,
    attempts: one.attempts + 1,
    notBefore: later(now, CLAIM_MS),
    version: one.version + 1,
    by,
  },
});

/** Nothing is posted. Each message is told of once: that it was is in its record. */
const unheard = (due: readonly Outbox[], { for: records, by }: Asked): Plan =>
  merge(
    due
      .filter(({ lastError }) => lastError !== NO_SLACK)
      .map((one) => ({
        ...emptyPlan,
        guards: [
          {
            name: `keep ${one.id}`,
            for: records,
            expected: one.version,
            whenLost: 'leave' as const,
            next: { ...one, lastError: NO_SLACK, version: one.version + 1, by },
          },
        ],
        notes: [
          `${one.id} is not posted: the setting slackSecret names no SSM parameter with a webhook or a bot token`,
        ],
      })),
  );
