import { shortName } from '../../shared/model/arn.ts';
import { WIDTH, wrapped } from '../timeline/timeline.ts';
import type { ClusterPlan, Planned, ServicePlan } from './cluster-plan.ts';
import { groupsText } from './group-text.ts';
import type { RegionPlan } from './region-plan.ts';
import type { Hit, WhatIf } from './what-if.ts';

/** So many of a kind are told; --json has all. */
const TOLD = 10;
const NAMED = 4;

/** What failover and rebalance would make of a Region, for a person: lines of at most WIDTH columns. */
export function planText(plan: RegionPlan): readonly string[] {
  const { region, clusters, leftAlone, quotas, rebalance } = plan;
  const quota = quotas.map(
    ({ rung, vcpus, used }) => `${rungNames[rung]}: ${number(used)} of ${vcpus ?? 'an unknown number of'} vCPUs in use`,
  );
  return [
    `What failover and rebalance would do in ${region}. Nothing was changed.`,
    ...clusters.flatMap(clusterText),
    '',
    ...told('rebalance', groupsText(rebalance, some)),
    '',
    ...told('quotas', quota),
    ...told('roles', [roles(plan)]),
    ...(leftAlone.length > 0 ? told('left alone', [leftAlone.join(', ')]) : []),
  ];
}

/** Which roles `passRoles` is to name; all instance roles of a group, which its launch templates name. */
function roles({ rolesToPass, instanceRolesOf: groups }: RegionPlan): string {
  const ofGroups = `the instance roles of group${groups.length === 1 ? '' : 's'} ${groups.join(', ')}`;
  const all = [...(rolesToPass.length > 0 ? [rolesToPass.join(', ')] : []), ...(groups.length > 0 ? [ofGroups] : [])];
  return all.length > 0 ? `failover passes ${all.join(', and ')}` : 'none to pass';
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
    ...told('Fargate', some(findings(services))),
    ...told('subnets', subnets(services)),
    ...told('now', now(services)),
    ...told('notes', some(notes)),
    ...told('what if', [...pools.slice(0, TOLD).flatMap(whatIf), ...more(pools.length - TOLD)]),
  ];
}

const LABEL = 11;

const told = (label: string, sentences: readonly string[]): readonly string[] =>
  sentences.flatMap(hanging).map((line, index) => (index === 0 ? label : '').padEnd(LABEL) + line);

/** What belongs to the sentence before it begins with two spaces; its further lines have four. */
function hanging(sentence: string): readonly string[] {
  const [indent, further] = sentence.startsWith('  ') ? ['  ', '    '] : ['', ''];
  const lines = wrapped(sentence.trimStart(), WIDTH - LABEL - further.length);
  return lines.map((line, index) => (index === 0 ? indent : further) + line);
}

const some = (sentences: readonly string[]): readonly string[] => [
  ...sentences.slice(0, TOLD),
  ...more(sentences.length - TOLD),
];

const more = (count: number): readonly string[] => (count > 0 ? [`… and ${count} more (--json has all)`] : []);

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
    fargate === 'yes' ? 'yes, unproven' : fargate,
    task ? `${number(task.cpu / 1024)} vCPU, ${number(task.memory / 1024)} GB` : '',
    standbys.map(({ hourlyUsd }) => hourlyUsd.toFixed(4)).join(' / '),
    standbys.length === 0 ? 'none' : created > 0 ? `${created} to create` : `${standbys.length} there`,
    String(missing),
  ];
}

/** What comes before anything can be lent, by kind. */
function first(actions: readonly Planned[]): readonly string[] {
  if (actions.length === 0) return ['nothing is to be made'];
  const kinds = [...Map.groupBy(actions, ({ do: name }) => name)];
  return kinds.map(([kind, same]) => {
    const [one, more] = kindNames[kind] ?? [kind, kind];
    return `${same.length === 1 ? one : more.replace('#', String(same.length))}: ${names(same.map(({ name }) => name))}`;
  });
}

const kindNames: { readonly [kind: string]: readonly [string, string] } = {
  associate: ['associate capacity providers with the cluster', 'associate capacity providers with the cluster'],
  register: ['register one Fargate revision', 'register # Fargate revisions'],
  'create-standby': ['create one standby at desired count 0', 'create # standbys at desired count 0'],
  follow: ['let one standby follow its main service', 'let # standbys follow their main services'],
  prove: ['start one proof task', 'start # proof tasks'],
};

const names = (all: readonly string[]): string =>
  all.length > NAMED ? `${all.slice(0, NAMED).join(', ')} and ${all.length - NAMED} more` : all.join(', ');

/** The same finding of many services is told once. */
function findings(services: readonly ServicePlan[]): readonly string[] {
  const unknown = services.filter(({ fargate }) => fargate === 'unknown').map(({ name }) => name);
  const told = (kind: 'refusals' | 'cautions', words: string) => {
    // What would be different on Fargate is of no use to who cannot run there.
    const asked = kind === 'refusals' ? services : services.filter(({ refusals }) => refusals.length === 0);
    const all = asked.flatMap((one) => one[kind].map(({ parameter, says }) => [one.name, `${parameter}: ${says}`]));
    const same = [...Map.groupBy(all, ([, text]) => text)];
    return same.map(([text, some]) => `${names(some.map(([name = '']) => name))} ${words} ${text}`);
  };
  return [
    ...told('refusals', 'cannot run there:'),
    ...told('cautions', 'can, but'),
    ...(unknown.length > 0 ? [`not known of ${names(unknown)}: no deployment is complete yet`] : []),
  ];
}

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
    `  ${[...parts, ...(unmet > 0 ? [`${unmet} not lent`] : [])].join(', ')}: ${list(short)}`,
    ...bases.map(({ group, from, base }) => `  the On-Demand base of ${shortName(group)} goes from ${from} to ${base}`),
    ...some(ofSeveral(notes)).map((note) => `  ${note}`),
  ];
}

/** Notes that say the same of several services, told once. */
function ofSeveral(notes: readonly string[]): readonly string[] {
  const same = Map.groupBy(notes, (note) => note.slice(note.indexOf(': ')));
  return [...same].map(([text, some]) =>
    some.length === 1 ? (some[0] ?? '') : names(some.map((note) => note.slice(0, note.indexOf(': ')))) + text,
  );
}

const list = (hits: readonly Hit[]): string => names(hits.map(({ service, missing }) => `${service} ${missing}`));
