const SOURCE = `
import { fromEnv } from '@aws-sdk/credential-provider-env';
export const defaultProvider = () => fromEnv();
`;

/**
 * Replaces the SDK's default credential chain (SSO, profiles, instance metadata, …) by the environment variables.
 * Lambda always sets them, and the chain is a quarter of a bundle:
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
 * For Lambda bundles only: what runs on a laptop keeps the whole chain.
 *
 * @returns {import('esbuild').Plugin}
 */
export function environmentCredentials() {
  return {
    name: 'environment-credentials',
    setup(build) {
      const namespace = 'environment-credentials';
      build.onResolve({ filter: /^@aws-sdk\/credential-provider-node$/ }, ({ path }) => ({ path, namespace }));
      build.onLoad({ filter: /.*/, namespace }, () => ({ contents: SOURCE, resolveDir: import.meta.dirname }));
    },
  };
}
