import type { DropReason, KilledTask } from '../sim/world/tally.ts';
import { dropReasons } from './drop-reasons.ts';
import { lendingRows, lendingText } from './failover/figures-text.ts';
import { rebalanceText } from './rebalance/figures-text.ts';
import type { Drill } from './run-drill.ts';
import { WIDTH, wrapped } from './timeline/timeline.ts';
import type { Verdict } from './verdict.ts';

const LABEL = 12;

/** What a drill comes to, in plain words: lines of at most WIDTH columns. */
export function verdictText({ scenario, verdict, rebalance, installation, violations }: Drill): readonly string[] {
  const lends = scenario.failover || verdict.lending.most > 0;
  return [
    ...told('requests', requests(verdict)),
    ...told('notices', notices(verdict)),
    ...told('tasks', tasks(verdict)),
    ...(lends ? told('lending', lendingText(verdict.lending)) : []),
    ...(installation && scenario.rebalance ? told('rebalance', rebalanceText(rebalance)) : []),
    ...(installation ? told('AWS calls', calls(verdict)) : []),
    ...(installation ? told('promises', promises(violations)) : []),
  ];
}

/** The same market with and without spotkeeper, one line for each figure. @param lends with what failover is about */
export function sideBySide(kept: Verdict, alone: Verdict, lends: boolean): readonly string[] {
  const row = (label: string, of: (verdict: Verdict) => number) =>
    label.padEnd(36) + grouped(of(kept)).padStart(16) + grouped(of(alone)).padStart(16);
  return [
    `${'The same market'.padEnd(36)}${'with spotkeeper'.padStart(16)}${'without'.padStart(16)}`,
    row('requests dropped', ({ requests: { dropped } }) => dropped),
    row('tasks killed without SIGTERM', (verdict) => verdict.tasks.killedWithoutSigterm.length),
    row('instances not drained in time', ({ notDrained }) => notDrained.length),
    ...(lends ? lendingRows.map(([label, of]) => row(label, (verdict) => of(verdict.lending))) : []),
  ];
}

const told = (label: string, sentences: readonly string[]): readonly string[] =>
  sentences
    .flatMap((sentence) => wrapped(sentence, WIDTH - LABEL))
    .map((line, index) => (index === 0 ? label : '').padEnd(LABEL) + line);

const grouped = (count: number): string => count.toLocaleString('en-US');

const many = (count: number, noun: string): string => `${grouped(count)} ${noun}${count === 1 ? '' : 's'}`;

function requests({ requests: { sent, dropped, byReason } }: Verdict): readonly string[] {
  if (sent === 0) return ['none were sent in this story'];
  if (dropped === 0) return [`${grouped(sent)} sent, none dropped`];
  const reasons = Object.entries(byReason).map(
    ([reason, count]) => `${grouped(count)} ${dropReasons[reason as DropReason]}`,
  );
  return [`${grouped(sent)} sent, ${grouped(dropped)} dropped`, ...reasons];
}

function notices({ interrupted, drainSeconds, notDrained, leftAlone }: Verdict): readonly string[] {
  if (interrupted === 0) return ['EC2 took no instance back'];
  return [
    `EC2 took back ${many(interrupted, 'instance')}`,
    ...(drainSeconds ? [`from notice to DRAINING: ${spread(drainSeconds)}`] : []),
    ...byCluster('not drained', notDrained),
    ...byCluster("left alone, in clusters that are not spotkeeper's", leftAlone),
  ];
}

const spread = ({ p50, p99, max }: NonNullable<Verdict['drainSeconds']>): string =>
  p50 === max
    ? `${max.toFixed(1)} s`
    : `half within ${p50.toFixed(1)} s, 99 % within ${p99.toFixed(1)} s, all within ${max.toFixed(1)} s`;

function byCluster(what: string, instances: Verdict['notDrained']): readonly string[] {
  if (instances.length === 0) return [];
  const clusters = [...Map.groupBy(instances, ({ cluster }) => cluster ?? '')];
  return [`${what}: ${clusters.map(([cluster, some]) => `${some.length} in ${cluster}`).join(', ')}`];
}

function tasks({ tasks: counts, slowTargetGroups }: Verdict): readonly string[] {
  const { stoppedByScheduler, stoppedByCaller, killedWithoutSigterm: killed, sigtermCutShort: cut } = counts;
  return [
    `${many(stoppedByScheduler, 'task')} that ECS began to stop, ${grouped(stoppedByCaller)} that spotkeeper did`,
    killed.length === 0
      ? 'none killed without SIGTERM'
      : `${grouped(killed.length)} killed without SIGTERM: ${byService(killed)}`,
    ...(cut.length === 0 ? [] : [`${grouped(cut.length)} had SIGTERM, but too little time to end: ${byService(cut)}`]),
    ...slowTargetGroups.map(
      ({ name, tasksKilled, deregistrationDelaySeconds, setToSeconds }) =>
        `target group ${name}: ${many(tasksKilled, 'task')} still waited for its deregistration delay of ` +
        `${deregistrationDelaySeconds} s; set it to ${setToSeconds} s or less`,
    ),
  ];
}

function byService(tasks: readonly KilledTask[]): string {
  const groups = Map.groupBy(tasks, ({ service, cluster }) => service ?? `the standalone tasks in ${cluster}`);
  return [...groups].map(([name, some]) => `${some.length} of ${name}`).join(', ');
}

/** As the services are called by their own users. */
const serviceNames: Readonly<Record<string, string>> = {
  autoscaling: 'Auto Scaling',
  dynamodb: 'DynamoDB',
  ec2: 'EC2',
  ecs: 'ECS',
  elbv2: 'load balancing',
  sqs: 'SQS',
};

function calls({ calls: counts, throttled }: Verdict): readonly string[] {
  const entries = Object.entries(counts).map(([name, count]) => ({ name, service: name.split(':')[0] ?? '', count }));
  const all = entries.reduce((sum, { count }) => sum + count, 0);
  const services = [...Map.groupBy(entries, ({ service }) => service)].map(([service, some]) => {
    const operations = some.map(({ name, count }) => `${name.slice(service.length + 1)} ${count}`);
    return `${serviceNames[service] ?? service}: ${operations.join(', ')}`;
  });
  return [`${grouped(all)} by spotkeeper, ${throttled === 0 ? 'none' : grouped(throttled)} throttled`, ...services];
}

const promises = (violations: readonly string[]): readonly string[] =>
  violations.length === 0 ? ['all kept'] : violations.map((violation) => `BROKEN: ${violation}`);
