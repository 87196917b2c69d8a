import { readdirSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';
import { environmentCredentials } from './esbuild/environment-credentials.mjs';
import { shakeSchemas } from './esbuild/shake-schemas.mjs';

const root = join(import.meta.dirname, '..');

/**
 * Bundles `functions/<name>/handler.ts` to `<outdir>/<name>/index.mjs` (ESM, exporting `handler`), one per function,
 * and writes esbuild's metafile to `<outdir>/meta.json`. The same sources give the same bytes.
 *
 * @param {{ outdir?: string, write?: boolean }} [options] `outdir` (from the repository's root; default `dist`) is
 *   emptied first; with `write: false` nothing is touched, and the metafile alone says what the bundles would hold
 * @returns {Promise<import('esbuild').Metafile>}
 * @throws esbuild's BuildFailure when a source does not compile
 */
export async function buildFunctions({ outdir = 'dist', write = true } = {}) {
  const folder = resolve(root, outdir);
  if (write) await rm(folder, { recursive: true, force: true });
  const { metafile } = await build({
    write,
    absWorkingDir: root,
    entryPoints: functionNames().map((name) => ({ in: `functions/${name}/handler.ts`, out: `${name}/index` })),
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    minify: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    mainFields: ['module', 'main'],
    plugins: [shakeSchemas(), environmentCredentials()],
    // Some dependencies still call `require` of a node module, which an ES module does not have.
    banner: {
      js: "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);",
    },
    // A linked map without sources costs start time only when a stack trace is printed.
    sourcemap: 'linked',
    sourcesContent: false,
    legalComments: 'none',
    metafile: true,
  });
  if (write) await writeFile(join(folder, 'meta.json'), JSON.stringify(metafile));
  return metafile;
}

/** The names of the Lambda functions: the folders under `functions/` that have a handler. */
export function functionNames() {
  const folder = join(root, 'functions');
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((file) => /^([^\\/]+)[\\/]handler\.ts$/.exec(file)?.[1])
    .filter((name) => name !== undefined)
    .sort();
}

/** @param {import('esbuild').Metafile} metafile */
export function printSizes({ outputs }) {
  for (const [file, { bytes }] of Object.entries(outputs)) {
    if (file.endsWith('.mjs')) console.log(`${file}  ${(bytes / 1024).toFixed(1)} KB`);
  }
}

if (import.meta.main) printSizes(await buildFunctions());
