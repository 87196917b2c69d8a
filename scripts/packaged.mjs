import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { functionNames } from './build.mjs';
import { packageStack, templatePath } from './package.mjs';

const root = join(import.meta.dirname, '..');
const record = join(root, '.serverless', 'packaged.json');
const lock = join(root, 'node_modules', '.cache', 'spotkeeper-package.lock');
const LOCK_STALE_MS = 120_000;

const PARTS = /** @type {const} */ (['failover', 'rebalance', 'report', 'dashboard']);

/** Whose roles they are makes no difference to a simulated account. */
const ROLES = ['--param', 'passRoles=arn:aws:iam::123456789012:role/ecs/*'];

/**
 * The stack's packaged CloudFormation template with the default settings, with or without some of its parts. It is packaged when that has not been done since serverless.yml, stack/, package.json, scripts/ or the list of
 * functions last changed; several processes may ask at once.
 *
 * @param {{ failover?: boolean, rebalance?: boolean, report?: boolean, dashboard?: boolean }} [options] default without
 * @returns {Promise<Template>}
 * @throws Error with the output of `serverless package` when that fails
 */
export async function packagedTemplate(options = {}) {
  const parts = PARTS.filter((part) => options[part]);
  const variant = parts.join(' and ') || 'bare';
  const hash = await inputsHash();
  const packaged = async () => {
    const found = (await readRecords())[variant];
    return found?.hash === hash ? found.template : undefined;
  };
  return (
    (await packaged()) ?? (await alone(async () => (await packaged()) ?? (await repackage(parts, { variant, hash }))))
  );
}

/**
 * @param {readonly string[]} parts the params that are on
 * @param {{ variant: string, hash: string }} as the name to keep it under, and the hash of what goes in
 * @returns {Promise<Template>}
 */
async function repackage(parts, { variant, hash }) {
  // `serverless package` empties the folder that the records are in.
  const records = await readRecords();
  // Without the caller's AWS variables the result is the same on every machine.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('AWS_')));
  const params = PARTS.flatMap((part) => ['--param', `${part}=${parts.includes(part) ? 'on' : 'off'}`]);
  const passesRoles = parts.includes('failover') || parts.includes('rebalance');
  await packageStack(passesRoles ? [...params, ...ROLES] : params, env);
  const template = JSON.parse(await readFile(templatePath, 'utf8'));
  await writeFile(record, JSON.stringify({ ...records, [variant]: { hash, template } }));
  return template;
}

/**
 * What was packaged last, by variant, and the hash of what it was made from.
 *
 * @returns {Promise<{ readonly [variant: string]: { hash: string, template: Template } }>}
 */
async function readRecords() {
  try {
    return JSON.parse(await readFile(record, 'utf8'));
  } catch (error) {
    // SyntaxError: another process is writing it; the lock orders that.
    if (codeOf(error) === 'ENOENT' || error instanceof SyntaxError) return {};
    throw error;
  }
}

async function inputsHash() {
  const folders = ['scripts', 'stack'].map((folder) =>
    readdir(join(root, folder), { recursive: true, withFileTypes: true }),
  );
  const entries = (await Promise.all(folders)).flat().filter((entry) => entry.isFile());
  const files = entries.map((entry) => join(entry.parentPath, entry.name));
  const hash = createHash('sha256').update(functionNames().join());
  for (const file of [join(root, 'serverless.yml'), join(root, 'package.json'), ...files.sort()]) {
    hash.update(await readFile(file));
  }
  return hash.digest('hex');
}

/**
 * Runs `work` while no other process does: the holder of the lock is who could make its folder.
 *
 * @template T
 * @param {() => Promise<T>} work
 */
async function alone(work) {
  await mkdir(join(lock, '..'), { recursive: true });
  while (!(await tryLock())) await pause(100);
  try {
    return await work();
  } finally {
    await rm(lock, { recursive: true, force: true });
  }
}

async function tryLock() {
  try {
    await mkdir(lock);
    return true;
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
    const held = await stat(lock).catch(() => undefined);
    // A process that was killed leaves its lock behind.
    if (held && Date.now() - held.mtimeMs > LOCK_STALE_MS) await rm(lock, { recursive: true, force: true });
    return false;
  }
}

/** @param {unknown} error */
const codeOf = (error) => /** @type {NodeJS.ErrnoException} */ (error).code;

/**
 * @typedef {{ Type: string, Properties?: any, DependsOn?: string | string[] }} Resource
 * @typedef {{ Resources: Record<string, Resource> }} Template
 */
