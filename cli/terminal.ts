/** Where a command writes: whole lines, without their ends. */
export type Terminal = {
  print(line: string): void;
  complain(line: string): void;
  readonly color: boolean;
};

/** Colours are for terminals, and for those who have not said no: https://no-color.org */
export const wantsColor = (isTTY: boolean | undefined, env: Readonly<Record<string, string | undefined>>): boolean =>
  isTTY === true && !env.NO_COLOR;

/** The terminal of this process. */
export const processTerminal = (): Terminal => ({
  print: (line) => console.log(line),
  complain: (line) => console.error(line),
  color: wantsColor(process.stdout.isTTY, process.env),
});
