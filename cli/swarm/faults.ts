import type { BusEvent, DeliveryFault } from '../../sim/delivery/bus.ts';
import type { Fault, FaultCall } from '../../sim/endpoint.ts';
import { type KeyedRandom, keyedRandom } from '../../sim/random.ts';
import { AwsError } from '../../sim/service.ts';
import { Draw } from './draw.ts';
import { PHASES } from './story.ts';

/** What went wrong by our doing, and how long it may hold spotkeeper up, at the most. */
export type Happened = {
  /** virtual epoch milliseconds */
  readonly at: number;
  readonly kind: 'throttled' | 'refused' | 'answer-lost' | 'slow' | 'killed' | 'down' | 'lost' | 'late' | 'duplicate';
  /** `ecs:StopTask by …`, or the event */
  readonly target: string;
  /** the caller of the call */
  readonly caller?: string;
  /** for events, the ids of the resources that it is about */
  readonly resource?: string;
  readonly costMs: number;
};

type Rates = {
  readonly throttled: number;
  readonly refused: number;
  readonly answerLost: number;
  readonly slow: number;
  readonly killed: number;
  readonly lost: number;
  readonly late: number;
  readonly duplicate: number;
};

type Outage = { readonly service: string; readonly from: number; readonly to: number };

const CALM: Rates = { throttled: 0, refused: 0, answerLost: 0, slow: 0, killed: 0, lost: 0, late: 0, duplicate: 0 };
const WORST: Rates = {
  throttled: 0.05,
  refused: 0.05,
  answerLost: 0.05,
  slow: 0.05,
  killed: 0.02,
  lost: 0.15,
  late: 0.1,
  duplicate: 0.1,
};

/** A tick comes every minute; its events and its run take some seconds more. */
const TICK_MS = 70_000;
/** A failed record comes back after the visibility timeout, and waits for a poller and a batch window. */
const REDELIVERY_MS = 30_000;
/** A call is repeated by its client within this time; else the record comes again, which costs a redelivery. */
const REPEAT_MS = 2_000;

/**
 * The faults of a seed, for the endpoint and the bus of its account: drawn by rates between the beginning of the safety
 * phase and that of the calm phase, and none outside. A quarter of the seeds has none. All that happened is kept.
 */
export class SwarmFaults {
  readonly happened: Happened[] = [];
  readonly rates: Rates;
  readonly #random: KeyedRandom;
  readonly #draw: Draw;
  #outages: readonly Outage[] = [];
  #window = { from: Number.POSITIVE_INFINITY, to: Number.POSITIVE_INFINITY };
  #kill: (caller: string) => void = () => undefined;

  constructor(seed: number) {
    const draw = new Draw(seed, 'faults');
    this.#draw = draw;
    this.#random = keyedRandom(seed);
    const strength = draw.pick('strength', [0, 0.2, 0.5, 1]);
    this.rates = strength === 0 ? CALM : drawnRates(draw, strength);
  }

  /**
   * Before this there are no faults.
   * @param startMs when the account's time began, virtual epoch milliseconds
   * @param kill cuts a caller off, as Endpoint.kill does
   */
  begin(startMs: number, kill: (caller: string) => void): void {
    this.#kill = kill;
    this.#window = { from: startMs + PHASES.safetyMs, to: startMs + PHASES.calmMs };
    const hasOutage = this.rates !== CALM && this.#draw.chance('outage', 0.3);
    this.#outages = hasOutage ? [drawnOutage(this.#draw, startMs)] : [];
  }

  /** For the endpoint. Only spotkeeper's own calls fail. */
  readonly ofCall = ({ operation, caller, n, at, ...call }: FaultCall): Fault | undefined => {
    const service = call.service ?? 'unknown';
    if (!caller.startsWith('spotkeeper') || !this.#isOn(at)) return undefined;
    const note = (kind: Happened['kind'], costMs: number) =>
      this.happened.push({ at, kind, target: `${service}:${operation}`, caller, costMs });
    const outage = this.#outages.find((one) => one.service === service && at >= one.from && at < one.to);
    if (outage) {
      note('down', 0);
      return { error: unavailable(service), when: 'before' };
    }
    const hits = (name: keyof Rates) => this.#random(`fault ${name}`, caller, n) < this.rates[name];
    if (hits('killed')) {
      note('killed', REDELIVERY_MS);
      this.#kill(caller);
      return undefined;
    }
    if (hits('throttled')) {
      note('throttled', REPEAT_MS);
      return { error: throttling(service), when: 'before' };
    }
    if (hits('refused')) {
      note('refused', REPEAT_MS);
      return { error: unavailable(service), when: 'before' };
    }
    if (hits('answerLost')) {
      note('answer-lost', REPEAT_MS);
      return { error: unavailable(service), when: 'after' };
    }
    if (!hits('slow')) return undefined;
    const delayMs = Math.floor(500 + 2_000 * this.#random('fault slowness', caller, n));
    note('slow', delayMs);
    return { delayMs };
  };

  /** For the bus. ECS delivers at least once: its events come late or twice, but they come. */
  readonly ofEvent = (event: BusEvent, rule: string): DeliveryFault | undefined => {
    const at = Date.parse(event.time);
    if (!this.#isOn(at)) return undefined;
    const resource = subjectsOf(event);
    const entity = `${rule} ${event['detail-type']} ${resource} ${event.time}`;
    const hits = (name: keyof Rates) => this.#random(`fault ${name}`, entity) < this.rates[name];
    const note = (kind: Happened['kind'], costMs: number) =>
      this.happened.push({ at, kind, target: event['detail-type'], resource, costMs });
    if (event.source !== 'aws.ecs' && event.source !== 'aws.events' && hits('lost')) {
      note('lost', TICK_MS);
      return 'drop';
    }
    if (hits('duplicate')) {
      note('duplicate', 0);
      return 'duplicate';
    }
    if (!hits('late')) return undefined;
    const delayMs = Math.floor(1_000 + 30_000 * this.#random('fault lateness', entity));
    note('late', delayMs);
    return { delayMs };
  };

  /**
   * By how much the faults between two instants may have held spotkeeper up in what it does for a resource: the sum of
   * what each may cost. A lost or late event counts if it is about that resource; an outage counts with what is left of
   * it after `from`, and a redelivery.
   */
  excuseMs(from: number, to: number, resource: string): number {
    let sum = 0;
    for (const one of this.happened) {
      if (one.at < from - REDELIVERY_MS || one.at > to) continue;
      if (one.resource === undefined || one.resource.includes(resource)) sum += one.costMs;
    }
    for (const outage of this.#outages) {
      if (outage.to + REDELIVERY_MS > from && outage.from < to)
        sum += outage.to - Math.max(from, outage.from) + REDELIVERY_MS;
    }
    return sum;
  }

  #isOn(at: number): boolean {
    return at >= this.#window.from && at < this.#window.to;
  }
}

/** Each rate is drawn by itself, and half of them are none: few faults of many kinds hide less than all at once. */
function drawnRates(draw: Draw, strength: number): Rates {
  const drawn = Object.entries(WORST).map(([name, worst]) => [
    name,
    draw.chance(`has ${name}`, 0.5) ? (worst * strength * draw.whole(name, 1, 100)) / 100 : 0,
  ]);
  return Object.fromEntries(drawn) as Rates;
}

function drawnOutage(draw: Draw, startMs: number): Outage {
  const from = startMs + draw.whole('outage at', PHASES.safetyMs, PHASES.calmMs - 60_000);
  const service = draw.pick('outage of', ['ecs', 'ec2', 'autoscaling', 'elbv2', 'dynamodb', 'sqs']);
  return { service, from, to: from + draw.whole('outage for', 5_000, 60_000) };
}

/** Whatever an event names: its resources, and the EC2 instance in its detail. */
function subjectsOf({ resources, detail }: BusEvent): string {
  const { EC2InstanceId, ec2InstanceId } = detail as { EC2InstanceId?: string; ec2InstanceId?: string };
  return [...resources, EC2InstanceId ?? ec2InstanceId ?? ''].join(' ');
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html and each service's "Common Errors"
const throttling = (service: string): AwsError =>
  service === 'ec2'
    ? new AwsError('RequestLimitExceeded', 'Request limit exceeded.', 503)
    : new AwsError(
        service === 'autoscaling' || service === 'elbv2' ? 'Throttling' : 'ThrottlingException',
        'Rate exceeded',
      );

const unavailable = (service: string): AwsError =>
  service === 'dynamodb'
    ? new AwsError('InternalServerError', 'Internal server error', 500)
    : new AwsError(service === 'ecs' ? 'ServerException' : 'ServiceUnavailable', 'Service Unavailable', 503);
