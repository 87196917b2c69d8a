/** Why a request got no answer. */
export type DropReason =
  /** no registered healthy target (HTTP 503) */
  | 'no-healthy-target'
  /** sent to a task that had got SIGTERM or was gone (HTTP 502) */
  | 'target-stopping'
  /** its task was killed while it was in flight */
  | 'task-killed'
  /** the host went while it was in flight */
  | 'host-lost'
  /** still in flight when the target's deregistration delay ended */
  | 'deregistration-delay';

/** What happened to one service (or to one target group with traffic): counts and the worst moment. */
export type ServiceFacts = {
  readonly region: string;
  readonly cluster: string;
  readonly service: string;
  desired: number;
  running: number;
  healthy: number;
  /** since the service first had all its tasks; undefined: it never had */
  minimumRunning: number | undefined;
  minimumHealthy: number | undefined;
  requestsSent: number;
  readonly requestsDropped: Partial<Record<DropReason, number>>;
};

/** One instance that EC2 took back (or will). Instants in virtual epoch milliseconds. */
export type InterruptedInstance = {
  readonly instanceId: string;
  readonly region: string;
  /** undefined: not registered with a cluster (yet) */
  cluster: string | undefined;
  readonly action: string;
  /** undefined: reclaimed without a notice */
  readonly noticedAt: number | undefined;
  drainingAt: number | undefined;
  reclaimedAt: number | undefined;
};

/** A task that ended badly, with what a verdict names: the service and the setting to change. */
export type KilledTask = {
  readonly at: number;
  readonly region: string;
  readonly cluster: string;
  readonly taskArn: string;
  readonly service: string | undefined;
  readonly instanceId: string;
  /** it was being stopped but still waited for its target to leave `draining` */
  readonly waitedForTarget: boolean;
  readonly targetGroup: string | undefined;
  readonly deregistrationDelaySeconds: number | undefined;
  readonly stopTimeoutSeconds: number;
};

/** Facts for verdicts, counted while the account runs. */
export class Tally {
  readonly services = new Map<string, ServiceFacts>();
  readonly interrupted = new Map<string, InterruptedInstance>();
  readonly tasks = {
    stoppedByScheduler: 0,
    stoppedByCaller: 0,
    killedAfterStopTimeout: 0,
    /** their host went while they ran, or waited for their target */
    killedWithoutSigterm: [] as KilledTask[],
    /** they had SIGTERM, but their host went before they had ended */
    sigtermCutShort: [] as KilledTask[],
  };

  /** Called after tasks of a service began or ceased to run or to be healthy. */
  onCount: ((facts: ServiceFacts) => void) | undefined;

  /** The facts of a service; created at first sight. */
  service(key: { region: string; cluster: string; service: string }): ServiceFacts {
    const id = `${key.region}/${key.cluster}/${key.service}`;
    const known = this.services.get(id);
    if (known) return known;
    const facts: ServiceFacts = {
      ...key,
      desired: 0,
      running: 0,
      healthy: 0,
      minimumRunning: undefined,
      minimumHealthy: undefined,
      requestsSent: 0,
      requestsDropped: {},
    };
    this.services.set(id, facts);
    return facts;
  }

  /** Notes that tasks of a service began or ceased to run or to be healthy. */
  count(facts: ServiceFacts, change: { readonly running?: 1 | -1; readonly healthy?: 1 | -1 }): void {
    facts.running += change.running ?? 0;
    facts.healthy += change.healthy ?? 0;
    this.onCount?.(facts);
    const complete = facts.running >= facts.desired && facts.healthy >= facts.desired;
    if (facts.minimumRunning === undefined && !complete) return;
    facts.minimumRunning = Math.min(facts.minimumRunning ?? facts.running, facts.running);
    facts.minimumHealthy = Math.min(facts.minimumHealthy ?? facts.healthy, facts.healthy);
  }

  /** Requests over all services: how many were sent and how many dropped, by reason. */
  requests(): { sent: number; dropped: number; byReason: Partial<Record<DropReason, number>> } {
    const total = { sent: 0, dropped: 0, byReason: {} as Partial<Record<DropReason, number>> };
    for (const facts of this.services.values()) {
      total.sent += facts.requestsSent;
      for (const [reason, count] of Object.entries(facts.requestsDropped) as [DropReason, number][]) {
        total.dropped += count;
        total.byReason[reason] = (total.byReason[reason] ?? 0) + count;
      }
    }
    return total;
  }
}
