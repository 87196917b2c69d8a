import { shortName } from '../../model/arn.ts';
import type { Incident } from '../../model/incident.ts';
import type { Instant } from '../../model/instant.ts';
import { standbyRungs } from '../../model/lending.ts';
import type { Prepared } from '../../model/records.ts';
import type { ReportMaterial } from './material.ts';

/** Pools that are left out for now, one sentence each. */
export function coolOffsOf({
  coolOffs,
  standings,
  now,
}: Pick<ReportMaterial, 'coolOffs' | 'standings' | 'now'>): readonly string[] {
  const out = standings.filter(({ outUntil }) => outUntil > now);
  const known = new Set(out.map(({ region, pool }) => `${region} ${pool.type} ${pool.zone}`));
  const cooling = coolOffs.filter(
    ({ region, pool, expiresAt }) => expiresAt > now && !known.has(`${region} ${pool.type} ${pool.zone}`),
  );
  return [
    ...out.map(
      ({ pool, lastAt, outUntil }) =>
        `${pool.type} in ${pool.zone} failed last at ${utc(lastAt)} and gets no new instances before ${utc(outUntil)}`,
    ),
    ...cooling.map(
      ({ pool, noticedAt, expiresAt }) =>
        `${pool.type} in ${pool.zone} was interrupted at ${utc(noticedAt)} and cools off until ${utc(expiresAt)}`,
    ),
  ].sort();
}

const utc = (at: Instant): string => `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;

/** Services whose standby may not be there when it is needed, one sentence each. */
export const standbysOf = ({
  prepared,
  incidents,
}: Pick<ReportMaterial, 'prepared' | 'incidents'>): readonly string[] =>
  prepared.flatMap((one) => troublesOf(one, wasLent(one, incidents)).map((says) => `${nameOf(one)} ${says}`)).sort();

/** A standby that was lent has shown that it runs. */
const wasLent = ({ cluster, service }: Prepared, incidents: readonly Incident[]): boolean =>
  incidents.some((one) => one.cluster === cluster && one.lent.some((lending) => lending.service === service));

function troublesOf({ findings, proof, refused, standbys }: Prepared, ran: boolean): readonly string[] {
  const refusals = findings
    .filter(({ severity }) => severity === 'refusal')
    .map(({ parameter, says }) => `${parameter}: ${says}`);
  if (refusals.length > 0) return [`cannot run on Fargate: ${refusals.join('; ')}`];
  const has = standbyRungs.some((rung) => standbys[rung] !== undefined);
  return [
    ...(proof === 'failed' ? ['has a standby whose trial task failed: it would fail in a storm, too'] : []),
    ...(proof === 'unproven' && has && !ran
      ? ['has a standby that never ran: set spotkeeper:proof-run=on, and one task of it is tried once']
      : []),
    ...standbyRungs.flatMap((rung) => {
      const says = refused[rung]?.says;
      return says === undefined ? [] : [`has no ${rung} standby, for AWS refused it: ${says}`];
    }),
  ];
}

const nameOf = ({ cluster, service }: Prepared): string => `${service} in ${shortName(cluster)}`;

/** What is worth changing, one sentence each: of groups, as rebalance found it, and of services that may fail over. */
export const findingsOf = ({ prepared, choices }: Pick<ReportMaterial, 'prepared' | 'choices'>): readonly string[] => [
  ...new Set([
    ...choices.flatMap(({ findings = [] }) => findings).sort(),
    ...prepared
      .flatMap((one) =>
        one.findings
          .filter(({ severity }) => severity === 'caution')
          .map(({ parameter, says }) => `${nameOf(one)}, lent to Fargate: ${parameter}: ${says}`),
      )
      .sort(),
  ]),
];
