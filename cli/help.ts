import type { Terminal } from './terminal.ts';
import { WIDTH, wrapped } from './timeline/timeline.ts';

export type Help = {
  /** In one sentence. */
  readonly purpose: string;
  /** How the options are written, as errors tell it. */
  readonly allowed: string;
};

/** Tells what a command is for and its options, if the command line asks for that. @returns whether it does */
export function toldHelp(argv: readonly string[], { print }: Terminal, { purpose, allowed }: Help): boolean {
  if (!argv.includes('--help') && !argv.includes('-h')) return false;
  for (const line of [...wrapped(purpose, WIDTH), ...wrapped(`Options: ${allowed}`, WIDTH)]) print(line);
  return true;
}
