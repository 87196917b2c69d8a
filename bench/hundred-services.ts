import { runDrill } from '../cli/run-drill.ts';
import type { StandbyRung } from '../shared/model/lending.ts';
import type { LoggedCall } from '../sim/calls.ts';
import type { Benchmark, Figure } from './figure.ts';
import { type Counted, countedFrom, limitsKept, secondsTo, updatesOf } from './lending.ts';
import { manyServices } from './many-services.ts';

export type HundredServicesOptions = {
  /** in all clusters together */
  readonly services: number;
  readonly clusterCounts: readonly number[];
  /** How long the standbys take to be made: twenty services of a cluster a minute. */
  readonly leadSeconds: number;
};

const SEED = 1;
/** Until the first lent tasks are moved on or the doomed instances go, whatever is first. */
const WATCHED_SECONDS = 110;
const GOAL_SECONDS = { 'fargate-spot': 30, fargate: 60 };

/** Many services lose a few tasks each at once: how long until the last of them has been lent some, rung by rung. */
export function hundredServices({ services, clusterCounts, leadSeconds }: HundredServicesOptions): Benchmark {
  return {
    name: 'hundred-services',
    title: `${services} services lose half of their tasks at once: from the notice to the last call that lends`,
    async measure() {
      const figures: Figure[] = [];
      for (const clusters of clusterCounts) {
        for (const spotIsDry of [false, true]) {
          const size = { services, clusters, leadSeconds, watchedSeconds: WATCHED_SECONDS };
          const drill = await runDrill(manyServices({ ...size, spotIsDry, notices: true }), { seed: SEED });
          const who = `${clusters} cluster${clusters === 1 ? '' : 's'}${spotIsDry ? ', Spot is dry' : ''}`;
          figures.push(...ofRun(who, countedFrom(drill), spotIsDry ? 'fargate' : 'fargate-spot'));
        }
      }
      return figures;
    },
  };
}

function ofRun(who: string, counted: Counted, last: StandbyRung): readonly Figure[] {
  const updates = updatesOf(counted);
  const raises = raisesOn(counted, last);
  const lent = [...counted.lending.values()].filter(({ samples }) => samples.some((sample) => sample.lent[last] > 0));
  return [
    { what: `${who}: services lent tasks on ${last}`, value: lent.length, unit: '' },
    { what: `${who}: calls of UpdateService`, value: updates.length, unit: 'calls' },
    { what: `${who}: notice to first UpdateService`, value: secondsTo(counted, updates[0]?.at), unit: 's' },
    {
      what: `${who}: notice to last raise on ${last}`,
      value: secondsTo(counted, raises.at(-1)),
      unit: 's',
      goal: { atMost: GOAL_SECONDS[last] },
    },
    ...limitsKept(who, counted),
  ];
}

/** When desired counts of standbys of a rung were raised, oldest first. */
const raisesOn = ({ lending, noticeAt }: Counted, rung: StandbyRung): readonly LoggedCall['at'][] =>
  [...lending.values()]
    .flatMap(({ samples }) =>
      samples.flatMap(({ at, lent }, index) =>
        at >= noticeAt && lent[rung] > (samples[index - 1]?.lent[rung] ?? 0) ? [at] : [],
      ),
    )
    .sort((a, b) => a - b);
