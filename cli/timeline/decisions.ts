import type { Line } from '../transcript.ts';
import { type Found, kinds, many, ofSeveral } from './decision-kinds.ts';
import { distinct, type Happening, NEAR_MS, type Tone } from './happening.ts';

/** What spotkeeper decided and why, from its plans, and what it warned of. @param verbose with its bookkeeping */
export function decisionHappenings(lines: readonly Line[], verbose: boolean): readonly Happening[] {
  const told = new Set<string>();
  const isNew = (text: string): boolean => {
    // A note comes with every plan that still sees its cause; only its figures and instances differ.
    const gist = text.replace(/(i-[0-9a-f]+(, )?)+|\d+/g, '');
    return !told.has(gist) && told.add(gist) !== undefined;
  };
  const decidedAt = new Map<string, number>();
  // A pass that does not see yet what the one before it did decides the same again.
  const isRepeated = (text: string, at: number): boolean => {
    const before = decidedAt.get(text);
    decidedAt.set(text, at);
    return before !== undefined && at - before <= NEAR_MS;
  };
  return lines.flatMap((line): Happening[] => {
    if (line.message !== 'plan') {
      if (line.level === 'info' && !verbose) return [];
      const tone = line.level === 'error' ? 'bad' : 'note';
      return [said(line.at, tone, `${line.level}: ${line.message} ${JSON.stringify(line.fields)}`)];
    }
    const notes = texts(line.fields.notes).filter(isNew);
    return [...actions(line, { verbose, isNew, isRepeated }), ...notes.map((note) => said(line.at, 'note', note))];
  });
}

const texts = (value: unknown): readonly string[] => (Array.isArray(value) ? value.map(String) : []);

const said = (at: number, tone: Tone, text: string): Happening => ({
  at,
  who: 'spotkeeper',
  tone,
  text,
  key: undefined,
  count: 1,
  of: {},
  many: () => text,
});

const BOOKKEEPING = /^(remember|forget|look at) |^say in Slack: .* says something else now$/;
/** Repeated until its instance is empty. */
const REPEATED = /^extend hook /;

type Telling = {
  readonly verbose: boolean;
  readonly isNew: (text: string) => boolean;
  readonly isRepeated: (text: string, at: number) => boolean;
};

function actions({ at, fields }: Line, { verbose, isNew, isRepeated }: Telling): readonly Happening[] {
  const more = typeof fields.andMore === 'number' ? fields.andMore : 0;
  const shown = texts(fields.actions).filter(
    (text) => verbose || (!BOOKKEEPING.test(text) && (!REPEATED.test(text) || isNew(text))),
  );
  // The log names no more than the first actions of a plan.
  const unnamed = `and ${more} more actions of this plan`;
  const told = shown.filter((text) => verbose || !isRepeated(text, at)).map((text) => decision(at, text));
  const tellsMore = more > 0 && shown.length > 0 && (verbose || !isRepeated(unnamed, at));
  return tellsMore ? [...told, said(at, 'decision', unnamed)] : told;
}

/** One action as its plan describes it: `verb what where: because`. */
function decision(at: number, text: string): Happening {
  const [, what = text, because = ''] = /^(.*?): (.*)$/.exec(text) ?? [];
  const kind = kinds.find(({ pattern }) => pattern.test(what));
  if (kind === undefined) return said(at, 'decision', text);
  const found: Found = { ...kind.pattern.exec(what)?.groups };
  const count = kind.count([found]) ?? 1;
  const told = (all: readonly Found[], why: string) => `${kind.verb(kind.count(all))} ${kind.where(all)}: ${why}`;
  const why = kind.perService ? '' : because.replace(/\d[\d:.TZ-]+/g, '');
  return {
    ...said(at, 'decision', count === 1 || kind.perService ? text : told([found], because)),
    key: `${kind.verb(0)} ${kind.overPlaces ? '' : kind.where([found])} ${why}`,
    count,
    of: found,
    many: (all) =>
      told(
        all.map(({ of }) => of),
        kind.perService ? example(all, because) : ofSeveral(because),
      ),
  };
}

/** The reason of the first stands for those of the others. */
function example(all: readonly Happening[], because: string): string {
  const services = distinct(all, 'service');
  return `${services.length === 1 ? services[0] : many(services.length, 'service')}, the first: ${because}`;
}
