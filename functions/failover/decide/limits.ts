import { hourlyNanoUsd } from '../../../shared/core/fargate/prices.ts';
import type { Context } from '../../../shared/flow.ts';
import type { Instant } from '../../../shared/model/instant.ts';
import { PROVIDERS, type StandbyRung, standbyRungs } from '../../../shared/model/lending.ts';
import type { Prepared } from '../../../shared/model/records.ts';
import { isStandby, type Ladder } from './ladder.ts';
import { launchesLeft, type Queue, queuesOf } from './launch-rate.ts';
import type { ClusterView } from './view.ts';

/** What is still to be had: of tasks, dollars, vCPUs and addresses. Services take from it in the order of their priority. */
export type Budget = {
  /**
   * Takes up to `count` tasks of a rung, those that are launched until an instant, if one is given.
   * @returns how many there are, and what bounds them when there are fewer
   */
  take(ladder: Ladder, rung: StandbyRung, count: number, until?: Instant): Granted;
  /** Gives tasks of a rung back. */
  give(ladder: Ladder, rung: StandbyRung, count: number): void;
  /** All that is lent in this cluster now. */
  lent(): { readonly tasks: number; readonly hourlyNanoUsd: number };
  vcpus(): { readonly [R in StandbyRung]: number };
  /** What a rung is still to launch, with what was taken of it. */
  queue(rung: StandbyRung): Queue;
};

export type Granted = { readonly granted: number; readonly bound: string | undefined };

const NANO = 1_000_000_000;
const UNBOUNDED = Number.POSITIVE_INFINITY;

/**
 * The limits before anything is asked for: lent tasks and dollars an hour of the service and the account, Fargate's vCPU
 * quotas and launch rates, free addresses in the standby's subnets, capacity providers of the cluster. A limit that is not known does not
 * bound: then Fargate itself refuses, and the rung counts as dry.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-quotas.html
 */
export function budgetOf(view: ClusterView, { region, policy, now }: Context): Budget {
  const used = usage(view, region);
  const queues = queuesOf(view, now);
  const addresses = new Map(view.subnets.map(({ id, freeAddresses }) => [id, freeAddresses]));
  const boundsOf = (ladder: Ladder, rung: StandbyRung, until: Instant | undefined): readonly Bound[] => {
    const { main } = ladder;
    const size = view.prepared.get(main.name)?.size;
    const unit = sizeOf(size, { rung, region });
    const own = used.services.get(main.name) ?? { tasks: 0, nanoUsd: 0 };
    const quota = view.quotas[rung];
    const provider = PROVIDERS[rung];
    const subnets = ladder.standbys[rung]?.network?.subnets ?? [];
    const known = subnets.filter((id) => addresses.has(id));
    const per = (room: number, each: number) => (each > 0 ? Math.floor(room / each) : UNBOUNDED);
    return [
      {
        left: view.cluster.providers.includes(provider) ? UNBOUNDED : 0,
        says: `the cluster has no capacity provider ${provider}`,
      },
      { left: ladder.policy.maxLentTasks - own.tasks, says: `maxLentTasks is ${ladder.policy.maxLentTasks}` },
      {
        left: policy.maxLentTasksInAccount - used.tasks - used.elsewhere.tasks,
        says: `maxLentTasksInAccount is ${policy.maxLentTasksInAccount}`,
      },
      {
        left: per(ladder.policy.maxHourlyCost * NANO - own.nanoUsd, unit.nanoUsd),
        says: `maxHourlyCost is ${ladder.policy.maxHourlyCost} dollars`,
      },
      {
        left: per(policy.maxHourlyCostInAccount * NANO - used.nanoUsd - used.elsewhere.nanoUsd, unit.nanoUsd),
        says: `maxHourlyCostInAccount is ${policy.maxHourlyCostInAccount} dollars`,
      },
      {
        left: quota === undefined ? UNBOUNDED : per(quota - used.vcpus[rung] - used.elsewhere.vcpus[rung], unit.vcpus),
        says: `the quota of ${provider} is ${quota} vCPUs`,
      },
      {
        left: known.length === 0 ? UNBOUNDED : known.reduce((sum, id) => sum + (addresses.get(id) ?? 0), 0),
        says: `the subnets ${subnets.join(', ')} have no free addresses`,
      },
      {
        left: until === undefined ? UNBOUNDED : launchesLeft(queues[rung], until),
        says: 'its launch rate',
      },
    ];
  };
  const count = (ladder: Ladder, rung: StandbyRung, tasks: number): void => {
    const unit = sizeOf(view.prepared.get(ladder.main.name)?.size, { rung, region });
    const own = used.services.get(ladder.main.name) ?? { tasks: 0, nanoUsd: 0 };
    used.services.set(ladder.main.name, { tasks: own.tasks + tasks, nanoUsd: own.nanoUsd + tasks * unit.nanoUsd });
    used.tasks += tasks;
    used.nanoUsd += tasks * unit.nanoUsd;
    used.vcpus[rung] += tasks * unit.vcpus;
    queues[rung].asked = Math.max(0, queues[rung].asked + tasks);
    takeAddresses(addresses, ladder.standbys[rung]?.network?.subnets ?? [], tasks);
  };
  return {
    take(ladder, rung, wanted, until) {
      const bounds = boundsOf(ladder, rung, until);
      const least = bounds.reduce((a, b) => (b.left < a.left ? b : a));
      const granted = Math.max(0, Math.min(wanted, least.left));
      if (granted > 0) count(ladder, rung, granted);
      return { granted, bound: granted < wanted ? least.says : undefined };
    },
    give: (ladder, rung, tasks) => count(ladder, rung, -tasks),
    lent: () => ({ tasks: used.tasks, hourlyNanoUsd: used.nanoUsd }),
    vcpus: () => ({ ...used.vcpus }),
    queue: (rung) => ({ ...queues[rung] }),
  };
}

type Bound = { readonly left: number; readonly says: string };

type Usage = {
  tasks: number;
  nanoUsd: number;
  readonly vcpus: Record<StandbyRung, number>;
  readonly services: Map<string, { readonly tasks: number; readonly nanoUsd: number }>;
  readonly elsewhere: { tasks: number; nanoUsd: number; readonly vcpus: Record<StandbyRung, number> };
};

/** What is lent now here, and by the account's other clusters; vCPUs of services that run on Fargate anyway, too. */
function usage(view: ClusterView, region: string): Usage {
  const used: Usage = {
    tasks: 0,
    nanoUsd: 0,
    vcpus: { 'fargate-spot': 0, fargate: 0 },
    services: new Map(),
    elsewhere: { tasks: 0, nanoUsd: 0, vcpus: { 'fargate-spot': 0, fargate: 0 } },
  };
  for (const ladder of view.ladders.ladders) {
    let [tasks, nanoUsd] = [0, 0];
    for (const rung of standbyRungs) {
      const desired = ladder.standbys[rung]?.desired ?? 0;
      const unit = sizeOf(view.prepared.get(ladder.main.name)?.size, { rung, region });
      tasks += desired;
      nanoUsd += desired * unit.nanoUsd;
      used.vcpus[rung] += desired * unit.vcpus;
    }
    used.services.set(ladder.main.name, { tasks, nanoUsd });
    used.tasks += tasks;
    used.nanoUsd += nanoUsd;
  }
  for (const service of view.services) {
    const { launch, desired, definition } = service;
    if (launch.on !== 'fargate' || isStandby(service)) continue;
    used.vcpus[launch.spot ? 'fargate-spot' : 'fargate'] += (desired * (view.shapes.get(definition)?.cpu ?? 0)) / 1024;
  }
  for (const { lent, vcpus } of view.elsewhere) {
    used.elsewhere.tasks += lent.tasks;
    used.elsewhere.nanoUsd += lent.hourlyNanoUsd;
    for (const rung of standbyRungs) used.elsewhere.vcpus[rung] += vcpus[rung];
  }
  return used;
}

function sizeOf(size: Prepared['size'], { rung, region }: { rung: StandbyRung; region: string }) {
  if (size === undefined) return { vcpus: 0, nanoUsd: 0 };
  const { cpu, memory, arm } = size;
  const spot = rung === 'fargate-spot';
  return {
    vcpus: cpu / 1024,
    nanoUsd: hourlyNanoUsd({ vcpu: cpu / 1024, gb: memory / 1024, arm, spot, region }).nanoUsd,
  };
}

/** Fargate spreads tasks over the subnets: the addresses are taken from the fullest first. */
function takeAddresses(addresses: Map<string, number>, subnets: readonly string[], tasks: number): void {
  let left = tasks;
  for (const id of [...subnets].sort((a, b) => (addresses.get(b) ?? 0) - (addresses.get(a) ?? 0))) {
    const free = addresses.get(id);
    if (free === undefined || left === 0) continue;
    const taken = left > 0 ? Math.min(free, left) : left;
    addresses.set(id, free - taken);
    left -= taken;
  }
}
