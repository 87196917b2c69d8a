import type { Fetch } from '../../../shared/aws/process.ts';
import type { Outbox } from '../../../shared/model/incident.ts';
import { instant } from '../../../shared/model/instant.ts';
import { makeSay, type Said } from '../../../shared/slack/say.ts';
import { VirtualClock } from '../../../sim/clock.ts';
import { BOT_TOKEN, CHANNEL, SlackWorkspace, WEBHOOK_URL } from '../../../sim/slack/workspace.ts';
import { Journal } from '../../../sim/world/journal.ts';
import { OPENED } from './given.ts';

export const WEBHOOK = { secret: WEBHOOK_URL, channel: 'none' };
export const BOT = { secret: BOT_TOKEN, channel: CHANNEL };

/** A simulated workspace and what speaks to it, in virtual time. */
export class Desk {
  readonly clock = new VirtualClock(OPENED);
  readonly journal = new Journal();
  readonly workspace = new SlackWorkspace(this.clock, this.journal);
  /** What was sent, in the order of the requests. */
  readonly requests: { readonly url: string; readonly body: string }[] = [];
  readonly #say = makeSay({
    fetch: this.#listen(this.workspace.fetch),
    now: () => instant(this.clock.now()),
    sleep: (ms) => this.clock.sleep(ms),
  });

  /** What became of each record; all of them are said at the same time. */
  async say(
    way: { readonly secret: string; readonly channel: string },
    ...outboxes: readonly Outbox[]
  ): Promise<Said[]> {
    const saying = this.clock.track(Promise.all(outboxes.map((outbox) => this.#say({ outbox, ...way }))));
    await this.clock.run();
    return saying;
  }

  async sayOne(way: { readonly secret: string; readonly channel: string }, outbox: Outbox): Promise<Said> {
    const [said] = await this.say(way, outbox);
    if (!said) throw new Error('nothing was said');
    return said;
  }

  #listen(fetch: Fetch): Fetch {
    return (url, init) => {
      this.requests.push({ url, body: init.body });
      return fetch(url, init);
    };
  }
}
