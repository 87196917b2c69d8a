import { deriveFargate } from '../../../shared/core/fargate/derive.ts';
import { rungsFor } from '../../../shared/core/fargate/platform.ts';
import { standbyBalancers } from '../../../shared/core/fargate/service.ts';
import { standbySpec } from '../../../shared/core/fargate/standby.ts';
import { textHash } from '../../../shared/core/text-hash.ts';
import type { Context } from '../../../shared/flow.ts';
import { shortName } from '../../../shared/model/arn.ts';
import { later } from '../../../shared/model/instant.ts';
import {
  DERIVED_FROM,
  type Finding,
  PROVIDERS,
  type ServiceDetail,
  type StandbyRung,
  standbyRungs,
} from '../../../shared/model/lending.ts';
import type { Prepared } from '../../../shared/model/records.ts';
import type { TaskDefinition } from '../../../shared/model/task-definition.ts';
import { type Action, emptyPlan, merge, type Plan } from '../../../shared/plan/action.ts';
import type { Ladder } from './ladder.ts';
import type { Material, PrepareView } from './material.ts';
import { inTurn } from './preparation.ts';
import { recordOf, remember } from './prepared-record.ts';
import { decideProof } from './proof.ts';
import { standbyStep } from './standby-step.ts';

/** Of a derived task definition: what it was made of. ECS adds defaults, so that contents cannot be compared. */
export const DERIVATION = 'spotkeeper:derivation';
const SOON_MS = 5_000;
const FINDINGS_TOLD = 12;

/**
 * Standbys ahead of need: the Fargate revision of the main's last completed deployment is registered once, then each rung
 * gets a service at desired count 0, which follows what the main becomes. One step each time it is asked: what a step
 * made is looked for before the next one, so that nothing is made twice.
 */
export function decidePrepare(view: PrepareView, context: Context): Plan {
  const plans = view.materials.map((material) => prepare(material, view, context));
  return inTurn(merge([associations(view, context), ...plans]), view, context);
}

/** Fargate's providers must be associated with the cluster before a service can name them. */
function associations({ cluster, materials, for: records }: PrepareView, { region }: Context): Plan {
  const wanted = new Set(materials.flatMap(({ ladder }) => rungsOf(ladder).map((rung) => PROVIDERS[rung])));
  const missing = [...wanted].filter((name) => !cluster.providers.includes(name)).sort();
  if (missing.length === 0) return emptyPlan;
  const allowed = materials.some(({ ladder }) => ladder.policy.associateProviders === 'on');
  const name = shortName(cluster.arn);
  if (!allowed) {
    const how = `associate them (aws ecs put-cluster-capacity-providers), or set spotkeeper:associate-providers=on`;
    return { ...emptyPlan, notes: [`${name} has no capacity providers ${missing.join(', ')}: ${how}`] };
  }
  const because = `services of ${name} are to be lent tasks on Fargate`;
  return {
    ...emptyPlan,
    steps: [[{ do: 'associate', for: records, region, because, cluster: cluster.arn, providers: missing }]],
  };
}

const rungsOf = ({ rungs }: Ladder): readonly StandbyRung[] => standbyRungs.filter((rung) => rungs.includes(rung));

function prepare(material: Material, view: PrepareView, context: Context): Plan {
  const { revision, circumstances, prepared, ladder } = material;
  const { main } = ladder;
  const onFargate = main.launch.on === 'fargate';
  const { definition, findings } = deriveFargate(revision, circumstances);
  const isNews = prepared?.about !== material.about;
  const isTold = prepared !== undefined && JSON.stringify(prepared.findings) === JSON.stringify(findings);
  if (definition === undefined) {
    const record = recordOf(material, { derived: undefined, size: undefined, findings, inSync: {} }, context);
    return { ...remember(record, material, { view, context }), notes: isTold ? [] : refusalNotes(main, findings) };
  }
  const size = sizeOf(definition);
  const text = textHash(JSON.stringify(definition));
  const isThere = material.latest?.tags?.[DERIVATION] === text;
  const derived = onFargate ? revision.taskDefinitionArn : isThere ? material.latest?.taskDefinitionArn : undefined;
  const cautions = isTold ? [] : cautionNotes(main, findings);
  if (derived === undefined) {
    const registered = register(material, { definition, text, findings, view, context });
    // What it may miss on Fargate is told with the record that keeps it, once the revision is there.
    if (context.policy.mode === 'act') return { ...emptyPlan, steps: [[registered], soon(view, context)] };
    // Nobody registers it: the record says that it was told.
    const record = recordOf(material, { derived: undefined, size, findings, inSync: {} }, context);
    const saved = remember(record, material, { view, context });
    return isNews ? { ...saved, steps: [[registered], ...saved.steps], notes: cautions } : saved;
  }
  const { balancers } = standbyBalancers(revision, circumstances);
  const network = circumstances.network;
  if (network === undefined) throw new Error(`${main.name} has a Fargate revision and no network for it`);
  const able = rungsFor(definition);
  const rungs = rungsOf(ladder).filter((rung) => able.includes(rung));
  const specs = rungs.map((rung) => standbySpec(main, { rung, definition: derived, network, balancers }));
  const ifRefused = recordOf(material, { derived, size, findings, inSync: {} }, context);
  const steps = specs.map((spec) => standbyStep(spec, { material, view, context, ifRefused }));
  const inSync = Object.fromEntries(steps.flatMap(({ seen }) => (seen ? [[seen.rung, seen]] : [])));
  // A task can only be run on a provider of the cluster.
  const spec = specs.find(({ rung }) => view.cluster.providers.includes(PROVIDERS[rung]));
  const proof = decideProof({ ...material, derived, spec: onFargate ? undefined : spec }, { for: view.for, context });
  const record = { ...recordOf(material, { derived, size, findings, inSync }, context), ...proof.state };
  const actions = [...steps.flatMap((step) => step.actions), ...proof.actions];
  const saved = remember(record, material, { view, context });
  return {
    ...emptyPlan,
    // Before what AWS may refuse: the record of a refusal is written last, and stays.
    steps: [saved.steps.flat(), actions, actions.length > 0 ? soon(view, context) : []].filter(
      (step) => step.length > 0,
    ),
    notes: [...cautions, ...steps.flatMap(({ notes }) => notes), ...proof.notes],
  };
}

type At = { readonly view: PrepareView; readonly context: Context };

type Registered = {
  readonly definition: TaskDefinition;
  readonly text: string;
  readonly findings: readonly Finding[];
};

function register(material: Material, { definition, text, findings, view, context }: At & Registered): Action {
  const { ladder, revision } = material;
  const from = shortName(revision.taskDefinitionArn ?? '');
  return {
    do: 'register',
    for: view.for,
    region: context.region,
    because: `${ladder.main.name} runs ${from}`,
    main: ladder.main.name,
    definition,
    tags: { [DERIVED_FROM]: from, [DERIVATION]: text },
    ifRefused: recordOf(material, { derived: undefined, size: undefined, findings, inSync: {} }, context),
  };
}

/** What a step made is looked for a little later. */
const soon = ({ for: records, account, cluster }: PrepareView, { region, now }: Context): readonly Action[] => [
  {
    do: 'wake',
    for: records,
    region,
    because: 'the next step of preparing standbys is due then',
    account,
    watch: cluster.arn,
    at: later(now, SOON_MS),
  },
];

const sizeOf = ({ cpu, memory, runtimePlatform }: TaskDefinition): Prepared['size'] => ({
  cpu: Number(cpu),
  memory: Number(memory),
  arm: runtimePlatform?.cpuArchitecture === 'ARM64',
});

const refusalNotes = ({ name }: ServiceDetail, findings: readonly Finding[]): readonly string[] => [
  `${name} cannot run on Fargate: ${told(findings, 'refusal')}`,
];

const cautionNotes = ({ name }: ServiceDetail, findings: readonly Finding[]): readonly string[] =>
  findings.some(({ severity }) => severity === 'caution') ? [`${name} on Fargate: ${told(findings, 'caution')}`] : [];

const told = (findings: readonly Finding[], severity: Finding['severity']): string =>
  findings
    .filter((one) => one.severity === severity)
    .slice(0, FINDINGS_TOLD)
    .map(({ parameter, says }) => `${parameter}: ${says}`)
    .join('; ');
