import type { Incident, IncidentLending, IncidentStage } from '../../model/incident.ts';
import { instant } from '../../model/instant.ts';
import { standbyRungs } from '../../model/lending.ts';
import type { SlackMessage } from '../../model/slack-message.ts';
import { bullets, context, header, section, textOfLines } from './blocks.ts';
import { clockTime, counted, dollars, duration, listed, rungName } from './figures.ts';
import { named, shown } from './text.ts';

/** How the interruptions of an incident went so far: counts of instances and of tasks. */
export type IncidentFigures = {
  /** Of which it is known what became of them: they do not run any more. */
  readonly gone: number;
  /** DRAINING before their deadline */
  readonly drained: number;
  /** EC2 took them without a notice that reached us; they are among the incident's instances. */
  readonly missed: number;
  readonly tasksMoved: number;
  readonly tasksKilled: number;
};

/** What is to be told of an incident: where it stands, and what is new in it. */
export type IncidentTold = {
  readonly incident: Incident;
  readonly stage: IncidentStage;
  readonly figures: IncidentFigures;
  readonly mode: 'observe' | 'act';
  /** IANA name */
  readonly timeZone: string;
};

const ITEMS = 6;
const WHY = 240;

/**
 * The message of an incident as it stands, whatever of it was told before, and the news of this stage: for the thread
 * of the message, or alone. The first stage has none: its message is the news.
 */
export function incidentMessage(told: IncidentTold): {
  readonly message: SlackMessage;
  readonly news: SlackMessage | undefined;
} {
  const { incident, stage, mode, timeZone } = told;
  const title = titleOf(told);
  const lines = [...instanceLines(told), ...lentLines(told), ...endLines(told)];
  const small = [
    `${nameOf(incident)}, since ${clockTime(incident.openedAt, timeZone)} (${shown(timeZone, 60)}).`,
    ...(mode === 'act'
      ? []
      : ['spotkeeper only watched (observe mode): it changed nothing, and tells what it would have done.']),
  ];
  const blocks = [header(title), section(lines), context(small)];
  const message = { text: textOfLines([shown(title, 200), ...lines]), blocks, plainBlocks: blocks };
  return { message, news: stage === 'begun' ? undefined : newsMessage(told) };
}

const nameOf = ({ cluster, region }: Incident): string => `${named(clusterName(cluster), 60)} in ${shown(region, 30)}`;

const clusterName = (arn: string): string => arn.split('/').at(-1) ?? arn;

function titleOf({ incident, stage }: IncidentTold): string {
  const { cluster, instances } = incident;
  const what =
    instances.length > 0 ? `Spot storm in ${clusterName(cluster)}` : `Too little room in ${clusterName(cluster)}`;
  return stage === 'over' ? `Over: ${what}` : what;
}

/** Are all of its instances gone, whatever of it still goes on? */
const isPast = ({ incident, stage, figures }: IncidentTold): boolean =>
  stage === 'over' || figures.gone >= incident.instances.length;

function instanceLines(told: IncidentTold): readonly string[] {
  const { incident, figures } = told;
  const { instances, pools } = incident;
  if (instances.length === 0)
    return ['Tasks found no room on the instances of this cluster. EC2 took none of them back.'];
  const verb = isPast(told) ? 'took back' : 'is taking back';
  const from = pools.length > 0 ? ` (${poolsText(pools)})` : '';
  return [
    `EC2 ${verb} *${counted(instances.length, 'instance')}*${from}. ${drainedText(told)}`,
    ...(figures.missed > 0
      ? [`${counted(figures.missed, 'instance')} of these went without a notice that reached spotkeeper.`]
      : []),
    ...tasksLines(told),
  ];
}

/** The first message is a minute old at the most: what is not drained by then is not too late. */
function drainedText(told: IncidentTold): string {
  const { drained } = told.figures;
  const all = told.incident.instances.length;
  const isNone = drained === 0;
  const not = all === 1 && isNone ? ' not' : '';
  const some = isNone ? 'None' : `${drained.toLocaleString('en-US')} of ${all.toLocaleString('en-US')}`;
  const who = all === 1 ? 'It' : drained >= all ? 'All' : some;
  const [was, were] = isPast(told) ? ['was', 'were'] : ['is', 'are'];
  const be = told.mode === 'act' ? `${drained > 1 ? were : was}${not}` : `would${not} have been`;
  const soFar = isNone ? ' yet' : drained < all ? ' so far' : '';
  return `${who} ${be} drained${isPast(told) ? ' in time' : soFar}.`;
}

function tasksLines({ figures, mode }: IncidentTold): readonly string[] {
  const { tasksMoved, tasksKilled } = figures;
  const moved = mode === 'act' ? 'moved to other places' : 'would have moved to other places';
  return [
    ...(tasksMoved > 0 ? [`${counted(tasksMoved, 'task')} ${moved}.`] : []),
    ...(tasksKilled > 0
      ? [`*${counted(tasksKilled, 'task')} ${tasksKilled === 1 ? 'was' : 'were'} killed* before stopping in order.`]
      : []),
  ];
}

const poolsText = (pools: readonly string[]): string => {
  const more = pools.length - 3;
  return more > 0
    ? `${pools
        .slice(0, 3)
        .map((pool) => named(pool))
        .join(', ')} and ${counted(more, 'more pool')}`
    : listed(pools.map((pool) => named(pool)));
};

/** Each service that was lent tasks, a line for each; what is lent now comes first. */
function lentLines({ incident: { lent }, mode, timeZone }: IncidentTold): readonly string[] {
  const [open, back] = [lent.filter(isOpen), lent.filter((one) => !isOpen(one))];
  return bullets(
    [...open, ...back].map((one) => lentLine(one, mode, timeZone)),
    ITEMS,
  );
}

const isOpen = ({ until }: IncidentLending): boolean => until === undefined;

function lentLine(lending: IncidentLending, mode: IncidentTold['mode'], timeZone: string): string {
  const { service, since, until, why } = lending;
  if (until !== undefined) {
    const had = mode === 'act' ? 'borrowed' : 'would have borrowed';
    return `${named(service)} ${had} ${mostText(lending)} for ${duration(until - since)}.`;
  }
  const has = mode === 'act' ? 'has borrowed' : 'would have borrowed';
  return `${named(service)} ${has} ${mostText(lending)} since ${clockTime(since, timeZone)}.${why === '' ? '' : ` Why: ${shown(why, WHY)}`}`;
}

function mostText({ most }: IncidentLending): string {
  const rungs = standbyRungs.flatMap((rung) => {
    const tasks = most[rung] ?? 0;
    return tasks > 0 ? [`${counted(tasks, 'task')} on ${rungName(rung)}`] : [];
  });
  return listed(rungs) || 'no tasks yet';
}

/** What it came to, as far as it is known. */
function endLines(told: IncidentTold): readonly string[] {
  const { incident, figures, stage, mode } = told;
  const { lent, lentCost, openedAt, activeAt } = incident;
  const back = lent.length > 0 && !lent.some(isOpen);
  return [
    ...(back ? [`All lent tasks ${mode === 'act' ? 'are' : 'would be'} back on EC2.`] : []),
    ...(lentCost > 0 ? [`The lent tasks cost ${costText(incident)}${stage === 'over' || back ? '' : ' so far'}.`] : []),
    ...(stage === 'over'
      ? [`It took ${duration(activeAt - openedAt)}.${figures.tasksKilled === 0 ? ' No task was killed.' : ''}`]
      : []),
  ];
}

/** What was added up by the minute is near to what the ledger counts later from what ran. */
const costText = ({ lentCost, countedAt }: Incident): string =>
  `${countedAt === undefined ? 'about ' : ''}${dollars(lentCost)}`;

/** One or two sentences that say where they belong: with a webhook they stand alone. */
function newsMessage(told: IncidentTold): SlackMessage {
  const text = `${nameOf(told.incident)}: ${newsText(told)}`;
  const blocks = [section([text])];
  return { text, blocks, plainBlocks: blocks };
}

function newsText({ incident, stage, figures, mode, timeZone }: IncidentTold): string {
  const { lent, lentCost, openedAt, activeAt } = incident;
  const killed = figures.tasksKilled > 0 ? `${counted(figures.tasksKilled, 'task')} killed` : 'no task killed';
  switch (stage) {
    case 'begun':
      return `EC2 is taking back ${counted(incident.instances.length, 'instance')}.`;
    case 'lent': {
      const names = lent.slice(0, ITEMS).map((one) => `${named(one.service)} (${mostText(one)})`);
      const more = lent.length - names.length;
      const verb = mode === 'act' ? 'spotkeeper lends tasks to' : 'spotkeeper would lend tasks to';
      return `${verb} ${more > 0 ? `${names.join(', ')} and ${counted(more, 'more service')}` : listed(names)}.`;
    }
    case 'back': {
      const since = clockTime(instant(Math.max(openedAt, ...lent.map(({ until = openedAt }) => until))), timeZone);
      const verb = mode === 'act' ? 'are' : 'would be';
      return `all lent tasks ${verb} back on EC2 since ${since}${lentCost > 0 ? `. They cost ${costText(incident)}` : ''}.`;
    }
    case 'over':
      return `it is over after ${duration(activeAt - openedAt)}: ${counted(incident.instances.length, 'instance')} taken back, ${killed}${lentCost > 0 ? `, lent tasks for ${costText(incident)}` : ''}.`;
  }
}
