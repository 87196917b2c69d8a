/** What the scheduler of a replica service sees in one pass. All counts are tasks. */
export type ReplicaCounts = {
  readonly desired: number;
  readonly minimumHealthyPercent: number;
  readonly maximumPercent: number;
  /** wanted tasks (RUNNING or PENDING) on instances that stay */
  readonly staying: number;
  /** every task that is not STOPPED yet, also those that leave or are being stopped */
  readonly alive: number;
};

/**
 * The lower and upper limit of a replica service: minimumHealthyPercent of the desired count rounded up,
 * maximumPercent rounded down.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeploymentConfiguration.html
 */
export const limits = (
  service: Pick<ReplicaCounts, 'desired' | 'minimumHealthyPercent' | 'maximumPercent'>,
): { lower: number; upper: number } => ({
  lower: Math.ceil((service.desired * service.minimumHealthyPercent) / 100),
  upper: Math.floor((service.desired * service.maximumPercent) / 100),
});

/**
 * How many tasks to start: what is missing on instances that stay, within maximumPercent. A task that is being
 * stopped counts until it is STOPPED: with maximumPercent 100 a replacement starts only after the old one has ended.
 */
export const startable = (counts: ReplicaCounts): number =>
  Math.max(0, Math.min(counts.desired - counts.staying, limits(counts).upper - counts.alive));

/**
 * Which of the tasks that should go may be stopped now without fewer healthy tasks than minimumHealthyPercent asks
 * for. Unhealthy ones go first: stopping them costs nothing.
 * @param healthy healthy tasks of the service, also those on DRAINING instances
 */
export const stoppable = <T extends { readonly healthy: boolean }>(
  leaving: readonly T[],
  healthy: number,
  lower: number,
): T[] => {
  const spare = Math.max(0, healthy - lower);
  const unhealthy = healthy >= lower ? leaving.filter((task) => !task.healthy) : [];
  return [...unhealthy, ...leaving.filter((task) => task.healthy).slice(0, spare)];
};
