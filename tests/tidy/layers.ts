/** Which files a rule speaks of, what they may import of ours, and which packages (`*` is any part of a name). */
export type Layer = {
  readonly files: string;
  readonly imports: readonly string[];
  readonly packages: readonly string[];
};

const PURE: readonly string[] = [];
const SDK = ['@aws-sdk/*', '@smithy/*'];

/**
 * Who may import whom; the first row that names a file holds, and a file that no row names is refused.
 * `*` is part of one folder's name, `**` any path, `{name}` one name that `imports` may repeat.
 */
export const layers: readonly Layer[] = [
  { files: 'shared/model/**', imports: ['shared/model/**'], packages: PURE },
  { files: 'shared/events/**', imports: ['shared/events/**', 'shared/model/**'], packages: PURE },
  { files: 'shared/core/**', imports: ['shared/core/**', 'shared/model/**'], packages: PURE },
  { files: 'shared/settings**', imports: ['shared/settings**', 'shared/model/**'], packages: PURE },
  { files: 'shared/policy.ts', imports: ['shared/settings**', 'shared/model/**'], packages: PURE },
  { files: 'shared/plan/**', imports: ['shared/plan/**', 'shared/model/**'], packages: PURE },
  {
    files: 'shared/flow.ts',
    imports: ['shared/model/**', 'shared/events/**', 'shared/plan/**', 'shared/policy.ts'],
    packages: PURE,
  },
  {
    files: 'shared/run.ts',
    imports: ['shared/flow.ts', 'shared/plan/**', 'shared/model/**', 'shared/events/**', 'shared/policy.ts'],
    packages: PURE,
  },
  {
    files: 'shared/lambda.ts',
    imports: [
      'shared/run.ts',
      'shared/flow.ts',
      'shared/events/**',
      'shared/aws/**',
      'shared/slack/**',
      'shared/policy.ts',
      'shared/model/**',
      'shared/plan/**',
    ],
    packages: ['@middy/core', '@aws-lambda-powertools/*', 'aws-lambda'],
  },
  {
    files: 'shared/slack/message/**',
    imports: ['shared/slack/message/**', 'shared/model/**', 'shared/core/**'],
    packages: PURE,
  },
  {
    files: 'shared/{edge:aws|slack}/**',
    imports: [
      'shared/{edge}/**',
      // What its host gives a process, fetch among it.
      'shared/aws/process.ts',
      'shared/model/**',
      'shared/plan/**',
      'shared/policy.ts',
      'shared/flow.ts',
      'shared/core/pacing.ts',
      'shared/core/buckets.ts',
      'shared/core/batches.ts',
      // Display texts of AWS are read where they come in.
      'shared/core/launch-failures.ts',
      // A wake-up is an event that we send ourselves: its body is written beside its decoder.
      'shared/events/wake-up.ts',
    ],
    packages: [...SDK, 'node:*'],
  },
  {
    files: 'functions/flows.ts',
    imports: ['functions/*/flow.ts', 'functions/*/ports.ts', 'shared/flow.ts'],
    packages: PURE,
  },
  {
    files: 'functions/{own}/handler.ts',
    imports: ['functions/{own}/flow.ts', 'functions/{own}/ports.ts', 'shared/lambda.ts'],
    packages: PURE,
  },
  {
    files: 'functions/{own}/ports**',
    imports: [
      'functions/{own}/ports**',
      'functions/{own}/acts.ts',
      'functions/{own}/reader.ts',
      'functions/{own}/flow.ts',
      'shared/aws/**',
      'shared/slack/**',
      'shared/flow.ts',
      'shared/plan/**',
      'shared/policy.ts',
      'shared/model/**',
    ],
    packages: PURE,
  },
  {
    files: 'functions/{own}/decide**',
    imports: [
      'functions/{own}/decide**',
      'shared/flow.ts',
      'shared/core/**',
      'shared/model/**',
      'shared/plan/**',
      'shared/slack/message/**',
      'shared/policy.ts',
      'shared/events/**',
    ],
    packages: PURE,
  },
  {
    files: 'functions/{own}/**',
    imports: [
      'functions/{own}/**',
      'shared/flow.ts',
      'shared/events/**',
      'shared/model/**',
      'shared/plan/**',
      'shared/policy.ts',
      'shared/core/**',
    ],
    packages: PURE,
  },
  { files: 'sim/**', imports: ['sim/**'], packages: [...SDK, 'node:*'] },
  { files: '{outer:cli|bench|tests|scripts}/**', imports: ['**'], packages: ['*'] },
  { files: '*.config.ts', imports: [], packages: ['*'] },
];

/** Handlers and ports are the ends of the wiring: only these files may import them, whatever the rows above say. */
export const ends: readonly { readonly files: string; readonly importedBy: readonly string[] }[] = [
  { files: 'functions/*/handler.ts', importedBy: [] },
  {
    files: 'functions/*/ports.ts',
    importedBy: ['functions/*/handler.ts', 'functions/flows.ts', 'cli/**', 'bench/**', 'tests/**'],
  },
];
