import { type Installation, install } from '../cli/installation.ts';
import { accountOf } from '../cli/run-drill.ts';
import { REGION } from '../cli/scenario.ts';
import { packagedTemplate } from '../scripts/packaged.mjs';
import type { SimulatedAccount } from '../sim/account.ts';
import type { Template } from '../sim/delivery/template.ts';
import type { DynamoDb } from '../sim/dynamodb/service.ts';
import type { Ec2Instance } from '../sim/ec2/instance.ts';
import type { Cluster } from '../sim/ecs/model.ts';
import type { Sqs } from '../sim/sqs/service.ts';
import type { Region } from '../sim/world/region.ts';

export type MarketOptions = {
  /** How many Spot instances each cluster has. */
  readonly clusters: readonly number[];
  /** Does the agent of each instance drain it on a notice, too (ECS_ENABLE_SPOT_INSTANCE_DRAINING)? */
  readonly agentDrains?: boolean;
  /** Puts services into a cluster. */
  readonly populate?: (region: Region, cluster: Cluster) => void;
};

/** A simulated account full of Spot instances, all running and registered, with the account's real token buckets. */
export type Market = {
  readonly account: SimulatedAccount;
  readonly sqs: Sqs;
  readonly dynamodb: DynamoDb;
  readonly region: Region;
  readonly clusters: readonly Cluster[];
  /** Of every cluster, in the order in which it was built. */
  readonly instances: readonly (readonly Ec2Instance[])[];
};

const SEED = 1;
const TYPE = 'm6i.large';
const ZONES = ['eu-west-1a', 'eu-west-1b', 'eu-west-1c'];

/** Builds a market; calls take 50 ms on average. The same options give the same market. */
export function openMarket({ clusters: sizes, agentDrains = false, populate }: MarketOptions): Market {
  const clusters: Cluster[] = [];
  const instances: Ec2Instance[][] = [];
  const build = (region: Region) => {
    for (const [index, size] of sizes.entries()) {
      const cluster = region.createCluster({ name: `cluster-${index}` });
      const before = region.parts.fleet.instances.size;
      region.createGroup({
        name: `group-${index}`,
        cluster,
        desired: size,
        pools: ZONES.map((zone) => ({ type: TYPE, zone })),
        agentDrainsOnSpot: agentDrains,
      });
      populate?.(region, cluster);
      clusters.push(cluster);
      instances.push([...region.parts.fleet.instances.values()].slice(before));
    }
  };
  const scenario = { name: 'market', title: 'Spot instances wait for notices.', seconds: 0, build, promises: [] };
  const { account, sqs, dynamodb } = accountOf(scenario, SEED);
  return { account, sqs, dynamodb, region: account.region(REGION), clusters, instances };
}

export type InstallOptions = {
  /** of virtual time */
  readonly minutes: number;
  /** The parts beside the function interruption; default none. */
  readonly parts?: { readonly failover?: boolean; readonly rebalance?: boolean; readonly report?: boolean };
  /** Function settings that differ from the template's, beside the mode. */
  readonly settings?: Readonly<Record<string, string>>;
};

/** Installs the packaged stack, in mode `act`, and lets its ticks fill the map. */
export async function installSpotkeeper(
  market: Market,
  { minutes, parts, settings: own }: InstallOptions,
): Promise<Installation> {
  const template = (await packagedTemplate(parts)) as Template;
  const { account, sqs, dynamodb } = market;
  const settings = { SPOTKEEPER_MODE: 'act', ...own };
  const installation = install({ account, sqs, dynamodb, template, region: REGION, settings });
  // Between two ticks, so that the notices meet neither of them.
  await account.clock.run(account.clock.now() + minutes * 60_000 + 10_000);
  return installation;
}

/** The EC2 instances of a market in turns: one of each cluster, the next of each, and so on. */
export function inTurns({ instances }: Market): readonly Ec2Instance[] {
  const longest = Math.max(...instances.map(({ length }) => length));
  return Array.from({ length: longest }, (_, index) => instances.flatMap((some) => some[index] ?? [])).flat();
}

/** Instances that ECS does not show as DRAINING (or gone). */
export const notDraining = ({ region }: Market, instances: readonly Ec2Instance[]): readonly Ec2Instance[] =>
  instances.filter(({ id }) => region.parts.ecs.instances.byEc2Id.get(id)?.status === 'ACTIVE');
