import type { MixedInstancesPolicy } from '@aws-sdk/client-auto-scaling';
import { DETACHED_TAG } from '../../shared/model/offerings.ts';
import type { SimulatedAccount } from '../../sim/account.ts';
import type { Group } from '../../sim/autoscaling/group.ts';
import { distributionOf } from '../../sim/autoscaling/launch-plan.ts';
import type { LoggedCall } from '../../sim/calls.ts';
import type { Region } from '../../sim/world/region.ts';

type Input = Readonly<Record<string, unknown>>;

/** What rebalance did to groups and instances while an account ran. */
export type RebalanceLog = {
  /** Lists of types that it gave groups, oldest first. */
  readonly changes: readonly TypeChange[];
  /** Instances that it ended because another took their place. */
  readonly replaced: readonly ReplacedInstance[];
  /** The most replacements that were under way in one group at once, with what it may. */
  readonly atOnce: readonly { readonly group: string; readonly most: number; readonly desired: number }[];
  /** The desired count of each group when the account began. */
  readonly sizes: ReadonlyMap<string, number>;
  /** What must never happen, one sentence each time. */
  readonly violations: readonly string[];
};

export type TypeChange = { readonly at: number; readonly group: string; readonly types: readonly string[] };

export type ReplacedInstance = { readonly at: number; readonly instanceId: string; readonly ageMs: number };

/**
 * Watches what rebalance does in a region: it never empties a list of types, changes nothing else of a policy, ends no
 * instance that runs tasks, and forgets none that it took out of a group.
 * @returns a log that grows
 */
export function watchRebalance(region: Region, account: SimulatedAccount): RebalanceLog {
  const watch = new Watch(region, account);
  account.endpoint.onCall((call, input) => {
    if (!call.caller.includes('-rebalance ')) return;
    watch.asked(call, input);
    if (call.outcome === 'ok') watch.see(call, input);
  });
  return watch;
}

class Watch implements RebalanceLog {
  readonly changes: TypeChange[] = [];
  readonly replaced: ReplacedInstance[] = [];
  readonly violations: string[] = [];
  readonly sizes = new Map<string, number>();
  readonly #region: Region;
  readonly #account: SimulatedAccount;
  readonly #open = new Map<string, number>();
  readonly #groupOf = new Map<string, string>();
  readonly #most = new Map<string, { most: number; desired: number }>();
  readonly #distributions = new Map<string, string>();

  constructor(region: Region, account: SimulatedAccount) {
    this.#account = account;
    this.#region = region;
    for (const group of region.parts.autoScaling.groups.values()) this.#remember(group);
  }

  get atOnce() {
    return [...this.#most].map(([group, counts]) => ({ group, ...counts }));
  }

  /** Also of a call that AWS refuses: an empty list is never to be asked for. */
  asked({ operation }: LoggedCall, input: Input): void {
    const types = typesIn(input).length;
    if (operation === 'UpdateAutoScalingGroup' && (types === 0 || types > MOST_TYPES))
      this.violations.push(
        `${input.AutoScalingGroupName} was given ${types} instance types; 1 to ${MOST_TYPES} are allowed`,
      );
  }

  see({ operation, at }: LoggedCall, input: Input): void {
    if (operation === 'UpdateAutoScalingGroup') this.#policy(at, input);
    if (operation === 'DetachInstances')
      for (const id of listOf(input.InstanceIds)) this.#groupOf.set(id, String(input.AutoScalingGroupName));
    if (operation === 'DetachInstances' || (operation === 'LaunchInstances' && this.#came(at, input)))
      this.#begin(String(input.AutoScalingGroupName));
    if (operation === 'UpdateContainerInstancesState') this.#drained(listOf(input.containerInstances));
    if (operation === 'TerminateInstanceInAutoScalingGroup') this.#ended(at, String(input.InstanceId));
    if (operation === 'TerminateInstances') for (const id of listOf(input.InstanceIds)) this.#ended(at, id);
    if (operation === 'AttachInstances') this.#close(String(input.AutoScalingGroupName));
    if (operation === 'SetDesiredCapacity') this.#close(String(input.AutoScalingGroupName));
  }

  #policy(at: number, input: Input): void {
    const name = String(input.AutoScalingGroupName);
    const policy = input.MixedInstancesPolicy as MixedInstancesPolicy | undefined;
    const other = Object.keys(input).filter((key) => key !== 'AutoScalingGroupName' && key !== 'MixedInstancesPolicy');
    if (other.length > 0) this.violations.push(`${other.join(', ')} of ${name} is not rebalance's to change`);
    const before = this.#distributions.get(name);
    const now = optionsOf(policy);
    const group = this.#region.parts.autoScaling.groups.get(name);
    if (group?.policy && before !== undefined && now !== before)
      this.violations.push(`the purchase options of ${name} were changed from ${before} to ${now}`);
    this.changes.push({ at, group: name, types: typesIn(input) });
  }

  /** LaunchInstances succeeds also when EC2 had none. */
  #came(at: number, input: Input): boolean {
    const group = this.#region.parts.autoScaling.groups.get(String(input.AutoScalingGroupName));
    return [...(group?.instances.values() ?? [])].some(({ ec2 }) => ec2.launchedAt === at);
  }

  #begin(name: string): void {
    const open = (this.#open.get(name) ?? 0) + 1;
    this.#open.set(name, open);
    const desired = this.#region.parts.autoScaling.groups.get(name)?.desired ?? 0;
    const known = this.#most.get(name);
    if (open > (known?.most ?? 0)) this.#most.set(name, { most: open, desired });
  }

  #close(name: string): void {
    this.#open.set(name, Math.max(0, (this.#open.get(name) ?? 0) - 1));
  }

  /** One more has come before one goes, or Auto Scaling launches it by itself. */
  #drained(arns: readonly string[]): void {
    for (const arn of arns) {
      const host = [...this.#region.parts.ecs.instances.byEc2Id.values()].find((one) => one.arn === arn);
      const id = host?.ec2InstanceId ?? arn;
      const name =
        this.#groupOf.get(id) ?? String(this.#region.parts.fleet.instances.get(id)?.tags['aws:autoscaling:groupName']);
      const isRebalanced = this.#region.parts.autoScaling.groups.get(name)?.settings.CapacityRebalance === true;
      if (!isRebalanced && (this.#open.get(name) ?? 0) === 0)
        this.violations.push(`${id} of ${name} was drained before another was launched for it`);
    }
  }

  #ended(at: number, instanceId: string): void {
    const ec2 = this.#region.parts.fleet.find(instanceId);
    const killed = this.#account.tally().tasks.killedWithoutSigterm;
    const many = killed.filter((task) => task.instanceId === instanceId && task.at === at).length;
    if (many > 0) this.violations.push(`${instanceId} was ended with ${many} tasks on it`);
    this.replaced.push({ at, instanceId, ageMs: at - ec2.launchedAt });
    this.#close(this.#groupOf.get(instanceId) ?? String(ec2.tags['aws:autoscaling:groupName']));
  }

  #remember(group: Group): void {
    this.sizes.set(group.name, group.desired);
    this.#distributions.set(group.name, optionsOf(group.policy));
  }
}

/** Instances that are out of their group, and since when: those that should have been ended or put back by now. */
export function overdue(region: Region, now: number, minutes: number): readonly string[] {
  return [...region.parts.fleet.instances.values()].flatMap((ec2) => {
    const tag = ec2.tags[DETACHED_TAG];
    const isUp = ec2.state === 'running' || ec2.state === 'pending';
    const ageMs = tag === undefined ? 0 : now - Date.parse(tag);
    return isUp && ageMs > minutes * 60_000
      ? [
          `${ec2.id} was taken out of its group ${Math.round(ageMs / 60_000)} minutes ago and still runs; ${minutes} are allowed`,
        ]
      : [];
  });
}

const MOST_TYPES = 40;

const typesIn = (input: Input): readonly string[] =>
  ((input.MixedInstancesPolicy as MixedInstancesPolicy | undefined)?.LaunchTemplate?.Overrides ?? []).flatMap(
    ({ InstanceType }) => InstanceType ?? [],
  );

const listOf = (value: unknown): readonly string[] => (Array.isArray(value) ? value.map(String) : []);

/** How a group buys, AWS's defaults filled in. */
const optionsOf = (policy: MixedInstancesPolicy | undefined): string =>
  JSON.stringify(Object.entries(distributionOf({ policy })).sort());
