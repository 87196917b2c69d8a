import { runDrill } from '../cli/run-drill.ts';
import type { Scenario } from '../cli/scenario.ts';
import { type StormSize, stormNoRoom } from '../cli/scenarios/failover/storm-no-room.ts';
import type { Benchmark, Figure } from './figure.ts';
import {
  allServedAt,
  type Counted,
  countedFrom,
  limitsKept,
  longestBelow,
  samplesAt,
  secondsTo,
  underMinimum,
  updatesOf,
} from './lending.ts';

const SEED = 1;
const NOTICE_SECONDS = 120;
const BACK_SECONDS = 90;

type Size = Pick<StormSize, 'instances' | 'services' | 'tasksOfEach'>;

export type StormNoRoomOptions = {
  /** As many tasks as Fargate starts within a notice. */
  readonly carried: Size;
  /** More of them. */
  readonly beyond: Size;
};

/** How long an image pull takes so that a lent task serves about so many seconds after it was called for. */
const STARTS = [
  { about: 60, pullMs: 10_000 },
  { about: 110, pullMs: 60_000 },
] as const;

/** All instances of a full cluster go at once and EC2 has no other: from the notice to the last lent task that serves. */
export function stormNoRoomFigures({ carried, beyond }: StormNoRoomOptions): Benchmark {
  return {
    name: 'storm-no-room',
    title: `EC2 takes back all ${carried.instances} instances under ${tasksIn(carried)} tasks and has no more`,
    async measure() {
      const figures: Figure[] = [];
      for (const { about, pullMs } of STARTS) {
        for (const holdDrain of ['on', 'off'] as const) {
          const storm = { ...stormNoRoom({ ...carried, pullMs }), settings: { SPOTKEEPER_HOLD_DRAIN: holdDrain } };
          figures.push(...ofCarried(`${about} s, ${holdDrain}`, { holdDrain, counted: await played(storm) }));
        }
      }
      for (const { about, pullMs } of STARTS) {
        const storm = stormNoRoom({ ...beyond, pullMs, priorities: true });
        figures.push(...ofBeyond(`${about} s, ${tasksIn(beyond)} tasks`, await played(storm)));
      }
      return figures;
    },
  };
}

const tasksIn = ({ services, tasksOfEach }: Size): number => services * tasksOfEach;

const played = async (storm: Scenario): Promise<Counted> => countedFrom(await runDrill(storm, { seed: SEED }));

function ofCarried(who: string, { holdDrain, counted }: { holdDrain: 'on' | 'off'; counted: Counted }) {
  const { below } = counted.verdict.lending;
  const summed = below.reduce((sum, { seconds }) => sum + seconds, 0);
  const [worst] = [...below].sort((a, b) => b.seconds - a.seconds);
  const note = worst && { note: `${worst.service} for ${worst.seconds} s, down to ${worst.least}` };
  const none = { goal: { atMost: 0 } };
  const held: readonly Figure[] = [
    { what: `${who}: below desired, summed over services`, value: summed, unit: 's', ...none, ...note },
  ];
  const cut: readonly Figure[] = [
    { what: `${who}: tasks under the minimum at the worst`, value: underMinimum(counted), unit: '', ...none },
    {
      what: `${who}: longest time below desired`,
      value: longestBelow(counted),
      unit: 's',
      goal: { atMost: BACK_SECONDS },
      ...note,
    },
  ];
  return [...starts(who, counted), ...(holdDrain === 'on' ? held : cut), ...limitsKept(who, counted)];
}

/** From the notice: the calls, and the last service with all of its tasks on lent capacity. */
function starts(who: string, counted: Counted, goal: Figure['goal'] = { atMost: NOTICE_SECONDS }): readonly Figure[] {
  const updates = updatesOf(counted).filter(({ at }) => at < counted.noticeAt + NOTICE_SECONDS * 1000);
  return [
    { what: `${who}: lent at once at the most`, value: counted.verdict.lending.most, unit: 'tasks' },
    { what: `${who}: notice to first UpdateService`, value: secondsTo(counted, updates[0]?.at), unit: 's' },
    { what: `${who}: notice to last of ${updates.length}`, value: secondsTo(counted, updates.at(-1)?.at), unit: 's' },
    {
      what: `${who}: notice to last lent task serving`,
      value: secondsTo(
        counted,
        allServedAt(counted, ({ desired }) => desired),
      ),
      unit: 's',
      ...(goal && { goal }),
    },
  ];
}

function ofBeyond(who: string, counted: Counted): readonly Figure[] {
  const inTime = samplesAt(counted.lending, counted.noticeAt + NOTICE_SECONDS * 1000);
  const late = inTime.flatMap(({ main, sample }) => {
    const missing = sample.desired - sample.lentHealthy['fargate-spot'] - sample.lentHealthy.fargate;
    return missing > 0 ? [{ service: main.name, missing, priority: Number(main.tags['spotkeeper:priority']) }] : [];
  });
  const highest = Math.max(...late.map(({ priority }) => priority));
  return [
    ...starts(who, counted, undefined),
    {
      what: `${who}: serve later than ${NOTICE_SECONDS} s`,
      value: late.reduce((sum, { missing }) => sum + missing, 0),
      unit: 'tasks',
      note:
        late.length === 0
          ? 'none'
          : `of ${late.length} services, the highest priority among them is ${highest}; the plan: ${saidLate(counted)}`,
    },
    ...limitsKept(who, counted),
  ];
}

/** What the plans say of tasks that come late. */
function saidLate({ installation }: Counted): string {
  const notes = (installation?.transcript.lines ?? []).flatMap(({ fields }) => (fields.notes as string[]) ?? []);
  return [...new Set(notes.filter((note) => /after the deadline/.test(note)))].join('; ') || 'nothing';
}
