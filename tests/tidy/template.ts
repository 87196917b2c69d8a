/** What tidy reads of a CloudFormation template. */
export type Template = { readonly Resources: Readonly<Record<string, Resource>> };

// biome-ignore lint/suspicious/noExplicitAny: properties have another shape for each of a hundred resource types
export type Resource = { readonly Type: string; readonly Properties?: any };

export type Statement = {
  readonly Effect: 'Allow' | 'Deny';
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
  readonly Condition?: object;
};

/** The resources of one type, by logical id. */
export const ofType = (template: Template, type: string): readonly (readonly [string, Resource])[] =>
  Object.entries(template.Resources).filter(([, resource]) => resource.Type === type);

/** The flow that a function runs, which is the folder of its bundle; else its logical id. */
export const flowNameOf = (functionId: string, { Resources }: Template): string =>
  /^dist\/([^/]+)\//.exec(Resources[functionId]?.Properties?.Handler ?? '')?.[1] ?? functionId;

/** The statements of a role's own policies. */
export const statementsOf = (role: Resource): readonly Statement[] =>
  role.Properties.Policies.flatMap(
    (policy: { PolicyDocument: { Statement: readonly Statement[] } }) => policy.PolicyDocument.Statement,
  );

/** A value that may be given alone or as a list. */
export const list = <T>(value: T | readonly T[]): readonly T[] => (Array.isArray(value) ? value : [value as T]);

/** The logical ids that a value refers to, pseudo parameters such as AWS::Region included. */
export function referencesIn(value: unknown): readonly string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    if (key === 'Ref') return [String(inner)];
    if (key === 'Fn::GetAtt') return [String(list(inner)[0]).split('.')[0] ?? ''];
    if (key === 'Fn::Sub') return Array.from(String(list(inner)[0]).matchAll(/\$\{([\w:]+)/g), ([, id]) => id ?? '');
    return referencesIn(inner);
  });
}
