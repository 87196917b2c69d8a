import { STANDBY_OF, type StandbyRung } from '../../shared/model/lending.ts';
import type { EcsService } from '../../sim/ecs/model.ts';
import { type Played, type Promised, storySecondsOf } from '../scenario.ts';
import { healthyIn, spans } from './figures.ts';
import { type LendingSample, type MainLog, rungOf, sumOf } from './lending-log.ts';

type Wanted = (main: EcsService) => boolean;

const every: Wanted = () => true;

/** Every service has its desired count of healthy tasks at every moment of the story, lent ones counted. */
export const neverBelowDesired: Promised = ({ verdict: { lending } }) =>
  lending.below.map(
    ({ service, seconds, least }) => `${service} was below its desired count for ${seconds} s, down to ${least} tasks`,
  );

/** A service is below its desired count for so many seconds in all, at the most. */
export const belowDesiredAtMost =
  (most: number): Promised =>
  ({ verdict: { lending } }) =>
    lending.below.flatMap(({ service, seconds }) =>
      seconds > most ? [`${service} was below its desired count for ${seconds} s, which may be ${most} s`] : [],
    );

/** So many tasks are lent at the same time, at the most and at the least. */
export const lentAtMost =
  (most: number, least = 1): Promised =>
  ({ verdict: { lending } }) => [
    ...(lending.most > most ? [`${lending.most} tasks were lent at once; ${most} were missing`] : []),
    ...(lending.most < least ? [`${lending.most} tasks were lent at once; ${least} were to be`] : []),
  ];

/** Nothing is lent any more at the end. */
export const allTakenBack: Promised = ({ verdict: { lending } }) =>
  lending.left > 0 ? [`${lending.left} tasks are still lent at the end`] : [];

/** The first task is lent before one is lost: within so many seconds of the first notice. */
export const lentWithin =
  (seconds: number): Promised =>
  ({ verdict: { lending } }) => {
    const { firstLendSeconds: first } = lending;
    if (first === undefined) return ['nothing was lent after the first notice'];
    return first > seconds ? [`the first task was lent ${first} s after the notice, not within ${seconds} s`] : [];
  };

/** The last lent task serves within so many seconds of the first notice. */
export const lentServeWithin =
  (seconds: number): Promised =>
  (played) => {
    const noticeAt = Math.min(
      ...[...played.account.tally().interrupted.values()].map((one) => one.noticedAt ?? Infinity),
    );
    return logs(played).flatMap(({ main, samples }) => {
      const lent = Math.max(0, ...samples.map((sample) => sumOf(sample.lent)));
      const served = samples.find((sample) => sample.at >= noticeAt && sumOf(sample.lentHealthy) >= lent);
      const after = served && (served.at - noticeAt) / 1000;
      if (lent === 0 || (after !== undefined && after <= seconds)) return [];
      return [`the ${lent} tasks lent to ${main.name} serve ${after ?? 'never, not'} s after the first notice`];
    });
  };

/** Tasks are lent on this rung, and on no other. */
export const lentOnlyOn =
  (rung: StandbyRung): Promised =>
  ({ verdict: { lending } }) =>
    Object.entries(lending.taskMinutes).flatMap(([one, minutes]) => {
      if (one === rung) return minutes > 0 ? [] : [`nothing was lent on ${rung}`];
      return minutes > 0 ? [`${minutes} task-minutes were lent on ${one}, not on ${rung}`] : [];
    });

/** Some service, by its name, gets no standby at all. */
export const noStandbyOf =
  (...names: readonly string[]): Promised =>
  ({ region }) =>
    servicesOf(region)
      .filter(({ tags }) => names.includes(tags[STANDBY_OF] ?? ''))
      .map(({ name, tags }) => `${tags[STANDBY_OF]} cannot be lent tasks and has the standby ${name}`);

/** No service has a standby on this rung. */
export const noStandbyOn =
  (rung: StandbyRung): Promised =>
  ({ region }) =>
    servicesOf(region)
      .filter((service) => rungOf(service) === rung)
      .map(({ name }) => `${name} stands on ${rung}, which this service cannot use`);

/** Somebody is told: a plan, a note or a warning of spotkeeper says it. */
export const isTold =
  (what: RegExp, why: string): Promised =>
  ({ installation: { transcript } }) =>
    transcript.lines.some(({ message, fields }) => what.test(`${message} ${JSON.stringify(fields)}`))
      ? []
      : [`nobody was told ${why}`];

/** At the end the main services run all their tasks by themselves. */
export const mainsAreWhole: Promised = (played) =>
  logs(played).flatMap(({ main, samples }) => {
    const last = samples.at(-1);
    return last && last.healthy < last.desired
      ? [`${main.name} ends with ${last.healthy} of ${last.desired} tasks`]
      : [];
  });

/** From so many seconds of the story on, every service has its desired count, lent tasks counted. */
export const wholeFrom =
  (second: number, wanted: Wanted = every): Promised =>
  (played) => {
    const from = storyAt(played) + second * 1000;
    return logs(played)
      .filter(({ main }) => wanted(main))
      .flatMap(({ main, samples }) => {
        const short = spans(samples, played.account.clock.now()).find(
          ({ sample, until }) => until > from && healthyIn(sample) < sample.desired,
        );
        return short ? [`${main.name} has ${told(short.sample)} later than ${second} s into the story`] : [];
      });
  };

/** Hand-overs apart, of at most so many seconds each, every service has its desired count from then on. */
export const wholeButForHandovers =
  (second: number, mostSeconds: number): Promised =>
  (played) => {
    const from = storyAt(played) + second * 1000;
    return logs(played).flatMap(({ main, samples }) => {
      const gaps = spans(samples, played.account.clock.now()).filter(
        ({ sample, until }) => until > from && healthyIn(sample) < sample.desired,
      );
      const ms = gaps.reduce((sum, { sample, until }) => sum + until - Math.max(from, sample.at), 0);
      return ms > mostSeconds * 1000 ? [`${main.name} was not whole for ${ms / 1000} s later than ${second} s`] : [];
    });
  };

const told = (sample: LendingSample): string => `${healthyIn(sample)} of ${sample.desired} tasks`;

/** When the story of a scenario began, virtual epoch milliseconds. */
export const storyAt = ({ account, scenario }: Pick<Played, 'account' | 'scenario'>): number =>
  account.clock.now() - (scenario.seconds - storySecondsOf(scenario)) * 1000;

export const logs = ({ lending }: Pick<Played, 'lending'>): readonly MainLog[] => [...lending.values()];

const servicesOf = (region: Played['region']): readonly EcsService[] =>
  [...region.parts.ecs.state.clusters.values()].flatMap(({ services }) => [...services.values()]);
