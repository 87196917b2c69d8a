import implied from './implied-actions.json' with { type: 'json' };
import { flowNameOf, list, ofType, referencesIn, type Statement, statementsOf, type Template } from './template.ts';

/** What esbuild's metafile says of each output: how many bytes of each input it kept. */
export type Bundles = {
  readonly outputs: Readonly<
    Record<string, { readonly inputs: Readonly<Record<string, { readonly bytesInOutput: number }>> }>
  >;
};

/** A right needs a condition on one of these keys. `onEveryResource`: nothing else narrows it. */
type Narrowing = { readonly oneOf: readonly string[]; readonly onEveryResource?: boolean };

const COMMAND = /@aws-sdk\/(client-[a-z0-9-]+)\/dist-es\/commands\/(\w+)Command\.js$/;
const prefixes: Readonly<Record<string, { readonly prefix: string }>> = implied.prefixes;
const conditions: Readonly<Record<string, Narrowing>> = implied.conditions;
const exceptions: Readonly<Record<string, { readonly actions: readonly string[] }>> = implied.commands;

/** The rights of each function's role are exactly those that its bundle's SDK commands and its triggers need. */
export function rolesAllowWhatBundlesCall(bundles: Bundles, template: Template): readonly string[] {
  return ofType(template, 'AWS::Lambda::Function').flatMap(([id, { Properties }]) => {
    const name = flowNameOf(id, template);
    const bundle = bundles.outputs[`dist/${name}/index.mjs`];
    if (!bundle) return [`${id}: no bundle dist/${name}/index.mjs`];
    const triggers = ofType(template, 'AWS::Lambda::EventSourceMapping').filter(([, mapping]) =>
      referencesIn(mapping.Properties.FunctionName).includes(id),
    );
    const needed = new Set([
      ...Object.entries(bundle.inputs).flatMap(([file, input]) => (input.bytesInOutput > 0 ? actionsOf(file) : [])),
      ...implied.runtime['AWS::Lambda::Function'].actions,
      ...(triggers.length > 0 ? implied.runtime['AWS::Lambda::EventSourceMapping'].actions : []),
    ]);
    const role = template.Resources[referencesIn(Properties.Role)[0] ?? ''];
    const allowed = new Set(role ? statementsOf(role).flatMap(({ Action }) => list(Action)) : []);
    return [
      ...[...needed]
        .filter((action) => !allowed.has(action))
        .map((action) => `${name}: its bundle needs ${action}, its role lacks it`),
      ...[...allowed]
        .filter((action) => !needed.has(action))
        .map((action) => `${name}: its role allows ${action}, nothing needs it`),
    ];
  });
}

/**
 * No right is wider than AWS makes it: no wildcard action, `Resource: *` only where there is nothing narrower, and what
 * could reach things that are not ours only under the condition that says whose they are.
 */
export function rightsAreNarrow(template: Template): readonly string[] {
  return ofType(template, 'AWS::IAM::Role').flatMap(([id, role]) =>
    statementsOf(role).flatMap((statement) =>
      list(statement.Action).flatMap((action) => {
        if (action.includes('*')) return [`${id}: ${action} is a wildcard`];
        const condition = conditions[action];
        if (condition && !condition.oneOf.some((key) => hasCondition(statement, key))) {
          return [`${id}: ${action} without a condition on ${condition.oneOf.join(' or ')}`];
        }
        const mayBeWide = condition?.onEveryResource || implied.noResourceLevelPermission.actions.includes(action);
        return list(statement.Resource).includes('*') && !mayBeWide ? [`${id}: ${action} on every resource`] : [];
      }),
    ),
  );
}

const hasCondition = ({ Condition }: Statement, key: string): boolean =>
  Object.values(Condition ?? {}).some((test) => key in test);

function actionsOf(file: string): readonly string[] {
  const [, client, command] = COMMAND.exec(file) ?? [];
  if (client === undefined) return [];
  const prefix = prefixes[client]?.prefix;
  if (prefix === undefined) throw new Error(`tests/tidy/implied-actions.json has no prefix for ${client}`);
  const action = `${prefix}:${command}`;
  return exceptions[action]?.actions ?? [action];
}

/** Every logical id that the template refers to is one of its resources, parameters or AWS's pseudo parameters. */
export function referencesResolve(template: Template & { readonly Parameters?: object }): readonly string[] {
  const known = new Set([...Object.keys(template.Resources), ...Object.keys(template.Parameters ?? {})]);
  return referencesIn(template)
    .filter((id) => !known.has(id) && !id.startsWith('AWS::'))
    .map((id) => `the template refers to ${id}, which it does not have`);
}
