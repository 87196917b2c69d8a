import { isDeepStrictEqual } from 'node:util';
import type { Source } from './source.ts';
import { ofType, type Template } from './template.ts';

export type Pattern = { readonly source: readonly string[] };

/** EventBridge itself emits these for a schedule: such a rule has no pattern. */
const SCHEDULE = 'aws.events';
/** Our own messages go to their queue directly, without a rule. */
const OURSELVES = 'spotkeeper';

/**
 * The rules of the template and the events that the flows accept are the same.
 *
 * @param patterns by kind of event, as shared/events exports them
 * @param accepted the kinds that some flow accepts
 */
export function rulesEqualPatterns(
  patterns: Readonly<Record<string, Pattern>>,
  accepted: readonly string[],
  template: Template,
): readonly string[] {
  const rules = ofType(template, 'AWS::Events::Rule').map(([id, { Properties }]) => ({ id, ...Properties }));
  const byRule = Object.entries(patterns).filter(([kind, { source }]) => {
    return accepted.includes(kind) && source[0] !== SCHEDULE && source[0] !== OURSELVES;
  });
  const wantsSchedule = accepted.some((kind) => patterns[kind]?.source[0] === SCHEDULE);
  const isWanted = (rule: { EventPattern?: unknown }): boolean =>
    rule.EventPattern === undefined
      ? wantsSchedule
      : byRule.some(([, pattern]) => isDeepStrictEqual(pattern, rule.EventPattern));
  const scheduled = rules.some((rule) => rule.ScheduleExpression !== undefined);
  return [
    ...accepted.filter((kind) => !patterns[kind]).map((kind) => `${kind}: accepted, but no file of shared/events`),
    ...byRule.flatMap(([kind, pattern]) => {
      const equal = rules.filter((rule) => isDeepStrictEqual(pattern, rule.EventPattern));
      return equal.length === 1 ? [] : [`${kind}: ${equal.length} rules of serverless.yml equal its pattern, not one`];
    }),
    ...(wantsSchedule && !scheduled ? ['serverless.yml has no scheduled rule'] : []),
    ...rules.filter((rule) => !isWanted(rule)).map(({ id }) => `${id}: a rule whose events no flow accepts`),
  ];
}

export type SettingNames = {
  readonly env: string;
  readonly param: string;
  readonly tag?: string;
  readonly initial: string;
};

/**
 * Each policy setting can be set in serverless.yml, with the same default there (or one that only the deployment knows,
 * `!Ref …`), and is explained in the README's table of settings.
 */
export function settingsAreOffered(
  settings: Readonly<Record<string, SettingNames>>,
  files: readonly Source[],
): readonly string[] {
  const textOf = (path: string) => files.find((file) => file.path === path)?.text ?? '';
  const rows = textOf('README.md')
    .split('\n')
    .filter((line) => line.startsWith('|'));
  const yaml = textOf('serverless.yml');
  return Object.entries(settings).flatMap(([name, { env, param, tag, initial }]) => {
    const row = rows.find((line) => line.includes(`\`${param}\``));
    const offered = new RegExp(`^ {6}${env}: \\$\\{param:${param}\\}$`, 'm').test(yaml);
    const written = new RegExp(`^ {4}${param}: (.*)$`, 'm').exec(yaml)?.[1]?.replace(/^['"]|['"]$/g, '');
    return [
      ...(row ? [] : [`README.md: no row of a table names the setting \`${param}\``]),
      ...(!row || !tag || row.includes(`\`${tag}\``) ? [] : [`README.md: the row of ${param} does not name ${tag}`]),
      ...(offered ? [] : [`serverless.yml: ${name} is not handed on as ${env}: \${param:${param}}`]),
      ...(written === initial || written?.startsWith('!Ref ')
        ? []
        : [`serverless.yml: the default of ${param} is ${written}, not ${initial}`]),
    ];
  });
}
