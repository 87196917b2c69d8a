import type { Line } from '../transcript.ts';
import { kinds } from './decision-kinds.ts';
import { distinct, type Happening, type Tone, total } from './happening.ts';

/** What spotkeeper decided and why, from its plans, and what it warned of. @param verbose with its bookkeeping */
export function decisionHappenings(lines: readonly Line[], verbose: boolean): readonly Happening[] {
  const told = new Set<string>();
  const isNew = (text: string): boolean => {
    // A note comes with every plan that still sees its cause; only its figures and instances differ.
    const gist = text.replace(/(i-[0-9a-f]+(, )?)+|\d+/g, '');
    return !told.has(gist) && told.add(gist) !== undefined;
  };
  return lines.flatMap((line): Happening[] => {
    if (line.message !== 'plan') {
      if (line.level === 'info' && !verbose) return [];
      const tone = line.level === 'error' ? 'bad' : 'note';
      return [said(line.at, tone, `${line.level}: ${line.message} ${JSON.stringify(line.fields)}`)];
    }
    const notes = texts(line.fields.notes).filter(isNew);
    return [...actions(line, { verbose, isNew }), ...notes.map((note) => said(line.at, 'note', note))];
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

const BOOKKEEPING = /^(remember|forget|look at) /;
/** Repeated until its instance is empty. */
const REPEATED = /^extend hook /;

type Telling = { readonly verbose: boolean; readonly isNew: (text: string) => boolean };

function actions({ at, fields }: Line, { verbose, isNew }: Telling): readonly Happening[] {
  const more = typeof fields.andMore === 'number' ? fields.andMore : 0;
  const shown = texts(fields.actions).filter(
    (text) => verbose || (!BOOKKEEPING.test(text) && (!REPEATED.test(text) || isNew(text))),
  );
  const happenings = shown.map((text) => decision(at, text));
  // The log names no more than the first actions of a plan.
  return more > 0 && shown.length > 0
    ? [...happenings, said(at, 'decision', `and ${more} more actions of this plan`)]
    : happenings;
}

/** One action as its plan describes it: `verb what where: because`. */
function decision(at: number, text: string): Happening {
  const [, what = text, because = ''] = /^(.*?): (.*)$/.exec(text) ?? [];
  const kind = kinds.find(({ pattern }) => pattern.test(what));
  const { counted = '', place = '', service = '' } = kind?.pattern.exec(what)?.groups ?? {};
  const count = kind?.count(counted) ?? 1;
  const where = kind?.where(place) ?? '';
  const one = kind === undefined || count === 1 || kind.perService ? what : `${kind.verb(count)} ${where}`;
  const why = kind?.perService ? '' : because.replace(/\d[\d:.TZ-]+/g, '');
  return {
    ...said(at, 'decision', `${one}: ${because}`),
    key: kind === undefined ? undefined : `${kind.verb(0)} ${where} ${why}`,
    count,
    of: { service },
    many: (all) => `${kind?.verb(total(all))} ${where}: ${kind?.perService ? example(all, because) : because}`,
  };
}

/** The reason of the first stands for those of the others. */
const example = (all: readonly Happening[], because: string): string =>
  `${distinct(all, 'service').length} services, the first: ${because}`;
