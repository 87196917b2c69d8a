import { shortName } from '../../../shared/model/arn.ts';
import { BOT_TOKEN, type SlackWorkspace, WEBHOOK_URL } from '../../../sim/slack/workspace.ts';
import { isHandsOff } from '../../hands-off.ts';
import type { Seed } from '../seed.ts';
import { drawsReport } from './drawn-account.ts';
import { incidentsIn, outboxIn } from './records.ts';

const STAGES = 4;
/** Notices within so long of each other are one storm, whatever comes late. */
const AT_ONCE_MS = 60_000;
const QUIET_MS = 13 * 60_000;
/** An instance that is registered no longer than this before its notice may not be known as its cluster's. */
const KNOWN_MS = 60_000;

/** No storm is untold, none is told more than four times, Slack refuses nothing, and no secret is shown. */
export function checkTold(seed: Seed, slack: SlackWorkspace): void {
  checkStorms(seed);
  checkOutbox(seed);
  checkMessages(seed, slack);
  checkSecrets(seed, slack);
}

/** Each storm is an incident, and in the end it is over. */
function checkStorms(seed: Seed): void {
  const { account, region, settings, excuses, violated } = seed;
  const incidents = incidentsIn(seed);
  const now = account.clock.now();
  for (const { cluster, closedAt, activeAt, openedAt } of incidents)
    if (closedAt === undefined && now > activeAt + QUIET_MS)
      violated(`the incident of ${shortName(cluster)} at ${new Date(openedAt).toISOString()} is never over`);
  const told = new Set(incidents.flatMap(({ instances }) => instances));
  const most = Number(settings.SPOTKEEPER_STORM_INSTANCES);
  const notices = account.journal.entries.flatMap(({ kind, subject, at }) => {
    const host = region.parts.ecs.instances.byEc2Id.get(subject);
    const isKnown = host !== undefined && !isHandsOff(host.cluster) && at > host.registeredAt + KNOWN_MS;
    return kind === 'notice' && isKnown ? [{ id: subject, at, cluster: host.cluster.name }] : [];
  });
  for (const [name, ofCluster] of Map.groupBy(notices, ({ cluster }) => cluster))
    for (const { at } of ofCluster) {
      const storm = ofCluster.filter((one) => one.at >= at && one.at <= at + AT_ONCE_MS);
      const excuseMs = storm.reduce((sum, { id }) => sum + excuses.excuseMs(at, at + 2 * AT_ONCE_MS, id), 0);
      if (storm.length < most || excuseMs > AT_ONCE_MS) continue;
      const untold = storm.filter(({ id }) => !told.has(id));
      if (untold.length > 0)
        violated(`${storm.length} notices at once in ${name} are no incident, ${untold[0]?.id} among them`);
    }
}

/** What is to be said is said in the end. */
function checkOutbox(seed: Seed): void {
  const { violated } = seed;
  const outbox = outboxIn(seed);
  const ids = new Set(outbox.map(({ id }) => id));
  for (const { id, revision, saidRevision, lastError } of outbox)
    if (saidRevision < revision) violated(`Slack has revision ${saidRevision} of ${revision} of ${id}: ${lastError}`);
  for (const { cluster, openedAt, region, told } of incidentsIn(seed)) {
    const id = `incident ${region} ${shortName(cluster)} ${new Date(openedAt).toISOString()}`;
    if (told.length > 0 && !ids.has(id)) violated(`nothing is to be said of ${id}`);
  }
}

/** A message that was taken by a function that died before it knew is said once more. */
function checkMessages(seed: Seed, { messages, mood }: SlackWorkspace): void {
  const { account, faults, violated, seed: number } = seed;
  const refused = account.journal.entries.filter(({ kind }) => kind === 'slack-refused');
  if (refused[0] && !mood.refusesNativeBlocks) violated(`${refused[0].text}`);
  const struck = faults.happened.filter(({ kind }) => AGAIN.has(kind)).length;
  const reports = messages.filter(({ text }) => text.startsWith('ECS on Spot'));
  const most = STAGES * incidentsIn(seed).length;
  if (messages.length - reports.length > most + struck)
    violated(`${messages.length - reports.length} messages tell of incidents; ${most} are enough`);
  if (drawsReport(number) && (reports.length === 0 || reports.length > 1 + struck))
    violated(`the day's report stands in the channel ${reports.length} times`);
}

const AGAIN = new Set(['kill', 'silence', 'internal-error', 'unavailable', 'throttling', 'slow', 'stale']);

function checkSecrets({ installation, violated }: Seed, { messages }: SlackWorkspace): void {
  const parts = [...BOT_TOKEN.split('-').slice(1), ...new URL(WEBHOOK_URL).pathname.split('/').slice(2)];
  const texts = [JSON.stringify(installation.transcript.lines), JSON.stringify(messages)];
  for (const part of parts) if (texts.some((text) => text.includes(part))) violated(`the secret is shown: ${part}`);
}
