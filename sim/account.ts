import type { ApplicationAutoScaling } from './application-auto-scaling/service.ts';
import type { Bill } from './billing/bill.ts';
import { RegionBill } from './billing/region-bill.ts';
import { VirtualClock } from './clock.ts';
import type { EventBus } from './delivery/bus.ts';
import type { ContainerInstance } from './ecs/model.ts';
import { Endpoint, type EndpointOptions } from './endpoint.ts';
import type { CapacityOf } from './market/market.ts';
import { type KeyedRandom, keyedRandom } from './random.ts';
import { AwsError, type EmittedEvent, type Operation, type Service } from './service.ts';
import type { ParameterStore } from './ssm/service.ts';
import { accountServices } from './world/account-services.ts';
import { Ids } from './world/ids.ts';
import { Journal } from './world/journal.ts';
import { type RegionalService, RegionParts } from './world/parts.ts';
import { Region } from './world/region.ts';
import { defaultSwitches, type Switches } from './world/switches.ts';
import { Tally } from './world/tally.ts';
import { World } from './world/world.ts';

export type AccountOptions = Pick<EndpointOptions, 'latencyMs' | 'buckets' | 'log' | 'faults' | 'staleWindowMs'> & {
  readonly seed: number;
  readonly regions: readonly string[];
  /** where virtual time begins, default 2026-08-14T09:00:00Z */
  readonly startMs?: number;
  /** twelve digits, default 123456789012 */
  readonly account?: string;
  readonly switches?: Partial<Switches>;
  /** ECS account settings by name, such as `awsvpcTrunking: 'disabled'`, which is enabled by default here */
  readonly ecsSettings?: Readonly<Record<string, string>>;
  /** how many Spot Instances each capacity pool can hold over time; default any number */
  readonly market?: (random: KeyedRandom) => CapacityOf;
  /** further services behind the endpoint: DynamoDB, SQS */
  readonly services?: (parts: { clock: VirtualClock; random: KeyedRandom }) => readonly Service[];
};

type RegionSettings = {
  readonly switches: Switches;
  readonly capacityOf: CapacityOf | undefined;
  readonly ecsSettings: AccountOptions['ecsSettings'];
};

/** Where virtual time begins unless an account says otherwise: 2026-08-14T09:00:00Z. */
export const defaultStartMs = Date.UTC(2026, 7, 14, 9);

/**
 * A simulated AWS account in virtual time: a world per region, one endpoint in the AWS wire protocols over all of them,
 * the events it sends, the journal of what happened and the tally of facts.
 */
export class SimulatedAccount {
  readonly account: string;
  readonly clock: VirtualClock;
  readonly random: KeyedRandom;
  readonly endpoint: Endpoint;
  readonly applicationAutoScaling: ApplicationAutoScaling;
  /** SSM Parameter Store */
  readonly parameters: ParameterStore;
  readonly journal = new Journal();
  /** where the stack's rules are, once one is deployed: EventBridge's API reads it */
  bus: EventBus | undefined;
  readonly #tally = new Tally();
  readonly #regions = new Map<string, Region>();
  readonly #bills = new Map<string, RegionBill>();
  readonly #listeners: ((event: EmittedEvent) => void)[] = [];

  constructor(options: AccountOptions) {
    this.account = options.account ?? '123456789012';
    this.clock = new VirtualClock(options.startMs ?? defaultStartMs);
    this.random = keyedRandom(options.seed);
    const { clock, random } = this;
    const { services, seed, regions, startMs, switches, account, market, ecsSettings, ...endpoint } = options;
    const regional: RegionalService[] = ['ec2', 'ecs', 'autoscaling', 'elbv2'];
    for (const [index, region] of regions.entries())
      this.#addRegion(region, index, {
        switches: { ...defaultSwitches, ...switches },
        capacityOf: market?.(random),
        ecsSettings,
      });
    const global = accountServices(this.#regions, {
      bus: () => this.bus,
      now: () => clock.now(),
      bills: this.#bills,
    });
    this.parameters = global.parameters;
    this.applicationAutoScaling = global.applicationAutoScaling;
    this.endpoint = new Endpoint({
      ...endpoint,
      clock,
      random,
      account: this.account,
      services: [
        ...regional.map((id) => this.#service(id)),
        ...global.services,
        ...(services?.({ clock, random }) ?? []),
      ],
    });
  }

  /** @throws Error for a region that the account was not made with */
  region(name: string): Region {
    const region = this.#regions.get(name);
    if (!region) throw new Error(`the simulated account has no region ${name}`);
    return region;
  }

  /** Calls `listener` with every event that a service emits, at the instant it does. */
  onEvent(listener: (event: EmittedEvent) => void): void {
    this.#listeners.push(listener);
  }

  /** The facts so far, all traffic up to now included. */
  tally(): Tally {
    for (const region of this.#regions.values()) region.countRequests();
    return this.#tally;
  }

  /** Keeps the bill of every region from now on; accounts that nobody asks keep none. */
  keepBill(): void {
    for (const [name, region] of this.#regions)
      if (!this.#bills.has(name)) this.#bills.set(name, new RegionBill(region, () => this.clock.now()));
  }

  /**
   * What ran in a region and what it cost, exactly; epoch milliseconds, `to` is exclusive.
   * @throws Error when no bill is kept, or is kept since later only
   */
  bill(region: string, from: number, to: number): Bill {
    const bill = this.#bills.get(region);
    if (!bill) throw new Error(`no bill of ${region} is kept: call keepBill() first`);
    return bill.between(from, to);
  }

  #addRegion(name: string, index: number, { switches, capacityOf, ecsSettings }: RegionSettings): void {
    const world = new World({
      region: name,
      account: this.account,
      clock: this.clock,
      random: this.random,
      ids: new Ids(index),
      journal: this.journal,
      tally: this.#tally,
      switches,
      emit: (event) => {
        for (const listener of this.#listeners) listener(event);
      },
    });
    const agentCall = (instance: ContainerInstance) => this.#drainAsAgent(name, instance);
    const parts = new RegionParts(world, { agentCall, capacityOf, ecsSettings });
    this.#regions.set(name, new Region(world, parts));
  }

  /** One service over all regions: the call says which region's world it means. */
  #service(id: RegionalService): Service {
    const first = [...this.#regions.values()][0];
    const operations: Record<string, Operation> = {};
    for (const name of Object.keys(first?.parts.operations[id] ?? {})) {
      operations[name] = (input, call) => {
        const operation = this.#regions.get(call.region)?.parts.operations[id][name];
        if (!operation) throw new AwsError('UnrecognizedClientException', `the account has no region ${call.region}`);
        return operation(input, call);
      };
    }
    return { id, operations };
  }

  // Through the endpoint, so that agents draw from the same token buckets as everybody else.
  async #drainAsAgent(region: string, instance: ContainerInstance): Promise<boolean> {
    const answer = await this.endpoint.request(
      {
        headers: { 'x-amz-target': 'AmazonEC2ContainerServiceV20141113.UpdateContainerInstancesState' },
        body: JSON.stringify({
          cluster: instance.cluster.arn,
          containerInstances: [instance.arn],
          status: 'DRAINING',
        }),
      },
      { region, caller: `agent ${instance.ec2InstanceId}` },
    );
    return answer.status === 200;
  }
}
