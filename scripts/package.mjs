import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { checkForwarderRegion, forwarderTemplate } from './forwarder.mjs';

const root = join(import.meta.dirname, '..');
const folder = join(root, '.serverless');

const USAGE = 'Usage: npm run package [-- --stage NAME --region REGION --param NAME=VALUE --forwarder REGION]';

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
    throw new Error(`serverless package failed:\n${whatIsWrong(`${stdout ?? ''}${stderr ?? ''}`)}`, { cause: error });
  }
}

/**
 * What `serverless` printed when it failed, each sentence once: without its stack traces, its versions, and the places in
 * the template where a param is used.
 *
 * @param {string} output
 */
export function whatIsWrong(output) {
  const lines = output
    .split('\n')
    .map((line) =>
      line
        .replace(/^Error: /, '')
        .replace(/^ *- Cannot resolve variable at "[^"]*": /, '')
        .replace(/,$/, ''),
    )
    .filter(
      (line) =>
        !/^\s+at |^Error:$|^(Environment|Docs|Packaging spotkeeper)\b|^Cannot resolve serverless\.yml/.test(line),
    );
  return [...new Set(lines)].filter((line) => line.trim() !== '').join('\n');
}

/**
 * Writes `.serverless/forwarder-<region>.json` from the stack that is packaged there.
 *
 * @param {string} region
 * @returns {Promise<{ path: string, mainRegion: string }>} the path of the file, and the region that it forwards to
 * @throws Error when the region is none, or the stack's own
 */
export async function writeForwarder(region) {
  const { service } = JSON.parse(await readFile(join(folder, 'serverless-state.json'), 'utf8'));
  const mainRegion = service.provider.region;
  checkForwarderRegion(region, mainRegion);
  const template = JSON.parse(await readFile(templatePath, 'utf8'));
  const path = join(folder, `forwarder-${region}.json`);
  await writeFile(path, `${JSON.stringify(forwarderTemplate(template, mainRegion), null, 2)}\n`);
  return { path, mainRegion };
}

async function main() {
  const { values } = parseArgs({
    options: {
      stage: { type: 'string' },
      region: { type: 'string' },
      param: { type: 'string', multiple: true },
      forwarder: { type: 'string' },
      help: { type: 'boolean' },
    },
  });
  const { stage, region, param = [], forwarder, help } = values;
  if (help) {
    console.log(`Packages the stack into .serverless/, without AWS.\n${USAGE}`);
    return;
  }
  const args = [
    ...(stage === undefined ? [] : ['--stage', stage]),
    ...(region === undefined ? [] : ['--region', region]),
    ...param.flatMap((setting) => ['--param', setting]),
  ];
  process.stdout.write(await packageStack(args));
  console.log(templatePath);
  if (forwarder === undefined) return;
  const { path, mainRegion } = await writeForwarder(forwarder);
  console.log(path);
  console.log(`It forwards the events of ${forwarder} to the stack in ${mainRegion}.`);
}

if (import.meta.main) {
  try {
    await main();
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    console.error(USAGE);
    process.exitCode = 1;
  }
}
