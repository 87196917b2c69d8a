import { shortName } from '../../shared/plan/describe.ts';
import { WIDTH, wrapped } from '../timeline/timeline.ts';
import type { ClusterPlan, ServicePlan } from './cluster-plan.ts';
import type { RegionPlan } from './region-plan.ts';
import type { Hit, WhatIf } from './what-if.ts';

/** So many of a kind are told; --json has all. */
const TOLD = 10;

/** What failover would make of a Region, for a person: lines of at most WIDTH columns. */
export function planText({ region, clusters, leftAlone, quotas, rolesToPass }: RegionPlan): readonly string[] {
  const quota = quotas.map(
    ({ rung, vcpus, used }) => `${rungNames[rung]}: ${number(used)} of ${vcpus ?? 'an unknown number of'} vCPUs in use`,
  );
  return [
    `What failover would do in ${region}. Nothing was changed.`,
    ...clusters.flatMap(clusterText),
    '',
    ...told('quotas', quota),
    ...told('roles', rolesToPass.length > 0 ? [`failover passes ${rolesToPass.join(', ')}`] : ['none to pass']),
    ...(leftAlone.length > 0 ? told('left alone', [leftAlone.join(', ')]) : []),
  ];
}

function clusterText({ name, services, others, actions, notes, pools }: ClusterPlan): readonly string[] {
  const head = `${name}: ${many(services.length, 'service')} may be lent tasks, ${others} not`;
  if (services.length === 0) return ['', head, ...told('notes', notes)];
  return [
    '',
    head,
    ...table(services),
    '',
    ...told('first', first(actions)),
    ...told('Fargate', some(services.flatMap(findings))),
    ...told('subnets', subnets(services)),
    ...told('now', now(services)),
    ...told('notes', some(notes)),
    ...told('what if', pools.flatMap(whatIf)),
  ];
}

const LABEL = 11;

const told = (label: string, sentences: readonly string[]): readonly string[] =>
  sentences
    .flatMap((sentence) => wrapped(sentence, WIDTH - LABEL))
    .map((line, index) => (index === 0 ? label : '').padEnd(LABEL) + line);

const some = (sentences: readonly string[]): readonly string[] =>
  sentences.length > TOLD
    ? [...sentences.slice(0, TOLD), `… and ${sentences.length - TOLD} more (--json has all)`]
    : sentences;

const many = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

const number = (value: number): string => String(Math.round(value * 100) / 100);

const rungNames = { 'fargate-spot': 'Fargate Spot', fargate: 'Fargate' };

const HEAD = ['service', 'rungs', 'on Fargate', 'lent task', '$ an hour', 'standbys', 'missing'];

/** One row for each service; the name takes what the other columns leave. */
function table(services: readonly ServicePlan[]): readonly string[] {
  const rows = [HEAD, ...services.map(row)];
  const widths = HEAD.map((_, column) => Math.max(...rows.map((cells) => cells[column]?.length ?? 0)));
  const others = widths.slice(1).reduce((sum, width) => sum + width + 2, 0);
  const name = Math.max(8, Math.min(widths[0] ?? 0, WIDTH - 2 - others));
  return rows.map(([first = '', ...cells]) =>
    `  ${cut(first, name).padEnd(name)}${cells.map((cell, at) => `  ${cell.padEnd(widths[at + 1] ?? 0)}`).join('')}`.trimEnd(),
  );
}

const cut = (text: string, width: number): string => (text.length > width ? `${text.slice(0, width - 1)}…` : text);

const shortRungs = { 'fargate-spot': 'spot', fargate: 'fargate', 'on-demand': 'on-demand' };

function row({ name, rungs, fargate, task, standbys, missing }: ServicePlan): readonly string[] {
  const created = standbys.filter(({ is }) => is === 'to be created').length;
  return [
    name,
    rungs.map((rung) => shortRungs[rung]).join('/'),
    fargate === 'yes' ? 'unproven' : fargate,
    task ? `${number(task.cpu / 1024)} vCPU, ${number(task.memory / 1024)} GB` : '',
    standbys.map(({ hourlyUsd }) => hourlyUsd.toFixed(4)).join(' / '),
    standbys.length === 0 ? 'none' : created > 0 ? `${created} to create` : `${standbys.length} there`,
    String(missing),
  ];
}

/** What comes before anything can be lent, by kind. */
function first(actions: readonly string[]): readonly string[] {
  if (actions.length === 0) return ['all standbys are there'];
  return some(actions.map((action) => action.split(': ')[0] ?? action));
}

const findings = ({ name, refusals, cautions, fargate }: ServicePlan): readonly string[] => [
  ...(fargate === 'unknown' ? [`${name}: no deployment of it is complete yet`] : []),
  ...refusals.map(({ parameter, says }) => `${name} cannot run there, ${parameter}: ${says}`),
  ...cautions.map(({ parameter, says }) => `${name} with care, ${parameter}: ${says}`),
];

function subnets(services: readonly ServicePlan[]): readonly string[] {
  const known = new Map(services.flatMap((one) => one.subnets.map((subnet) => [subnet.id, subnet] as const)));
  return some(
    [...known.values()].map(({ id, zone, freeAddresses }) => `${id} in ${zone}: ${freeAddresses} free addresses`),
  );
}

function now(services: readonly ServicePlan[]): readonly string[] {
  const short = services.filter(({ missing }) => missing > 0);
  const lent = services.flatMap(({ standbys }) => standbys.filter((standby) => standby.lent > 0));
  return [
    ...some(lent.map((standby) => `${standby.name} has ${many(standby.lent, 'task')}`)),
    ...(short.length === 0 ? ['EC2 holds all tasks'] : some(short.map(({ name, why }) => `${name}: ${why}`))),
  ];
}

function whatIf({ pool, instances, hits, bases, notes }: WhatIf): readonly string[] {
  const head = `${pool.type} in ${pool.zone} is taken (${many(instances, 'instance')}):`;
  const short = hits.filter(({ missing }) => missing > 0);
  if (short.length === 0) return [`${head} the other instances hold all tasks`];
  const missing = short.reduce((sum, hit) => sum + hit.missing, 0);
  const unmet = short.reduce((sum, hit) => sum + hit.unmet, 0);
  const parts = (['fargate-spot', 'fargate'] as const).flatMap((rung) => {
    const lent = short.reduce((sum, hit) => sum + (hit.lent[rung] ?? 0), 0);
    return lent > 0 ? [`${lent} lent on ${rungNames[rung]}`] : [];
  });
  return [
    `${head} ${many(missing, 'task')} of ${many(short.length, 'service')} do not fit`,
    `  ${[...parts, ...(unmet > 0 ? [`${unmet} lent by nobody at once`] : [])].join(', ')}: ${list(short)}`,
    ...bases.map(({ group, from, base }) => `  the On-Demand base of ${shortName(group)} goes from ${from} to ${base}`),
    ...some(notes).map((note) => `  ${note}`),
  ];
}

const list = (hits: readonly Hit[]): string =>
  hits
    .slice(0, TOLD)
    .map(({ service, missing }) => `${service} ${missing}`)
    .join(', ') + (hits.length > TOLD ? ', …' : '');
