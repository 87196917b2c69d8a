/** What is in the stack or not. */
const PARTS = ['failover', 'rebalance', 'report', 'dashboard'];

/** The ARN of a role, or a pattern of such ARNs that begins with at least a path. */
const ROLE = /^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=.@/-]+\*?$/;

const ROLES =
  'ARNs of the roles that failover and rebalance may hand on: task and execution roles, and the roles of instances; or of a ' +
  'path, such as arn:aws:iam::123456789012:role/ecs/*; separated by spaces';

/**
 * A plugin for `serverless`: `${checked:NAME}` is the param NAME when its value is allowed; else the command ends and says
 * what is. Only params of the stack itself are checked here, a function checks its settings when it starts.
 */
export default class CheckedParams {
  configurationVariablesSources = {
    checked: {
      /** @param {{ address: string, resolveVariable: (variable: string) => Promise<unknown> }} asked */
      async resolve({ address, resolveVariable }) {
        const { value = null, problem } = checkedParam(address, String(await resolveVariable(`param:${address}, ''`)));
        return { value, eventualErrorMessage: problem };
      },
    },
  };
}

/**
 * Checks a param of the stack.
 *
 * @param {string} name a part of the stack, such as `failover`, or `passRoles`
 * @param {string} text empty when it is not given
 * @returns {{ value?: string | readonly string[], problem?: string }} what goes into the template: on or off, or a list of
 *   ARNs; or what is wrong, with the param, its value and what is allowed
 */
export function checkedParam(name, text) {
  const found = `the param ${name} is ${text === '' ? 'not given' : `"${text}"`}`;
  if (PARTS.includes(name))
    return text === 'on' || text === 'off' ? { value: text } : { problem: `${found}; allowed: on or off` };
  if (name !== 'passRoles') return { problem: `no check is written for the param ${name}` };
  const arns = text.split(/[\s,]+/).filter((arn) => arn !== '');
  return arns.length > 0 && arns.every((arn) => ROLE.test(arn))
    ? { value: arns }
    : { problem: `${found}; allowed: ${ROLES}` };
}
