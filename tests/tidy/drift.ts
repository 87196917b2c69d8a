import { isDeepStrictEqual } from 'node:util';
import type { Source } from './source.ts';
import { flowNameOf, ofType, referencesIn, type Template } from './template.ts';

export type Pattern = { readonly source: readonly string[] };

/** EventBridge itself emits these for a schedule: such a rule has no pattern. */
const SCHEDULE = 'aws.events';
/** Our own messages go to their queue directly, without a rule. */
const OURSELVES = 'spotkeeper';
const WAKE_UPS = 'SPOTKEEPER_WAKE_UP_QUEUE_URL';

/**
 * Each function of the template has its own rules for what its flow accepts: one for each kind of event, with the kind's
 * pattern, whose target is the function, a queue that feeds it, or one that it looks into; and no rule is left over.
 *
 * @param patterns by kind of event, as shared/events exports them
 * @param accepted the kinds that a flow accepts, by the name of the flow; the flows of this template and no others
 */
export function rulesEqualPatterns(
  patterns: Readonly<Record<string, Pattern>>,
  accepted: Readonly<Record<string, readonly string[]>>,
  template: Template,
): readonly string[] {
  const wanted = Object.entries(accepted).flatMap(([flow, kinds]) =>
    kinds.map((kind) => ({ flow, kind, pattern: patterns[kind] })),
  );
  const deliveries = deliveriesOf(template);
  const brings = (delivery: Delivery, { flow, pattern }: Omit<Delivery, 'rule'>): boolean => {
    const scheduled = (pattern as Pattern | undefined)?.source[0] === SCHEDULE;
    if (delivery.flow !== flow || scheduled !== (delivery.pattern === undefined)) return false;
    return scheduled || isDeepStrictEqual(delivery.pattern, pattern);
  };
  return [
    ...wanted.flatMap((one) => {
      if (!one.pattern) return [`${one.kind}: ${one.flow} accepts it, but no file of shared/events`];
      const found = deliveries.filter((delivery) => brings(delivery, one)).length;
      const expected = one.pattern.source[0] === OURSELVES ? 0 : 1;
      return found === expected ? [] : [`${one.kind}: ${found} rules bring it to ${one.flow}, not ${expected}`];
    }),
    ...deliveries
      .filter((delivery) => !wanted.some((one) => brings(delivery, one)))
      .map(({ rule, flow }) => `${rule}: ${flow ?? 'no function'} accepts none of its events`),
  ];
}

/** What a rule brings to a function; a schedule has no pattern. */
type Delivery = { readonly rule: string; readonly flow: string | undefined; readonly pattern: unknown };

function deliveriesOf(template: Template): readonly Delivery[] {
  const invoked = ofType(template, 'AWS::Lambda::Function').map(([id]) => [id, flowNameOf(id, template)] as const);
  const fed = new Map<string | undefined, string>([
    ...invoked,
    ...invoked.flatMap(([id, flow]) => looksInto(id, template).map((queue) => [queue, flow] as const)),
    ...ofType(template, 'AWS::Lambda::EventSourceMapping').map(([, { Properties }]) => {
      const id = referencesIn(Properties.FunctionName)[0] ?? '';
      return [referencesIn(Properties.EventSourceArn)[0], flowNameOf(id, template)] as const;
    }),
  ]);
  return ofType(template, 'AWS::Events::Rule').flatMap(([rule, { Properties }]) =>
    Properties.Targets.map(({ Arn }: { Arn: unknown }) => ({
      rule,
      flow: fed.get(referencesIn(Arn)[0]),
      pattern: Properties.EventPattern,
    })),
  );
}

/** The queues into which a function looks itself: its environment names them, not only to send wake-ups there. */
function looksInto(functionId: string, { Resources }: Template): readonly string[] {
  const { [WAKE_UPS]: _, ...variables } = Resources[functionId]?.Properties.Environment?.Variables ?? {};
  return referencesIn(variables).filter((id) => Resources[id]?.Type === 'AWS::SQS::Queue');
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
  const stack = files.filter(({ path }) => path === 'serverless.yml' || path.startsWith('stack/'));
  return Object.entries(settings).flatMap(([name, { env, param, tag, initial }]) => {
    const row = rows.find((line) => line.includes(`\`${param}\``));
    const handedOn = new RegExp(`^ {4,}${env}: \\$\\{param:${param}\\}$`, 'm');
    const offered = stack.some(({ text }) => handedOn.test(text));
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
