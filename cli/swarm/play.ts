import { createHash } from 'node:crypto';
import { packagedTemplate } from '../../scripts/packaged.mjs';
import { defaultStartMs } from '../../sim/account.ts';
import type { Template } from '../../sim/delivery/template.ts';
import { Faults } from '../../sim/faults/faults.ts';
import type { HappenedFault } from '../../sim/faults/happened.ts';
import type { FaultPlan } from '../../sim/faults/plan.ts';
import { watchLastTargets } from '../checkers.ts';
import { install, type Product } from '../installation.ts';
import { accountOf } from '../run-drill.ts';
import { REGION } from '../scenario.ts';
import { checkDrains } from './drain-checker.ts';
import { buildAccount, settingsOf, switchesOf } from './drawn-account.ts';
import { drawFaults } from './drawn-faults.ts';
import { checkAtEnd } from './end-checkers.ts';
import { Excuses } from './excuses.ts';
import { PHASES } from './phases.ts';
import type { Seed } from './seed.ts';
import { checkEveryStep } from './step-checkers.ts';
import { tellStory } from './story.ts';

/** What became of one seed. */
export type SeedReport = {
  readonly seed: number;
  /** Broken promises, in the order in which they were seen; the first one is the one to look at. */
  readonly violations: readonly string[];
  readonly simulatedSeconds: number;
  /** EventBridge events that the account sent */
  readonly events: number;
  /** API calls that it answered */
  readonly calls: number;
  /** faults that happened */
  readonly faults: number;
  /** instances that EC2 took back */
  readonly interrupted: number;
  /** of all that happened, was said and was called: the same for the same seed */
  readonly digest: string;
};

export type PlayOptions = {
  /** Default the product as it is. */
  readonly product?: Product;
  /** The stack with the function failover; default without. */
  readonly failover?: boolean;
};

/**
 * Plays one seed: an account, a workload, a story and faults, all drawn from it. First a safety phase with faults, then
 * a calm phase without, in which everything must come to its end. Checkers look on after every step.
 */
export const playSeed = async (seed: number, options: PlayOptions = {}): Promise<SeedReport> =>
  playOut(await openSeed(seed, options));

/** Plays a seed that was opened, to its end. */
export async function playOut(opened: OpenSeed): Promise<SeedReport> {
  const { seed, account, violations, installation, faults, startMs } = opened;
  let events = 0;
  account.onEvent(() => {
    events += 1;
  });
  await account.clock.run(startMs + PHASES.lastTickMs);
  installation.deployment.bus.stop();
  await account.clock.run(startMs + PHASES.endMs);
  violations.push(...opened.emptiedGroups);
  checkAtEnd(opened);
  return {
    seed,
    violations: [...new Set(violations)],
    simulatedSeconds: PHASES.endMs / 1000,
    events,
    calls: account.endpoint.calls.count(),
    faults: faults.happened.length,
    interrupted: account.tally().interrupted.size,
    digest: digestOf(opened),
  };
}

export type OpenSeed = Seed & {
  readonly plan: FaultPlan;
  readonly byHand: readonly HappenedFault[];
  readonly violations: string[];
  readonly emptiedGroups: readonly string[];
};

/** A seed at its beginning: everything is on the clock, nothing has happened. */
export async function openSeed(seed: number, { product, failover = false }: PlayOptions = {}): Promise<OpenSeed> {
  const settings = settingsOf(seed);
  const plan = drawFaults(seed);
  const startMs = defaultStartMs;
  const faults = new Faults(plan, { seed, startMs });
  const excuses = new Excuses(plan, { happened: faults.happened, startMs });
  const scenario = { switches: switchesOf(seed), build: (region: Seed['region']) => buildAccount(seed, region) };
  const { account, sqs, dynamodb } = accountOf(scenario, seed, {
    faults: faults.onCall,
    staleWindowMs: STALE_MS,
  });
  const region = account.region(REGION);
  const template = (await packagedTemplate({ failover })) as Template;
  const common = { account, sqs, dynamodb, template, region: REGION, settings, faults: faults.onDelivery };
  const installation = install({ ...common, ...(product && { product }) });
  const emptiedGroups = watchLastTargets(region, account);
  const byHand = tellStory(seed, region, account);
  const violations: string[] = [];
  const violated = (sentence: string) => {
    const at = new Date(account.clock.now()).toISOString().slice(11, 23);
    if (violations.length < MOST_VIOLATIONS) violations.push(`${at} ${sentence}`);
  };
  const opened = {
    seed,
    account,
    region,
    dynamodb,
    installation,
    plan,
    byHand,
    faults,
    excuses,
    settings,
    startMs,
    violated,
  };
  checkEveryStep(opened);
  checkDrains(opened);
  return { ...opened, violations, emptiedGroups };
}

/** Answers of reads are kept so long for stale ones. */
const STALE_MS = 5_000;

/** One defect breaks many promises; nobody reads more. */
const MOST_VIOLATIONS = 20;

function digestOf({ account, installation: { transcript, deployment } }: OpenSeed): string {
  const hash = createHash('sha256');
  for (const part of [
    account.journal.entries,
    account.endpoint.calls.entries,
    transcript.lines,
    deployment.invocations,
  ])
    hash.update(JSON.stringify(part));
  return hash.digest('hex');
}
