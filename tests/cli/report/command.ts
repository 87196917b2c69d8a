import { reportCommand } from '../../../cli/report.ts';

/** The command as a person runs it, with what it wrote. */
export async function run(...argv: string[]) {
  const [printed, complained]: [string[], string[]] = [[], []];
  const code = await reportCommand(argv, {
    print: (line) => printed.push(line),
    complain: (line) => complained.push(line),
    color: false,
  });
  return { code, text: printed.join('\n'), complained };
}
