import { hostIn } from '../cli/host.ts';
import { REGION } from '../cli/scenario.ts';
import { transcriptOf } from '../cli/transcript.ts';
import { flows } from '../functions/flows.ts';
import { makeHandler } from '../shared/lambda.ts';
import type { LoggedCall } from '../sim/calls.ts';
import type { EmittedEvent } from '../sim/service.ts';
import type { Market } from './market.ts';

const TABLE = 'table';
const NAME = 'lone process';

/**
 * One execution environment of the interruption function in a market, called by hand: no queue splits what it gets.
 * It has a table of its own, which is empty at first.
 */
export class LoneProcess {
  readonly #market: Market;
  readonly #handle: ReturnType<typeof handlerIn>;
  #records = 0;

  constructor(market: Market) {
    this.#market = market;
    this.#handle = handlerIn(market);
  }

  /**
   * Gives the function one batch and lets `seconds` of virtual time pass.
   * @returns the calls that it made meanwhile, oldest first
   * @throws Error when it asks for a record to be delivered again
   */
  async call(events: readonly EmittedEvent[], seconds: number): Promise<readonly LoggedCall[]> {
    const { clock, endpoint } = this.#market.account;
    const before = endpoint.calls.entries.length;
    const Records = events.map((event) => this.#record(event));
    const work = clock.track(this.#handle({ Records }));
    await clock.run(clock.now() + seconds * 1000);
    const { batchItemFailures } = await work;
    if (batchItemFailures.length > 0) throw new Error(`${batchItemFailures.length} records failed`);
    return endpoint.calls.entries.slice(before).filter(({ caller }) => caller === NAME);
  }

  /** Lets a scheduled tick fill the map. */
  async tick(): Promise<void> {
    const detail = {};
    await this.call(
      [{ source: 'aws.events', 'detail-type': 'Scheduled Event', region: REGION, resources: [], detail }],
      60,
    );
  }

  #record(event: EmittedEvent) {
    this.#records += 1;
    const id = `00000000-0000-4000-b000-${String(this.#records).padStart(12, '0')}`;
    const time = new Date(this.#market.account.clock.now()).toISOString();
    const envelope = { version: '0', id, account: this.#market.account.account, time, ...event };
    return { messageId: id, body: JSON.stringify(envelope) };
  }
}

function handlerIn({ account, dynamodb, sqs }: Market) {
  const place = { region: REGION, account: account.account };
  const keySchema = [
    { AttributeName: 'pk', KeyType: 'HASH' as const },
    { AttributeName: 'sk', KeyType: 'RANGE' as const },
  ];
  dynamodb.createTable({ ...place, tableName: TABLE, keySchema });
  const queue = sqs.createQueue({ ...place, name: 'wake-ups' });
  const env = {
    AWS_REGION: REGION,
    SPOTKEEPER_MODE: 'act',
    SPOTKEEPER_REGIONS: REGION,
    SPOTKEEPER_TABLE: TABLE,
    SPOTKEEPER_WAKE_UP_QUEUE_URL: queue.options.url,
  };
  const host = hostIn(account, NAME, transcriptOf(account.clock).edge(NAME));
  const { flow, makePorts } = flows.interruption;
  const handler = makeHandler(flow, makePorts, env, host);
  const context = { awsRequestId: NAME } as Parameters<typeof handler>[1];
  return (batch: Parameters<typeof handler>[0]) => handler(batch, context);
}
