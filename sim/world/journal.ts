export type JournalKind =
  | 'notice'
  | 'rebalance-recommendation'
  | 'maintenance-scheduled'
  | 'instance-launched'
  | 'instance-registered'
  | 'instance-reclaimed'
  | 'instance-terminated'
  | 'zone-lost'
  | 'zone-restored'
  | 'launch-failed'
  | 'managed-scaling'
  | 'on-demand-base'
  | 'draining'
  | 'task-starting'
  | 'task-running'
  | 'task-healthy'
  | 'task-deregistered'
  | 'task-sigterm'
  | 'task-stopped'
  | 'task-killed'
  | 'task-unplaced'
  | 'requests-dropped'
  | 'service-created'
  | 'service-scaled'
  | 'service-deployed'
  | 'service-deleted'
  | 'hook-opened'
  | 'hook-completed'
  | 'by-hand'
  | 'slack-message'
  | 'slack-refused';

export type JournalEntry = {
  /** virtual epoch milliseconds */
  readonly at: number;
  readonly region: string;
  readonly kind: JournalKind;
  /** the resource it is about: an instance id, a task ARN, a service or group name */
  readonly subject: string;
  /** one line for a person */
  readonly text: string;
  readonly data: Readonly<Record<string, string | number | boolean>>;
};

/** The append-only timeline of a simulated account: what a person follows in a drill and what tests compare. */
export class Journal {
  readonly #entries: JournalEntry[] = [];

  /** Every entry so far, in the order of virtual time. */
  get entries(): readonly JournalEntry[] {
    return this.#entries;
  }

  add(entry: JournalEntry): void {
    this.#entries.push(entry);
  }
}
