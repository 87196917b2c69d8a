import type { EcsService } from '../../sim/ecs/model.ts';
import type { EmittedEvent } from '../../sim/service.ts';
import type { Track } from './lending-truth.ts';
import type { Seed } from './seed.ts';

/** A sign counts for so long while nothing is missing: evidence is kept for two minutes, and passes may be late. */
const KEPT_MS = 200_000;

/** Activities of a group are read so far back. */
const FAILED_MS = 620_000;

/** What told of a shortage of capacity, by service. */
export class Signs {
  readonly #seed: Seed;
  readonly #last = new Map<string, number>();
  /** the last launch that failed, by cluster */
  readonly #failed = new Map<string, number>();
  readonly #calmFrom = new Map<EcsService, number>();

  constructor(seed: Seed) {
    this.#seed = seed;
    const { account, region } = seed;
    let told = 0;
    account.onEvent((event) => this.#heard(event));
    account.clock.onStep(() => {
      const { entries } = account.journal;
      for (const { kind, subject, at, data } of entries.slice(told)) {
        if (kind === 'launch-failed')
          this.#failed.set(region.parts.autoScaling.groups.get(subject)?.clusterName ?? '', at);
        if (kind === 'task-unplaced') this.#last.set(`${data.cluster} ${subject}`, at);
        if (kind === 'notice') this.#tell(region.parts.ecs.instances.byEc2Id.get(subject)?.cluster.name, at);
      }
      told = entries.length;
    });
  }

  /** Forgets what is over: a service that lacked nothing for long. */
  look({ main, samples }: Track): void {
    const last = samples.at(-1);
    const from = this.#calmFrom.get(main);
    if (last && last.deficitMost === 0) this.#calmFrom.set(main, from ?? last.at);
    else if (from !== undefined) {
      this.#calmFrom.delete(main);
      const at = this.#last.get(nameOf(main)) ?? 0;
      if (this.#seed.account.clock.now() - Math.max(from, at) > KEPT_MS) this.#last.delete(nameOf(main));
    }
  }

  /** Has a sign spoken for a service since it last lacked nothing for long? */
  speaksFor(main: EcsService): boolean {
    const failedAt = this.#failed.get(main.cluster.name) ?? Number.NEGATIVE_INFINITY;
    return this.#last.has(nameOf(main)) || this.#seed.account.clock.now() - failedAt < FAILED_MS;
  }

  #heard({ resources, detail }: EmittedEvent): void {
    const { eventName, stopCode, stoppedReason, group, clusterArn } = detail as Readonly<Record<string, unknown>>;
    const cluster = String(clusterArn).split('/').at(-1);
    const isFailure = eventName === 'SERVICE_TASK_PLACEMENT_FAILURE';
    const isRefusal = stopCode === 'TaskFailedToStart' && /RESOURCE|capacity/i.test(String(stoppedReason));
    if (!isFailure && !isRefusal && stopCode !== 'SpotInterruption' && stopCode !== 'TerminationNotice') return;
    const service = isFailure ? String(resources[0]).split('/').at(-1) : String(group).replace('service:', '');
    this.#last.set(`${cluster} ${service}`, this.#seed.account.clock.now());
  }

  /** All services of a cluster. */
  #tell(cluster: string | undefined, at: number): void {
    const services = this.#seed.region.parts.ecs.state.clusters.get(cluster ?? '')?.services ?? new Map();
    for (const name of services.keys()) this.#last.set(`${cluster} ${name}`, at);
  }
}

const nameOf = ({ name, cluster }: EcsService): string => `${cluster.name} ${name}`;
