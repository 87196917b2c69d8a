import { taskShapeOf } from '../../../shared/core/task-shape.ts';
import type { Context } from '../../../shared/flow.ts';
import { later } from '../../../shared/model/instant.ts';
import { type Finding, type StandbyRung, standbyRungs } from '../../../shared/model/lending.ts';
import type { Prepared } from '../../../shared/model/records.ts';
import { emptyPlan, type Plan } from '../../../shared/plan/action.ts';
import type { Ladder } from './ladder.ts';
import type { Material, PrepareView } from './material.ts';

const KEPT_MS = 30 * 24 * 3_600_000;
/** What was found stands so long before subnets and roles are looked at again; then the record is written anew. */
export const RECHECK_MS = 3_600_000;

/** A standby that is what it should be. */
export type Seen = { readonly rung: StandbyRung; readonly arn: string; readonly fingerprint: string };

export type Found = {
  readonly derived: string | undefined;
  readonly size: Prepared['size'];
  readonly findings: readonly Finding[];
  readonly inSync: Readonly<Partial<Record<StandbyRung, Seen>>>;
};

/** What is known of a service's standbys after this pass. */
export function recordOf(
  material: Material,
  { derived, size, findings, inSync }: Found,
  { region, now }: Context,
): Prepared {
  const { ladder, revision, prepared, about } = material;
  const seen = Object.entries(inSync);
  return {
    is: 'prepared',
    region,
    cluster: ladder.main.cluster,
    service: ladder.main.name,
    revision: revision.taskDefinitionArn ?? '',
    shape: taskShapeOf(revision),
    about,
    derived,
    size,
    findings,
    fingerprints: {
      ...prepared?.fingerprints,
      ...Object.fromEntries(seen.map(([rung, one]) => [rung, one.fingerprint])),
    },
    // What goes with its rung is nobody else's doing.
    standbys: {
      ...wantedOf(prepared?.standbys, ladder),
      ...Object.fromEntries(seen.map(([rung, one]) => [rung, one.arn])),
    },
    proof: prepared?.derived === derived ? (prepared?.proof ?? 'unproven') : 'unproven',
    refused: prepared?.refused ?? {},
    checkedAt: now,
    expiresAt: later(now, KEPT_MS),
  };
}

const wantedOf = (standbys: Prepared['standbys'] = {}, { rungs }: Ladder): Prepared['standbys'] =>
  Object.fromEntries(
    standbyRungs.flatMap((rung) => (standbys[rung] && rungs.includes(rung) ? [[rung, standbys[rung]]] : [])),
  );

/** The write of a record that has changed, or whose service was looked at again. */
export function remember(
  record: Prepared,
  { prepared, ladder }: Material,
  { view, context }: { view: PrepareView; context: Context },
): Plan {
  const bare = ({ checkedAt: _c, expiresAt: _e, ...rest }: Prepared) => JSON.stringify(rest);
  const isFresh = prepared !== undefined && later(prepared.checkedAt, RECHECK_MS) > context.now;
  if (prepared !== undefined && bare(prepared) === bare(record) && isFresh) return emptyPlan;
  const because = `what ${ladder.main.name} needs on Fargate`;
  return {
    ...emptyPlan,
    steps: [[{ do: 'remember', for: view.for, region: context.region, because, records: [record] }]],
  };
}
