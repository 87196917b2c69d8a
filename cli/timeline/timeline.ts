import { styleText } from 'node:util';
import type { SimulatedAccount } from '../../sim/account.ts';
import type { Installation } from '../installation.ts';
import type { Scenario } from '../scenario.ts';
import { decisionHappenings } from './decisions.ts';
import { type Row, rowsOf, type Tone } from './happening.ts';
import { journalHappenings } from './journal.ts';

export type TimelineOptions = {
  /** Every step of every task, spotkeeper's bookkeeping, and what was before the story. */
  readonly verbose: boolean;
  /** With colours, for a terminal. */
  readonly color: boolean;
};

export type Told = {
  readonly account: SimulatedAccount;
  readonly installation: Installation | undefined;
  /** Virtual epoch milliseconds of the instant that is called +0.0s. */
  readonly storyAt: number;
  /** With rebalance, the first look at the groups is part of the story, also when it comes just before. */
  readonly scenario?: Pick<Scenario, 'rebalance'>;
};

/**
 * What happened in an account, for a person to follow: one line for one thing (or for many of a kind), of at most
 * WIDTH columns: when, who, what and why.
 */
export function timeline(
  { account, installation, storyAt, scenario }: Told,
  { verbose, color }: TimelineOptions,
): readonly string[] {
  const told = rowsOf([
    ...journalHappenings(account.journal.entries, verbose),
    ...decisionHappenings(installation?.transcript.lines ?? [], verbose),
  ]);
  const rows = told.filter(({ at, who }) => verbose || at >= storyAt || (scenario?.rebalance && who === 'spotkeeper'));
  return rows.flatMap((row) => printed(row, { storyAt, color }));
}

export const WIDTH = 100;
const TIME = 10;
const WHO = 14;

function printed({ at, who, tone, text }: Row, { storyAt, color }: { storyAt: number; color: boolean }) {
  const begin = `${storyTime(at, storyAt)} `.padStart(TIME) + who.padEnd(WHO);
  const told = text.replace(ISO, (iso) => storyTime(Date.parse(iso), storyAt));
  const lines = wrapped(told, WIDTH - TIME - WHO).map(
    (line, index) => (index === 0 ? begin : ' '.repeat(begin.length)) + line,
  );
  return color ? lines.map((line) => painted(line, styles[tone])) : lines;
}

const ISO = /\d{4}-\d\d-\d\dT[\d:.]+Z/g;

/** `+1.4s`: seconds since the story began. */
const storyTime = (at: number, storyAt: number): string => {
  const seconds = (at - storyAt) / 1000;
  return `${seconds < 0 ? '' : '+'}${seconds.toFixed(1)}s`;
};

/** Breaks at spaces; a word that is longer than a line is cut. */
export function wrapped(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let rest = text;
  while (rest.length > width) {
    const space = rest.lastIndexOf(' ', width);
    const end = space > 0 ? space : width;
    lines.push(rest.slice(0, end));
    rest = rest.slice(end).trimStart();
  }
  return [...lines, rest];
}

type Style = Parameters<typeof styleText>[0];

const styles: Readonly<Record<Tone, Style | undefined>> = {
  plain: undefined,
  warning: 'yellow',
  bad: 'red',
  decision: 'cyan',
  note: 'magenta',
};

const painted = (line: string, style: Style | undefined): string =>
  style === undefined ? line : styleText(style, line, { validateStream: false });
