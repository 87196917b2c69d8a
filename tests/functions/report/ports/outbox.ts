import type { Outbox } from '../../../../shared/model/incident.ts';
import { later } from '../../../../shared/model/instant.ts';
import type { SlackMessage } from '../../../../shared/model/slack-message.ts';
import { REGION } from '../../../shared/aws/lab.ts';
import { HOUR } from '../../../shared/aws/ledger-records.ts';

export const messageOf = (text: string): SlackMessage => {
  const block = { type: 'section', text: { type: 'mrkdwn', text } } as const;
  return { text, blocks: [block], plainBlocks: [block] };
};

/** A report that nobody has said yet, claimed by the run that is to say it. */
export const anOutbox = (changes: Partial<Outbox> = {}): Outbox => ({
  is: 'outbox',
  region: REGION,
  id: 'daily 2026-08-13',
  message: messageOf('Spot saved 3 dollars'),
  news: undefined,
  revision: 1,
  saidRevision: 0,
  outdated: false,
  posted: undefined,
  attempts: 1,
  notBefore: later(HOUR, 60_000),
  lastError: undefined,
  createdAt: HOUR,
  version: 2,
  by: 'a run',
  expiresAt: later(HOUR, 90 * 86_400_000),
  ...changes,
});
