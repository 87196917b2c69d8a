import { readFile } from 'node:fs/promises';

const SCHEMA_FILE = /@aws-sdk[\\/]client-[^\\/]+[\\/]dist-es[\\/]schemas[\\/]schemas_\d+\.js$/;
const STRING_CONSTANT = /^const (_\w+) = ("(?:[^"\\]|\\.)*");$/gm;
const COMPUTED_KEY = /\[(_\w+)\]:/g;

/**
 * Lets esbuild drop the SDK schemas that a bundle does not use (client-ec2: 831 KB become 332 KB).
 * The generated schema modules write object keys as `[_name]:`, where `_name` is a string constant of the module.
 * A computed key may have side effects, so esbuild keeps every such literal; with the string written in it need not.
 *
 * @returns {import('esbuild').Plugin}
 */
export function shakeSchemas() {
  return {
    name: 'shake-schemas',
    setup(build) {
      build.onLoad({ filter: SCHEMA_FILE }, async ({ path }) => ({
        contents: inlineKeys(await readFile(path, 'utf8')),
        loader: 'js',
      }));
    },
  };
}

/**
 * Writes the module's own string constants in where they are object keys; every other computed key stays as it is.
 *
 * @param {string} source
 */
export function inlineKeys(source) {
  const constants = new Map(Array.from(source.matchAll(STRING_CONSTANT), ([, name, literal]) => [name, literal]));
  return source.replace(COMPUTED_KEY, (asWritten, name) =>
    constants.has(name) ? `${constants.get(name)}:` : asWritten,
  );
}
