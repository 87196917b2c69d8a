import { stopwatch } from '../cli/stopwatch.ts';
import { candidatesOf } from '../shared/core/offerings/candidates.ts';
import { chooseTypes } from '../shared/core/offerings/choose.ts';
import { rank } from '../shared/core/offerings/rank.ts';
import { strike } from '../shared/core/offerings/standing.ts';
import { instant } from '../shared/model/instant.ts';
import { type Demand, poolKey, type ServiceDemand } from '../shared/model/offerings.ts';
import { allTypes } from '../sim/ec2/instance-type.ts';
import { onDemandPrice } from '../sim/ec2/prices.ts';
import { keyedRandom } from '../sim/random.ts';
import { realCatalogue } from './real-catalogue.ts';
import type { Decided } from './rebalance-decide.ts';

// Decides for so many groups among so many types and zones, and prints what that took. Each group allows all sizes up to
// four times its own and all hardware, so that most types of the architecture are candidates; a tenth of all pools failed.

const MEBIBYTE = 2 ** 20;
const now = instant(1_700_000_000_000);
const SERVICES = 20;
const [typeCount = 0, zoneCount = 0, groups = 0] = process.argv.slice(2).map(Number);

const heapBefore = process.memoryUsage().heapUsed;
let heapMost = heapBefore;
const draw = keyedRandom(1);
const zones = Array.from({ length: zoneCount }, (_, n) => `us-east-1${String.fromCharCode(97 + n)}`);
const names = allTypes().slice(-typeCount);
const catalogue = realCatalogue(names, zones);
const pools = names.flatMap((type) => zones.map((zone) => ({ type, zone })));
const nano = (dollars: number): number => Math.round(dollars * 1e9);
const prices = {
  onDemand: new Map(names.map((type) => [type, nano(onDemandPrice(type))])),
  spot: new Map(
    pools.map((pool) => [poolKey(pool), nano(onDemandPrice(pool.type) * (0.2 + draw('price', poolKey(pool)) / 2))]),
  ),
};
const failed = { region: 'us-east-1', at: now, weight: 1, coolOffMinutes: 30, mostCoolOffHours: 24 };
const standings = new Map(
  pools.flatMap((pool) => {
    const key = poolKey(pool);
    return draw('failed', key) < 0.1 ? [[key, strike(undefined, { ...failed, pool })] as const] : [];
  }),
);

const own = names.filter((type) => /^[cmr][5-7][agi]?\.(?:large|xlarge|2xlarge|4xlarge)$/.test(type));
const held: unknown[] = [];
let candidates = 0;
let chosen = 0;
let slowest = 0;
const seconds = stopwatch();
for (let group = 0; group < groups; group += 1) {
  const own = stopwatch();
  const result = decide(group);
  slowest = Math.max(slowest, own());
  candidates += result.offered / groups;
  chosen += result.choice.types.length / groups;
  held.push(result.choice);
  heapMost = Math.max(heapMost, process.memoryUsage().heapUsed);
}
const told: Decided = {
  milliseconds: Math.round(seconds() * 1_000),
  slowest: slowest * 1_000,
  heapGrowth: Math.round((heapMost - heapBefore) / MEBIBYTE),
  peak: Math.round(process.resourceUsage().maxRSS / 1_024),
  candidates: Math.round(candidates),
  chosen,
};
console.log(JSON.stringify(told));

function decide(group: number) {
  const first = own[(group * 7) % own.length] ?? '';
  const types = own.filter((type) => type === first || draw('own', type, group) < 0.1);
  const { architectures } = catalogue.types.get(first) ?? { architectures: [] };
  const demand = demandOf(group);
  const policy = { typeChoice: 'wide', localStorage: 'allow', burstable: 'allow' } as const;
  const image = { architecture: architectures[0] ?? '', virtualization: 'hvm' };
  const pinned = new Set<string>();
  const found = candidatesOf(catalogue, { own: types, pinned, image, demand, zones, policy });
  const offerings = rank(found.types, { zones, catalogue, prices, standings, scores: undefined, demand, now });
  const names = { own: types, pinned, current: types, away: [] };
  const wish = { ...names, zones, crowded: new Set<string>(), maxTypes: 40, ordered: true };
  const choice = chooseTypes(offerings, { ...wish, minPools: 10, maxFamilyShare: 0.25, gainPercent: 10 });
  return { offered: offerings.length, choice };
}

function demandOf(group: number): Demand {
  const services = Array.from({ length: SERVICES }, (_, n): ServiceDemand => {
    const size = 1 + Math.floor(draw('size', `${group}`, n) * 4);
    return {
      service: `service-${n}`,
      daemon: n < 2,
      desired: 1 + n,
      cpu: size * 128,
      memory: size * 256,
      gpus: 0,
      interfaces: n % 3 === 0 ? 1 : 0,
    };
  });
  return { services, memoryShare: 0.94, trunking: group % 2 === 0 };
}
