import { configurationName, configurationOf, placementScores } from '../../../shared/aws/placement-scores.ts';
import type { RebalanceClients } from '../../../shared/aws/rebalance-clients.ts';
import { putRecords, type TablePorts } from '../../../shared/aws/table.ts';
import { instant, later } from '../../../shared/model/instant.ts';
import type { Scores } from '../../../shared/model/rebalance-records.ts';
import type { Reader } from '../reader.ts';

/** AWS does not say how many new configurations it takes a day: others in the account may ask, too. */
const NEW_A_DAY = 5;
const DAY_MS = 24 * 3_600_000;
const GOOD_FOR_MS = 6 * 3_600_000;

/**
 * Placement scores that are at most six hours old. Each configuration that was asked within 24 hours may be asked again;
 * of new ones at most five are, one after the other so that none is counted twice. Then there is no score.
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/how-sps-works.html
 */
export function scoresReader(
  region: string,
  { ec2 }: Pick<RebalanceClients, 'ec2'>,
  { table, stored }: { readonly table: TablePorts; readonly stored: () => Promise<readonly Scores[]> },
): Reader['placementScores'] {
  const read = async (types: readonly string[], capacity: number) => {
    const asked = configurationOf(types, capacity);
    const configuration = configurationName(asked);
    const known = await stored();
    const before = known.find((one) => one.configuration === configuration);
    const now = instant(table.now());
    if (before && now < later(before.askedAt, GOOD_FOR_MS)) return before.byZone;
    if (!before && known.length >= NEW_A_DAY) return undefined;
    const byZone = await placementScores(ec2, region, asked);
    if (byZone === undefined) return undefined;
    // It ends with AWS's 24 hours, so that what is stored is what counts.
    const expiresAt = later(now, DAY_MS);
    await putRecords(table, [{ is: 'scores', region, configuration, byZone, askedAt: now, expiresAt }]);
    return byZone;
  };
  let last: Promise<unknown> = Promise.resolve();
  return (types, target) => {
    const answer = last.then(() => read(types, target));
    last = answer.catch(() => undefined);
    return answer;
  };
}
