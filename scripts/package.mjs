import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { checkForwarderRegion, forwarderTemplate } from './forwarder.mjs';

const root = join(import.meta.dirname, '..');
const folder = join(root, '.serverless');

/** Where `serverless package` writes the stack's template. */
export const templatePath = join(folder, 'cloudformation-template-update-stack.json');

/**
 * Builds the functions and packages the stack into `.serverless/`, offline and without credentials.
 *
 * @param {readonly string[]} [args] passed on to `serverless package`
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {Promise<string>} what `serverless package` printed
 * @throws Error with the output of `serverless package` when that fails
 */
export async function packageStack(args = [], env = process.env) {
  const require = createRequire(import.meta.url);
  const { bin } = require('serverless/package.json');
  const serverless = join(require.resolve('serverless/package.json'), '..', bin.serverless);
  const options = { cwd: root, env: { ...env, SLS_TELEMETRY_DISABLED: '1', SLS_NOTIFICATIONS_MODE: 'off' } };
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [serverless, 'package', ...args], options);
    return stdout;
  } catch (error) {
    const { stdout, stderr } = /** @type {{ stdout?: string, stderr?: string }} */ (error);
    throw new Error(`serverless package failed:\n${stdout ?? ''}${stderr ?? ''}`, { cause: error });
  }
}

/**
 * Writes `.serverless/forwarder-<region>.json` from the stack that is packaged there.
 *
 * @param {string} region
 * @returns {Promise<string>} the path of the file
 * @throws Error when the region is none, or the stack's own
 */
export async function writeForwarder(region) {
  const { service } = JSON.parse(await readFile(join(folder, 'serverless-state.json'), 'utf8'));
  const mainRegion = service.provider.region;
  checkForwarderRegion(region, mainRegion);
  const template = JSON.parse(await readFile(templatePath, 'utf8'));
  const path = join(folder, `forwarder-${region}.json`);
  await writeFile(path, `${JSON.stringify(forwarderTemplate(template, mainRegion), null, 2)}\n`);
  return path;
}

async function main() {
  const { values } = parseArgs({
    options: {
      stage: { type: 'string' },
      region: { type: 'string' },
      param: { type: 'string', multiple: true },
      forwarder: { type: 'string' },
    },
  });
  const { stage, region, param = [], forwarder } = values;
  const args = [
    ...(stage === undefined ? [] : ['--stage', stage]),
    ...(region === undefined ? [] : ['--region', region]),
    ...param.flatMap((setting) => ['--param', setting]),
  ];
  process.stdout.write(await packageStack(args));
  console.log(templatePath);
  if (forwarder !== undefined) console.log(await writeForwarder(forwarder));
}

if (import.meta.main) {
  try {
    await main();
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    console.error('Usage: npm run package [-- --stage NAME --region REGION --param NAME=VALUE --forwarder REGION]');
    process.exitCode = 1;
  }
}
