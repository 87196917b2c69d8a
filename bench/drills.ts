import { type Drill, runDrill } from '../cli/run-drill.ts';
import { scenarios } from '../cli/scenarios.ts';
import type { Verdict } from '../cli/verdict.ts';
import type { Benchmark, Figure, Goal } from './figure.ts';

const SEED = 1;
const NONE: Goal = { atMost: 0 };

/** What a scenario of the drill must come to; a figure without a goal here is printed all the same. */
type Goals = { readonly dropped?: Goal; readonly killed?: Goal; readonly named?: Goal };

/** A scenario of the drill with spotkeeper and without it: the same market, seed 1. */
export function drill(name: string, goals: Goals): Benchmark {
  const scenario = scenarios.find((one) => one.name === name);
  if (!scenario) throw new Error(`the drill has no scenario ${name}`);
  return {
    name,
    title: scenario.title,
    async measure() {
      const played = await runDrill(scenario, { seed: SEED });
      const without = await runDrill(scenario, { seed: SEED, without: true });
      return [
        ...figures('with spotkeeper', played.verdict, goals),
        ...drainFigures(played.verdict),
        promises(played),
        ...figures('without', without.verdict, {}),
      ];
    },
  };
}

function figures(who: string, { requests, tasks, slowTargetGroups }: Verdict, goals: Goals): readonly Figure[] {
  const groups = slowTargetGroups.map(
    ({ name, deregistrationDelaySeconds, setToSeconds }) =>
      `${name}: its deregistration delay is ${deregistrationDelaySeconds} s, the verdict says to set ${setToSeconds} s`,
  );
  return [
    { what: `${who}: requests sent`, value: requests.sent, unit: '' },
    { what: `${who}: requests dropped`, value: requests.dropped, unit: '', ...aim(goals.dropped) },
    {
      what: `${who}: tasks killed without SIGTERM`,
      value: tasks.killedWithoutSigterm.length,
      unit: '',
      ...aim(goals.killed),
    },
    { what: `${who}: tasks cut short after SIGTERM`, value: tasks.sigtermCutShort.length, unit: '' },
    ...(goals.named
      ? [
          {
            what: `${who}: target groups named with the delay to set`,
            value: groups.length,
            unit: '',
            goal: goals.named,
            note: groups.join('; '),
          },
        ]
      : []),
  ];
}

const aim = (goal: Goal | undefined) => (goal === undefined ? {} : { goal });

const drainFigures = ({ drainSeconds, calls, throttled }: Verdict): readonly Figure[] => [
  ...(drainSeconds
    ? [
        { what: 'notice to DRAINING, median', value: drainSeconds.p50, unit: 's' },
        { what: 'notice to DRAINING, slowest', value: drainSeconds.max, unit: 's' },
      ]
    : []),
  {
    what: 'calls of spotkeeper, DynamoDB and SQS included',
    value: Object.values(calls).reduce((sum, one) => sum + one, 0),
    unit: '',
  },
  { what: 'of them throttled, then repeated', value: throttled, unit: '' },
];

const promises = ({ violations }: Drill): Figure => ({
  what: 'promises of the scenario broken',
  value: violations.length,
  unit: '',
  goal: NONE,
  ...(violations.length > 0 ? { note: violations.join('; ') } : {}),
});
