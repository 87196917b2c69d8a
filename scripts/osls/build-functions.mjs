/** A plugin for `serverless package` and `deploy`: the functions are bundled anew before they are zipped. */
export default class BuildFunctions {
  hooks = {
    'before:package:createDeploymentArtifacts': async () => {
      // Plugins are loaded by `require`, which refuses modules with a top-level await such as the build script.
      const { buildFunctions, printSizes } = await import('../build.mjs');
      printSizes(await buildFunctions());
    },
  };
}
