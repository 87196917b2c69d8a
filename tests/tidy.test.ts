import { describe, expect, test } from 'vitest';
import { flows } from '../functions/flows.ts';
import { buildFunctions } from '../scripts/build.mjs';
import { packagedTemplate } from '../scripts/packaged.mjs';
import { decoders } from '../shared/events/event.ts';
import { settings } from '../shared/settings.ts';
import { rulesEqualPatterns, settingsAreOffered } from './tidy/drift.ts';
import { hasNoBarrels, hasNoImportCircles, importsOnlyWhatItsLayerMay } from './tidy/imports.ts';
import { rightsAreNarrow, rolesAllowWhatBundlesCall } from './tidy/permissions.ts';
import {
  decisionsAreNumbered,
  filesAreShort,
  functionsAreShort,
  functionsTakeFewParameters,
  namesSayWhatIsInside,
} from './tidy/shape.ts';
import { type Check, repositoryFiles } from './tidy/source.ts';
import {
  dependenciesAreUsedAndPinned,
  edgesAreInUse,
  everyTestRuns,
  namesNoMachineAndNoRegistry,
  nothingIsLeftToDo,
  ownModulesAreNotMocked,
  timeAndChanceComeFromTheEdge,
} from './tidy/tokens.ts';

const files = repositoryFiles();

/** Dependencies that no file imports: npm scripts or the runtime run them, they are types, or a plugin writes them in. */
const tools = [
  '@aws-sdk/credential-provider-env',
  '@biomejs/biome',
  '@types/aws-lambda',
  '@types/node',
  '@types/react',
  '@types/react-dom',
  'node',
  'serverless',
];

const rules: readonly (readonly [string, Check])[] = [
  ['each file imports only what its layer may', importsOnlyWhatItsLayerMay],
  ['there are no circles of imports', hasNoImportCircles],
  ['there are no barrels', hasNoBarrels],
  ['files have at most 250 lines', filesAreShort],
  ['functions have at most 70 lines', functionsAreShort],
  ['functions take at most four parameters', functionsTakeFewParameters],
  ['names are kebab-case and say what is inside', namesSayWhatIsInside],
  ['decisions are numbered without gaps', decisionsAreNumbered],
  ['time, timers and chance are used at the edge only', timeAndChanceComeFromTheEdge],
  ['the list of edges names only what is in use', edgesAreInUse],
  ['no work is left to do in the code', nothingIsLeftToDo],
  ['every test runs', everyTestRuns],
  ['our own modules are not mocked', ownModulesAreNotMocked],
  ['no machine and no package registry is named', namesNoMachineAndNoRegistry],
  ['dependencies are imported, declared and pinned', dependenciesAreUsedAndPinned(tools)],
];

test.each(rules)('%s', (_, check) => {
  expect(check(files)).toEqual([]);
});

/** The stack as it is packaged, and the names of the flows that are in it. */
const variants = [
  { title: 'without failover and rebalance', parts: {}, inside: ['interruption'] },
  { title: 'with failover', parts: { failover: true }, inside: ['interruption', 'failover'] },
  { title: 'with rebalance', parts: { rebalance: true }, inside: ['interruption', 'rebalance'] },
  {
    title: 'with failover and rebalance',
    parts: { failover: true, rebalance: true },
    inside: ['interruption', 'failover', 'rebalance'],
  },
  { title: 'with report', parts: { report: true }, inside: ['interruption', 'report'] },
  {
    title: 'with everything',
    parts: { failover: true, rebalance: true, report: true, dashboard: true },
    inside: Object.keys(flows),
  },
];

describe.each(variants)('the stack $title', ({ parts, inside }) => {
  test('has exactly one rule, with the pattern of its file, for each event that a flow accepts', async () => {
    const patterns = Object.fromEntries(Object.entries(decoders).map(([kind, { pattern }]) => [kind, pattern]));
    const accepted = Object.fromEntries(
      Object.entries(flows).flatMap(([name, { flow }]) => (inside.includes(name) ? [[name, flow.accepts]] : [])),
    );
    expect(rulesEqualPatterns(patterns, accepted, await packagedTemplate(parts))).toEqual([]);
  });

  test('allows each role what its bundle calls and nothing more', async () => {
    const bundles = await buildFunctions({ write: false });
    expect(rolesAllowWhatBundlesCall(bundles, await packagedTemplate(parts))).toEqual([]);
  });

  test('gives rights as narrow as AWS makes them', async () => {
    expect(rightsAreNarrow(await packagedTemplate(parts))).toEqual([]);
  });
});

test('each policy setting is in serverless.yml and in the table of the README', () => {
  expect(settingsAreOffered(settings, files)).toEqual([]);
});
