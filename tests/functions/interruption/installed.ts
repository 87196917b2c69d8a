import { install } from '../../../cli/installation.ts';
import { packagedTemplate } from '../../../scripts/packaged.mjs';
import { type AccountOptions, SimulatedAccount } from '../../../sim/account.ts';
import type { Template } from '../../../sim/delivery/template.ts';
import { DynamoDb } from '../../../sim/dynamodb/service.ts';
import { Sqs } from '../../../sim/sqs/service.ts';

export const REGION = 'eu-west-1';
export const POOL = { type: 'm6i.large', zone: 'eu-west-1a' };

/** spotkeeper in a simulated account in which things go wrong; seconds count from its start, the first tick is at 60. */
export async function installed(faults?: AccountOptions['faults'], settings: Readonly<Record<string, string>> = {}) {
  const made: { sqs?: Sqs; dynamodb?: DynamoDb } = {};
  const account = new SimulatedAccount({
    seed: 3,
    regions: [REGION],
    ...(faults && { faults }),
    services: ({ clock }) => {
      made.sqs = new Sqs({ clock });
      made.dynamodb = new DynamoDb({ clock });
      return [made.sqs.service, made.dynamodb.service];
    },
  });
  const { sqs, dynamodb } = made;
  if (!sqs || !dynamodb) throw new Error('the account has no queues or no table');
  const startedAt = account.clock.now();
  const region = account.region(REGION);
  const template = (await packagedTemplate()) as Template;
  const start = () =>
    install({
      account,
      sqs,
      dynamodb,
      template,
      region: REGION,
      settings: { SPOTKEEPER_MODE: 'act', ...settings },
    });
  const seconds = (at: number) => (at - startedAt) / 1000;
  return {
    account,
    region,
    start,
    at: (second: number, happen: () => void) => account.clock.at(startedAt + second * 1000, happen),
    runTo: (second: number) => account.clock.run(startedAt + second * 1000),
    /** When each entry of a kind was, in seconds. */
    times: (kind: string) =>
      account.journal.entries.filter((entry) => entry.kind === kind).map((entry) => seconds(entry.at)),
    tasks: () => account.tally().tasks,
  };
}

type Lab = Awaited<ReturnType<typeof installed>>;

/** A cluster whose instances hold two tasks each of one service behind a load balancer; with room for those of one. */
export function shop(
  { region }: Lab,
  options: { instances?: number; tags?: Record<string, string>; hook?: boolean } = {},
) {
  const { instances = 4, tags = {}, hook = false } = options;
  const cluster = region.createCluster({ name: 'shop', tags });
  const hooks = hook ? [{ name: 'spotkeeper-drain', heartbeatTimeoutSeconds: 3_600 }] : [];
  const group = region.createGroup({ name: 'spot', cluster, desired: instances, pools: [POOL], hooks });
  const targetGroup = region.createTargetGroup({ name: 'shop' });
  region.createService({ cluster, name: 'shop', desired: 2 * instances, targetGroup, requestsPerSecond: 10 });
  region.settle();
  const [first] = cluster.instances.values();
  if (!first) throw new Error('the cluster is empty');
  return { cluster, group, first, targetGroup };
}
