import { createHash } from 'node:crypto';
import { packagedTemplate } from '../../scripts/packaged.mjs';
import { defaultStartMs, type SimulatedAccount } from '../../sim/account.ts';
import type { Template } from '../../sim/delivery/template.ts';
import { Faults } from '../../sim/faults/faults.ts';
import type { HappenedFault } from '../../sim/faults/happened.ts';
import type { FaultPlan } from '../../sim/faults/plan.ts';
import { SlackWorkspace } from '../../sim/slack/workspace.ts';
import { watchLastTargets } from '../checkers.ts';
import { install, type Product } from '../installation.ts';
import { accountOf } from '../run-drill.ts';
import { REGION } from '../scenario.ts';
import { checkDrains } from './drain-checker.ts';
import { buildAccount, drawsFailover, settingsOf, switchesOf } from './drawn-account.ts';
import { drawFaults } from './drawn-faults.ts';
import { checkAtEnd } from './end-checkers.ts';
import { Excuses } from './excuses.ts';
import { Hands } from './hands.ts';
import { checkLending } from './lending-checkers.ts';
import { LAST_MS, type Phases, phasesOf } from './phases.ts';
import type { Seed } from './seed.ts';
import { isSettled, isSteppingDown } from './settled.ts';
import { checkBooks } from './spread/books.ts';
import { drawsReport } from './spread/drawn-account.ts';
import { checkSpreadAtEnd } from './spread/end-checkers.ts';
import { drawSlack } from './spread/slack-mood.ts';
import { checkSpread } from './spread/step-checkers.ts';
import { tellSpreadStory } from './spread/story.ts';
import { checkTold } from './spread/told.ts';
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
  /** was it played with failover? */
  readonly failover: boolean;
  /** was it played with rebalance and report? */
  readonly rebalance: boolean;
  /** tasks that were lent, each time that more were asked for */
  readonly lent: number;
  /** of all that happened, was said and was called: the same for the same seed */
  readonly digest: string;
};

export type PlayOptions = {
  /** Default the product as it is. */
  readonly product?: Product;
  /** The stack with the function failover, and an account that asks for it; default as the seed draws it. */
  readonly failover?: boolean;
  /** The stack with rebalance and report, and an account of groups to spread; default without. */
  readonly rebalance?: boolean;
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
  await playUntilSettled(opened);
  installation.deployment.bus.stop();
  await account.clock.run(account.clock.now() + LAST_MS);
  violations.push(...opened.emptiedGroups);
  checkAtEnd(opened);
  opened.checkSpread();
  return {
    seed,
    violations: [...new Set(violations)],
    simulatedSeconds: (account.clock.now() - startMs) / 1000,
    events,
    calls: account.endpoint.calls.count(),
    faults: faults.happened.length,
    interrupted: account.tally().interrupted.size,
    failover: opened.failover,
    rebalance: opened.rebalance,
    lent: opened.lent(),
    digest: digestOf(opened),
  };
}

/** Plays a seed until nothing goes on in it any more, for two ticks. */
async function playUntilSettled(opened: OpenSeed): Promise<void> {
  const { account, startMs, phases } = opened;
  await account.clock.run(startMs + phases.soonestEndMs);
  const latest = startMs + phases.latestEndMs;
  let end = startMs + phases.endMs;
  for (let quiet = 0; quiet < 2; quiet = isSettled(opened) ? quiet + 1 : 0) {
    const now = account.clock.now();
    if (isSteppingDown(opened)) end = Math.min(latest, Math.max(end, now + phases.endMs - phases.soonestEndMs));
    if (now >= end) return;
    await account.clock.run(now + TICK_MS);
  }
}

const TICK_MS = 60_000;

export type OpenSeed = Seed & {
  readonly plan: FaultPlan;
  readonly byHand: readonly HappenedFault[];
  readonly violations: string[];
  readonly emptiedGroups: readonly string[];
  /** tasks that were lent so far */
  readonly lent: () => number;
  /** what must hold of rebalance and report at the end; nothing without them */
  readonly checkSpread: () => void;
};

/** A seed at its beginning: everything is on the clock, nothing has happened. */
export async function openSeed(seed: number, options: PlayOptions = {}): Promise<OpenSeed> {
  const { product, rebalance = false, failover = !rebalance && drawsFailover(seed) } = options;
  const stack = { failover, rebalance };
  const phases = phasesOf({ ...stack, report: drawsReport(seed) });
  const settings = settingsOf(seed, stack);
  const plan = drawFaults(seed, phases);
  const startMs = defaultStartMs;
  const faults = new Faults(plan, { seed, startMs });
  const excuses = new Excuses(plan, { happened: faults.happened, startMs });
  const scenario = {
    switches: switchesOf(seed, stack),
    build: (region: Seed['region']) => buildAccount(seed, region, stack),
  };
  const { account, sqs, dynamodb } = accountOf(scenario, seed, {
    faults: faults.onCall,
    staleWindowMs: STALE_MS,
  });
  const region = account.region(REGION);
  const template = (await packagedTemplate({ failover, rebalance, report: rebalance })) as Template;
  const slack = rebalance ? slackOf(seed, account, phases) : undefined;
  const common = { account, sqs, dynamodb, template, region: REGION, settings, faults: faults.onDelivery };
  const installation = install({ ...common, ...(slack && { slack }), ...(product && { product }) });
  const emptiedGroups = watchLastTargets(region, account);
  const place = { region, account };
  const byHand = rebalance ? tellSpreadStory(seed, place, phases) : tellStory(seed, place, { phases, failover });
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
    hands: new Hands(account),
    settings,
    ...stack,
    phases,
    startMs,
    violated,
  };
  checkEveryStep(opened);
  checkDrains(opened);
  const lent = failover ? checkLending(opened) : () => 0;
  const checkSpread = slack ? watchSpread(opened, slack) : () => undefined;
  return { ...opened, violations, emptiedGroups, byHand, plan, lent, checkSpread };
}

function slackOf(seed: number, account: SimulatedAccount, phases: Phases): SlackWorkspace {
  account.keepBill();
  const slack = new SlackWorkspace(account.clock, account.journal);
  drawSlack(seed, { account, slack }, phases);
  return slack;
}

function watchSpread(seed: Seed, slack: SlackWorkspace): () => void {
  const sizes = checkSpread(seed);
  return () => {
    checkSpreadAtEnd(seed, sizes);
    checkBooks(seed);
    checkTold(seed, slack);
  };
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
