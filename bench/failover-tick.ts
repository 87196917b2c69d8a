import { runDrill } from '../cli/run-drill.ts';
import { AFTER_STANDBYS_SECONDS } from '../cli/scenario.ts';
import type { LoggedCall } from '../sim/calls.ts';
import type { Benchmark, Figure } from './figure.ts';
import { manyServices, standbysIn } from './many-services.ts';

export type FailoverTickOptions = {
  readonly sizes: readonly { readonly services: number; readonly clusters: number; readonly leadSeconds: number }[];
};

const SEED = 1;
const TICKS = 5;
const TICK_SECONDS = 60;
/** For 100 services. */
const GOAL = { services: 100, calls: 60 };
const OWN = ['dynamodb', 'sqs'];

/** What a tick of the failover function calls while nothing happens and every service has its standbys. */
export function failoverTick({ sizes }: FailoverTickOptions): Benchmark {
  return {
    name: 'failover-tick',
    title: 'AWS calls of a tick of failover in calm, every service with two standbys',
    async measure() {
      const figures: Figure[] = [];
      for (const size of sizes) figures.push(...(await calm(size)));
      return figures;
    },
  };
}

async function calm(size: FailoverTickOptions['sizes'][number]): Promise<readonly Figure[]> {
  const { services, clusters, leadSeconds } = size;
  const watchedSeconds = TICKS * TICK_SECONDS;
  const { account, scenario, verdict } = await runDrill(
    manyServices({ ...size, spotIsDry: false, notices: false, watchedSeconds }),
    { seed: SEED },
  );
  const made = standbysIn(account.region('eu-west-1'));
  if (made < services * 2) throw new Error(`${made} of ${services * 2} standbys are there after ${leadSeconds} s`);
  const from = account.clock.now() - watchedSeconds * 1000;
  const calls = account.endpoint.calls.entries.filter(({ at, caller }) => at >= from && /failover/.test(caller));
  const [own, shared] = [calls.filter(isOwn), calls.filter((call) => !isOwn(call))];
  const who = `${services} services, ${clusters} cluster${clusters === 1 ? '' : 's'}`;
  const isGoal = services === GOAL.services;
  return [
    {
      what: `${who}: calls to AWS, a tick`,
      value: shared.length / TICKS,
      unit: 'calls',
      ...(isGoal && { goal: { atMost: GOAL.calls } }),
      note: byOperation(shared),
    },
    {
      what: `${who}: calls to DynamoDB and SQS, a tick`,
      value: own.length / TICKS,
      unit: 'calls',
      note: byOperation(own),
    },
    {
      what: `${who}: throttled in ${scenario.seconds - AFTER_STANDBYS_SECONDS} s`,
      value: verdict.throttled,
      unit: 'calls',
      goal: { atMost: 0 },
    },
  ];
}

const isOwn = ({ service }: LoggedCall): boolean => OWN.includes(service);

const byOperation = (calls: readonly LoggedCall[]): string =>
  [...Map.groupBy(calls, ({ operation }) => operation)]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([operation, { length }]) => `${operation} ${length / TICKS}`)
    .join(', ') || 'none';
