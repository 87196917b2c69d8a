import { STANDBY_OF } from '../../shared/model/lending.ts';
import type { EcsService } from '../../sim/ecs/model.ts';
import type { JournalEntry } from '../../sim/world/journal.ts';
import { watchDeeds } from '../failover/deeds.ts';
import { isStandby } from '../failover/lending-log.ts';
import { lendingOf } from './lending-records.ts';
import { LendingTruth } from './lending-truth.ts';
import { raiseProblems } from './raises.ts';
import { Returns } from './returns.ts';
import { isOurs, observes, type Seed } from './seed.ts';
import { Shortfalls } from './shortfalls.ts';
import { Signs } from './signs.ts';

/** What changes an account, of the calls that lending needs. */
const CHANGES = new Set([
  'CreateService',
  'DeleteService',
  'RegisterTaskDefinition',
  'PutClusterCapacityProviders',
  'UpdateAutoScalingGroup',
  'RunTask',
  'TagResource',
  'UntagResource',
]);

/**
 * Checks after every step what lending must never come to: more than is missing or allowed, tasks lent twice or without a
 * sign of shortage, taken back too early, services changed that are not spotkeeper's; and that who can be lent tasks is.
 * @returns how many tasks were lent so far
 */
export function checkLending(seed: Seed): () => number {
  const { account, region, violated } = seed;
  const changes = new Lendings(seed);
  watchDeeds(region, account, violated);
  account.endpoint.onCall(({ caller, operation, service }) => {
    const isChange = CHANGES.has(operation) && (service === 'ecs' || service === 'autoscaling');
    if (observes(seed) && isOurs(caller) && isChange) violated(`it only observes, but: ${operation} was called`);
  });
  let told = 0;
  account.clock.onStep(() => {
    const { entries } = account.journal;
    if (told === entries.length) return;
    changes.look(entries.slice(told));
    told = entries.length;
  });
  return () => changes.lent;
}

class Lendings {
  lent = 0;
  readonly #seed: Seed;
  readonly #truth: LendingTruth;
  readonly #signs: Signs;
  readonly #returns: Returns;
  readonly #shortfalls: Shortfalls;
  /** desired counts of standbys as they were last seen */
  readonly #counts = new Map<EcsService, number>();
  readonly #raises = new Map<EcsService, { readonly at: number; readonly from: number }>();

  constructor(seed: Seed) {
    this.#seed = seed;
    this.#truth = new LendingTruth(seed);
    this.#signs = new Signs(seed);
    this.#returns = new Returns(seed);
    this.#shortfalls = new Shortfalls(seed, this.#signs);
  }

  look(entries: readonly JournalEntry[]): void {
    const { region } = this.#seed;
    this.#truth.look();
    for (const entry of entries) {
      if (entry.kind !== 'service-scaled' || !isOurs(entry.data.by)) continue;
      const service = region.parts.ecs.state.clusters.get(String(entry.data.cluster))?.services.get(entry.subject);
      if (service && isStandby(service)) this.#scaled(service);
    }
    for (const { services } of region.parts.ecs.state.clusters.values())
      for (const one of services.values()) if (isStandby(one)) this.#counts.set(one, one.desired);
    for (const track of this.#truth.tracks.values()) this.#signs.look(track);
    for (const track of this.#truth.tracks.values()) this.#shortfalls.look(track);
  }

  #scaled(standby: EcsService): void {
    const before = this.#counts.get(standby) ?? 0;
    const main = standby.cluster.services.get(standby.tags[STANDBY_OF] ?? '');
    const track = main && this.#truth.tracks.get(main);
    if (!track || standby.desired === before) return;
    const scaled = {
      seed: this.#seed,
      standby,
      before,
      track,
      record: lendingOf(this.#seed, track.main),
      raises: this.#raises,
    };
    if (standby.desired < before) {
      this.#returns.lowered(scaled);
      return;
    }
    this.lent += standby.desired - before;
    this.#raises.set(standby, { at: this.#seed.account.clock.now(), from: before });
    this.#returns.raised(scaled);
    for (const problem of raiseProblems(scaled)) this.#seed.violated(problem);
    if (!this.#signs.speaksFor(track.main))
      this.#seed.violated(`${track.main.name} was lent tasks, and nothing spoke of a shortage`);
  }
}
