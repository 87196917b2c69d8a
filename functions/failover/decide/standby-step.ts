import { fingerprint } from '../../../shared/core/fargate/standby.ts';
import type { Context } from '../../../shared/flow.ts';
import { shortName } from '../../../shared/model/arn.ts';
import { type Instant, later } from '../../../shared/model/instant.ts';
import { PROVIDERS, type ServiceDetail, STANDBY_OF, type StandbySpec } from '../../../shared/model/lending.ts';
import type { Prepared } from '../../../shared/model/records.ts';
import type { Action } from '../../../shared/plan/action.ts';
import { isStandby } from './ladder.ts';
import type { Material, PrepareView } from './material.ts';
import { RECHECK_MS, type Seen } from './prepared-record.ts';

/** A standby that does not follow within so long is reported. */
const SKEW_MS = 600_000;

type At = {
  readonly material: Material;
  readonly view: PrepareView;
  readonly context: Context;
  readonly ifRefused: Prepared;
};

export type Step = {
  readonly actions: readonly Action[];
  readonly notes: readonly string[];
  readonly seen: Seen | undefined;
};

/** Creates a standby that is missing, lets one follow that is behind, and leaves one alone that somebody else changed. */
export function standbyStep(spec: StandbySpec, at: At): Step {
  const { material, view, context } = at;
  const { ladder, prepared } = material;
  const common = { for: view.for, region: context.region, spec };
  const nothing: Step = { actions: [], notes: [], seen: undefined };
  const standby = ladder.standbys[spec.rung];
  const text = fingerprint(spec);
  if (standby === undefined) return missing(spec, at);
  if (fingerprint(specOf(standby, spec)) === text)
    return { ...nothing, seen: { rung: spec.rung, arn: standby.arn, fingerprint: text } };
  if (prepared?.fingerprints[spec.rung] === text) {
    const note = `${spec.name} was changed by hand; it is left as it is, and may not be what ${spec.main} is now`;
    return { ...nothing, notes: [note] };
  }
  const since = Math.max(0, ...ladder.main.deployments.map(({ createdAt }) => createdAt));
  const isSkewed = context.now > later(since as Instant, SKEW_MS);
  const because = `${spec.main} is now ${shortName(material.revision.taskDefinitionArn ?? '')}`;
  return {
    ...nothing,
    actions: [{ ...common, do: 'follow', because }],
    notes: isSkewed ? [`${spec.name} has not followed ${spec.main} for over ten minutes`] : [],
  };
}

function missing(spec: StandbySpec, { material, view, context, ifRefused }: At): Step {
  const { prepared, revision } = material;
  const nothing: Step = { actions: [], notes: [], seen: undefined };
  const other = view.services.find(({ name, status }) => name === spec.name && status !== 'INACTIVE');
  if (other !== undefined) {
    // One that is DRAINING is on its way out, and its name is free soon.
    if (other.status === 'DRAINING') return nothing;
    const whose = isStandby(other) ? `the standby of ${other.tags[STANDBY_OF]}` : 'not spotkeeper’s';
    return {
      ...nothing,
      notes: [`${spec.name} cannot be created for ${spec.main}: a service of that name exists and is ${whose}`],
    };
  }
  if (!view.cluster.providers.includes(PROVIDERS[spec.rung])) return nothing;
  const isUndone = prepared?.standbys[spec.rung] !== undefined && prepared.revision === revision.taskDefinitionArn;
  if (isUndone) {
    const note = `${spec.name} was deleted by somebody; it is not created again before ${spec.main} has a new revision`;
    return { ...nothing, notes: [note] };
  }
  const refused = prepared?.refused[spec.rung];
  const text = fingerprint(spec);
  const isAsked = refused?.fingerprint === text && context.now < later(refused.at, RECHECK_MS);
  if (isAsked) return nothing;
  const because = `${spec.main} is to be lent tasks; ${spec.rung} is one of its rungs`;
  return {
    ...nothing,
    actions: [
      { do: 'create-standby', for: view.for, region: context.region, because, spec, fingerprint: text, ifRefused },
    ],
  };
}

/** What a standby is, in the words of what it should be. Its tags are its own affair once it has ours. */
const specOf = (standby: ServiceDetail, spec: StandbySpec): StandbySpec => ({
  ...spec,
  definition: standby.definition,
  network: standby.network ?? { subnets: [], securityGroups: [], assignPublicIp: false },
  balancers: standby.balancers.map((one) => ({ ...one, alternate: undefined, productionRule: undefined })),
  graceSeconds: standby.balancers.length > 0 ? standby.graceSeconds : undefined,
  exec: standby.exec,
  propagateTags: standby.propagateTags,
  managedTags: standby.managedTags,
  registries: standby.registries,
  connectConfiguration: standby.connectConfiguration,
  tags: spec.tags,
});
