import { PROVIDERS, standbyRungs } from '../../shared/model/lending.ts';
import { type EcsService, primary } from '../../sim/ecs/model.ts';
import { rungOf } from '../failover/lending-log.ts';
import { isStandbyOf, lentTo, type Track } from './lending-truth.ts';
import { rungsWanted } from './rungs-wanted.ts';
import { observes, type Seed } from './seed.ts';
import type { Signs } from './signs.ts';

/** A tick at the latest sees it; a rung that was dry before is not asked again for so long. */
const TICK_MS = 75_000;
const DRY_MS = 180_000;
/** From the call until a lent task serves, the slowest start and its health checks. */
const START_MS = 100_000;

/**
 * No service that can be lent tasks goes without those that it lacks for longer than it takes to see it, to ask each
 * rung in turn and to start them: while a rung has room, and nothing but that stands against it.
 */
export class Shortfalls {
  readonly #seed: Seed;
  readonly #signs: Signs;
  readonly #since = new Map<EcsService, number>();
  readonly #told = new Set<EcsService>();

  constructor(seed: Seed, signs: Signs) {
    this.#seed = seed;
    this.#signs = signs;
  }

  look(track: Track): void {
    const { main } = track;
    const now = this.#seed.account.clock.now();
    const lacking = this.#lacking(track);
    if (lacking === 0) {
      this.#since.delete(main);
      return;
    }
    const since = this.#since.get(main) ?? now;
    this.#since.set(main, since);
    const { excuses, settings, violated } = this.#seed;
    const rungMs = Number(settings.SPOTKEEPER_RUNG_SECONDS) * 1_000;
    const bound = TICK_MS + DRY_MS + rungMs + START_MS;
    if (this.#told.has(main) || now - since <= bound) return;
    const excuseMs = excuses.excuseMs(since, now, main.name);
    if (now - since <= bound + excuseMs) return;
    this.#told.add(main);
    violated(
      `${main.name} has lacked ${lacking} tasks for ${(now - since) / 1000} s that a rung has room for; faults explain ${excuseMs / 1000} s`,
    );
  }

  /** Tasks that could be lent, and are not, or do not serve. */
  #lacking({ main, samples }: Track): number {
    const { settings } = this.#seed;
    const last = samples.at(-1);
    if (!last || observes(this.#seed) || main.status !== 'ACTIVE' || main.deployments.length > 1) return 0;
    if (Number(settings.SPOTKEEPER_MAX_LENT_TASKS) < 100 || Number(settings.SPOTKEEPER_MAX_LENT_TASKS_IN_ACCOUNT) < 100)
      return 0;
    if (!this.#signs.speaksFor(main)) return 0;
    const lacking = Math.min(last.deficitLeast, last.most - last.underWay) - lentTo(main).healthy;
    return lacking > 0 && this.#canBeLent(main, lacking) ? lacking : 0;
  }

  #canBeLent(main: EcsService, tasks: number): boolean {
    const wanted = rungsWanted(main);
    const { hands, region } = this.#seed;
    const own = [...main.cluster.services.values()].filter((one) => isStandbyOf(one, main.name));
    return own.some((standby) => {
      const rung = standbyRungs.find((one) => one === rungOf(standby));
      if (rung === undefined || !wanted.includes(rung) || hands.touched(standby)) return false;
      const { definition, rolloutState } = primary(standby);
      const { fargate } = region.parts.ecs;
      const isOpen = main.cluster.capacityProviders.includes(PROVIDERS[rung]);
      // What other services of the account want, too.
      const room = fargate.freeVcpus(rung === 'fargate' ? 'FARGATE' : 'FARGATE_SPOT') - OTHERS_VCPUS;
      return isOpen && rolloutState === 'COMPLETED' && room >= (tasks * definition.cpu) / 1_024;
    });
  }
}

const OTHERS_VCPUS = 20;
