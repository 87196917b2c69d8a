/**
 * A plugin for `serverless package`: removes `DependsOn` entries that a `Ref` or `Fn::GetAtt` of the same resource
 * already implies. They are harmless on AWS, but cfn-lint warns of them (W3005) and moto refuses the template.
 */
export default class DropRedundantDependsOn {
  /** @param {{ service: { provider: { compiledCloudFormationTemplate: Template } } }} serverless */
  constructor(serverless) {
    this.hooks = {
      'before:package:finalize': () => {
        const { Resources } = serverless.service.provider.compiledCloudFormationTemplate;
        for (const resource of Object.values(Resources)) dropRedundant(resource);
      },
    };
  }
}

/** @param {Resource} resource changed in place, as plugins do */
export function dropRedundant(resource) {
  if (resource.DependsOn === undefined) return;
  const implied = new Set(references(resource.Properties));
  const left = [resource.DependsOn].flat().filter((name) => !implied.has(name));
  if (left.length > 0) resource.DependsOn = left;
  else delete resource.DependsOn;
}

/**
 * The logical ids that a value refers to.
 *
 * @param {unknown} value
 * @returns {string[]}
 */
function references(value) {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    if (key === 'Ref') return [String(inner)];
    if (key === 'Fn::GetAtt') return [String(Array.isArray(inner) ? inner[0] : inner).split('.')[0] ?? ''];
    return references(inner);
  });
}

/**
 * @typedef {{ Properties?: object, DependsOn?: string | string[] }} Resource
 * @typedef {{ Resources: Record<string, Resource> }} Template
 */
