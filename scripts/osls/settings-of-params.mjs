import { join } from 'node:path';

const root = join(import.meta.dirname, '..', '..');

/** Params that are no settings of a function. */
const OF_THE_STACK = ['failover', 'rebalance', 'report', 'dashboard', 'passRoles', 'alarmTopic'];

/**
 * A plugin for `serverless`: before anything is packaged, every param that was given is read as the function will read
 * it. A misspelt name would be ignored, and a value that is not allowed would stop the function's start, in the account.
 */
export default class SettingsOfParams {
  /**
   * @param {unknown} _
   * @param {{ param?: readonly string[] }} given
   */
  constructor(_, { param = [] }) {
    this.hooks = {
      'before:package:cleanup': async () => {
        const problems = paramProblems(param, await knownSettings());
        if (problems.length > 0) throw new Error(problems.join('\n'));
      },
    };
  }
}

/**
 * @param {readonly string[]} given `name=value`
 * @param {readonly Setting[]} settings
 * @returns {readonly string[]} one sentence for each param that is unknown or not allowed
 */
export function paramProblems(given, settings) {
  const names = [...OF_THE_STACK, ...settings.map(({ param }) => param)];
  return given.flatMap((text) => {
    const at = text.indexOf('=');
    const [name, value] = at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
    if (OF_THE_STACK.includes(name)) return [];
    const setting = settings.find(({ param }) => param === name);
    if (!setting) return [`there is no param ${name}; there are ${names.toSorted().join(', ')}`];
    const is = setting.hidden ? 'is not allowed as it is (not shown)' : `is "${value}"`;
    return setting.parse(value) === undefined ? [`the param ${name} ${is}; allowed: ${setting.allowed}`] : [];
  });
}

/**
 * The settings as the functions read them: TypeScript, which the node that runs `serverless` may not know.
 *
 * @returns {Promise<readonly Setting[]>}
 */
export async function knownSettings() {
  const { build } = await import('esbuild');
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: ['shared/settings.ts'],
    bundle: true,
    write: false,
    platform: 'node',
    format: 'esm',
  });
  const code = Buffer.from(outputFiles[0]?.contents ?? []).toString('base64');
  const { settings } = await import(`data:text/javascript;base64,${code}`);
  return Object.values(settings);
}

/** @typedef {{ param: string, allowed: string, hidden?: true, parse: (text: string) => unknown }} Setting */
