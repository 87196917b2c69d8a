import { DETACHED_TAG } from '../../../shared/model/offerings.ts';
import type { Group } from '../../../sim/autoscaling/group.ts';
import { distributionOf } from '../../../sim/autoscaling/launch-plan.ts';
import type { LoggedCall } from '../../../sim/calls.ts';
import type { JournalEntry } from '../../../sim/world/journal.ts';
import { isHandsOff } from '../../hands-off.ts';
import { observes, type Seed } from '../seed.ts';
import { isRebalance, Sizes } from './sizes.ts';

type Input = Readonly<Record<string, unknown>>;

/** What begins something, or changes what a group buys; what ends what was begun is allowed in any mode. */
const BEGINS = new Set(['UpdateAutoScalingGroup', 'LaunchInstances', 'DetachInstances']);
const CHANGES = new Set([
  ...BEGINS,
  ...['AttachInstances', 'SetDesiredCapacity', 'TerminateInstanceInAutoScalingGroup', 'TerminateInstances'],
  ...['CreateTags', 'DeleteTags', 'UpdateContainerInstancesState'],
]);
const MOST_TYPES = 40;
/** A pass may act on what it read so long ago, and events of its effect take as long. */
const PASS_MS = 60_000;
const MINUTE_MS = 60_000;

/** Checks after every call and step what rebalance must never do. @returns whose doing the sizes of groups are */
export function checkSpread(seed: Seed): Sizes {
  const { account } = seed;
  // Before the sizes: what was asked is judged by how the group was.
  const deeds = new Deeds(seed);
  account.endpoint.onCall((call, input) => deeds.called(call, input));
  const sizes = new Sizes(seed);
  deeds.sizes = sizes;
  let told = 0;
  account.clock.onStep(() => {
    const { entries } = account.journal;
    for (const entry of entries.slice(told)) deeds.happened(entry);
    told = entries.length;
    deeds.look();
  });
  return sizes;
}

class Deeds {
  sizes: Sizes | undefined;
  readonly #seed: Seed;
  /** How each group bought, and each cluster wanted it, with the times until which it may be taken for so. */
  readonly #seen = new Map<string, { value: string; before: string; at: number }>();
  /** The group of each instance, also of those that left it. */
  readonly #groupOf = new Map<string, Group>();
  readonly #minAgeMs: number;
  readonly #detachMs: number;

  constructor(seed: Seed) {
    this.#seed = seed;
    this.#minAgeMs = Number(seed.settings.SPOTKEEPER_MIN_AGE_MINUTES) * MINUTE_MS;
    this.#detachMs = Number(seed.settings.SPOTKEEPER_DETACH_MINUTES) * MINUTE_MS;
    this.look();
  }

  /** At what is now: what a call changes is judged by what was before. */
  look(): void {
    const { region, account } = this.#seed;
    const now = account.clock.now();
    for (const group of region.parts.autoScaling.groups.values()) {
      this.#note(group.name, optionsOf(group), now);
      for (const id of group.instances.keys()) this.#groupOf.set(id, group);
    }
    for (const { name, tags } of region.parts.ecs.state.clusters.values())
      this.#note(`mode of ${name}`, tags['spotkeeper:rebalance'] ?? 'report', now);
  }

  called(call: LoggedCall, input: Input): void {
    const { operation, caller } = call;
    if (!isRebalance(caller) || !CHANGES.has(operation)) return;
    if (observes(this.#seed)) this.#violated(`rebalance only observes, but ${operation} was called`);
    const group = this.#seed.region.parts.autoScaling.groups.get(String(input.AutoScalingGroupName));
    if (group && BEGINS.has(operation)) this.#begins(group, call);
    if (operation === 'UpdateAutoScalingGroup') this.#policy(group, input);
    if (operation === 'DetachInstances')
      for (const id of listOf(input.InstanceIds)) this.#detached(id, { group, input, call });
    if (operation === 'TerminateInstances') for (const id of listOf(input.InstanceIds)) this.#ended(id, call);
    if (operation === 'TerminateInstanceInAutoScalingGroup') this.#ended(String(input.InstanceId), call);
    if (group && (operation === 'DetachInstances' || operation === 'LaunchInstances')) this.#inFlight(group);
  }

  happened({ kind, subject, at, data }: JournalEntry): void {
    if (kind === 'draining' && isRebalance(data.by)) this.#drained(subject, { at, tasks: Number(data.tasks) });
    if (kind === 'instance-terminated') this.#overdue(subject, at);
  }

  #begins(group: Group, { operation, at }: LoggedCall): void {
    const cluster = this.#seed.region.parts.ecs.state.clusters.get(group.clusterName ?? '');
    if (!cluster || isHandsOff(cluster)) {
      this.#violated(`${operation} was called for ${group.name}, which is not spotkeeper's to touch`);
      return;
    }
    if (!this.#may(`mode of ${cluster.name}`, at).includes('on'))
      this.#violated(`${operation} was called for ${group.name}, of which rebalance is only to tell`);
    const { capacityProviders } = this.#seed.region.parts.ecs.state;
    const isManaged = [...capacityProviders.values()].some(
      ({ groupName, managedScaling }) => groupName === group.name && managedScaling !== undefined,
    );
    if (isManaged && operation !== 'UpdateAutoScalingGroup')
      this.#violated(`${operation} was called for ${group.name}, whose size a capacity provider manages`);
  }

  #policy(group: Group | undefined, input: Input): void {
    const name = String(input.AutoScalingGroupName);
    const policy = input.MixedInstancesPolicy as Group['policy'];
    const types = policy?.LaunchTemplate?.Overrides?.filter(({ InstanceType }) => InstanceType !== undefined) ?? [];
    if (types.length === 0 || types.length > MOST_TYPES)
      this.#violated(`${name} was given ${types.length} instance types; 1 to ${MOST_TYPES} are allowed`);
    const others = Object.keys(input).filter((key) => key !== 'AutoScalingGroupName' && key !== 'MixedInstancesPolicy');
    if (others.length > 0) this.#violated(`${others.join(', ')} of ${name} is not rebalance's to change`);
    const allowed = this.#may(name, this.#seed.account.clock.now());
    if (group?.policy && !allowed.includes(optionsOf({ policy })))
      this.#violated(`the purchase options of ${name} were changed from ${allowed[0]} to ${optionsOf({ policy })}`);
  }

  #detached(id: string, { group, input, call }: Asked): void {
    if (call.outcome !== 'ok') return;
    const ec2 = this.#seed.region.parts.fleet.instances.get(id);
    if (ec2?.tags[DETACHED_TAG] === undefined) this.#violated(`${id} left ${group?.name} without its tag`);
    if (input.ShouldDecrementDesiredCapacity) this.#violated(`${id} left ${group?.name}, which got no other`);
    this.#old(id, 'was taken out of its group', call.at);
  }

  #drained(id: string, { at, tasks }: { readonly at: number; readonly tasks: number }): void {
    const { fleet, ecs } = this.#seed.region.parts;
    const group = this.#groupOf.get(id);
    const old = fleet.instances.get(id);
    if (!group || !old) return;
    if (!group.settings.CapacityRebalance) this.#old(id, 'was drained', at);
    const since = Date.parse(old.tags[DETACHED_TAG] ?? '');
    // The last minutes of one that must go.
    if (tasks === 0 || at >= since + this.#detachMs - 6 * MINUTE_MS) return;
    const came = [...fleet.instances.values()].some(
      (one) =>
        one.id !== id &&
        // Of two that came for one that EC2 took, the later one may go.
        one.launchedAt > Math.min(old.launchedAt, at - 30 * MINUTE_MS) &&
        this.#groupOf.get(one.id) === group &&
        ecs.instances.byEc2Id.has(one.id) &&
        (one.state === 'running' || this.#seed.excuses.lagMs(at - PASS_MS, at) > 0),
    );
    if (!came) this.#violated(`${id} of ${group.name} was drained before another was in service for it`);
  }

  #ended(id: string, { at, operation }: LoggedCall): void {
    const { region, account } = this.#seed;
    const ec2 = region.parts.fleet.instances.get(id);
    if (!ec2) return;
    this.#old(id, 'was ended', at);
    const since = Date.parse(ec2.tags[DETACHED_TAG] ?? '');
    if (operation === 'TerminateInstances' && Number.isNaN(since))
      this.#violated(`${id} was ended, and never left a group`);
    const killed = account.tally().tasks.killedWithoutSigterm;
    const many = killed.filter((task) => task.instanceId === id && task.at === at).length;
    if (many > 0 && !(at >= since + this.#detachMs)) this.#violated(`${id} was ended with ${many} tasks on it`);
  }

  #old(id: string, what: string, at: number): void {
    const ageMs = at - (this.#seed.region.parts.fleet.instances.get(id)?.launchedAt ?? 0);
    if (ageMs < this.#minAgeMs) this.#violated(`${id} ${what} when it was ${Math.round(ageMs / 1000)} s old`);
  }

  /** Each has one instance more, or one outside of the group. */
  #inFlight(group: Group): void {
    if (group.settings.CapacityRebalance) return;
    const { settings, region } = this.#seed;
    const outside = [...region.parts.fleet.instances.values()].filter(
      ({ id, tags, state, reclaimAt }) =>
        tags[DETACHED_TAG] !== undefined &&
        state === 'running' &&
        reclaimAt === undefined &&
        this.#groupOf.get(id) === group &&
        !group.instances.has(id),
    ).length;
    const size = this.sizes?.of.get(group.name);
    const most = Math.max(1, Math.floor((size?.most ?? 0) * Number(settings.SPOTKEEPER_REPLACE_SHARE)));
    // What somebody else set may have our launches in it.
    const launched = Math.max(0, (size?.ours ?? 0) - (size?.loose ?? 0));
    if (outside + launched > most)
      this.#violated(`${outside + launched} instances of ${group.name} are replaced at once; ${most} are allowed`);
  }

  #overdue(id: string, at: number): void {
    const { region, excuses } = this.#seed;
    const since = Date.parse(region.parts.fleet.instances.get(id)?.tags[DETACHED_TAG] ?? '');
    const due = since + this.#detachMs + 3 * MINUTE_MS;
    if (at > due + excuses.excuseMs(since, at, id) && !observes(this.#seed))
      this.#violated(`${id} left its group ${Math.round((at - since) / MINUTE_MS)} minutes before it was ended`);
  }

  #note(name: string, value: string, now: number): void {
    const known = this.#seen.get(name);
    if (known?.value !== value) this.#seen.set(name, { value, before: known?.value ?? value, at: now });
  }

  /** What it is, and what it was lately. */
  #may(name: string, now: number): readonly string[] {
    const known = this.#seen.get(name);
    if (!known) return [];
    return now - known.at < PASS_MS ? [known.value, known.before] : [known.value];
  }

  #violated(sentence: string): void {
    this.#seed.violated(sentence);
  }
}

type Asked = { readonly group: Group | undefined; readonly input: Input; readonly call: LoggedCall };

const listOf = (value: unknown): readonly string[] => (Array.isArray(value) ? value.map(String) : []);

/** How a group buys, AWS's defaults filled in. */
const optionsOf = ({ policy }: Pick<Group, 'policy'>): string =>
  JSON.stringify(Object.entries(distributionOf({ policy })).sort());
