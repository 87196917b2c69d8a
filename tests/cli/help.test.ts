import { expect, test } from 'vitest';
import { drillCommand } from '../../cli/drill.ts';
import { planCommand } from '../../cli/plan.ts';
import { reportCommand } from '../../cli/report.ts';
import { serveCommand } from '../../cli/serve.ts';
import { snapshotCommand } from '../../cli/snapshot.ts';
import { swarmCommand } from '../../cli/swarm.ts';
import { unwindCommand } from '../../cli/unwind.ts';

test.each([
  ['drill', drillCommand, '--traces DIR'],
  ['plan', planCommand, '--set SETTING=VALUE'],
  ['report', reportCommand, '--preview'],
  ['unwind', unwindCommand, '--yes'],
  ['snapshot', snapshotCommand, '--pseudonymise'],
  ['serve', serveCommand, '--port N'],
  ['swarm', swarmCommand, '--seeds N'],
])('%s --help says what it is for and its options, and does nothing else', async (_, command, option) => {
  const [said, complaints]: [string[], string[]] = [[], []];
  const terminal = {
    print: (line: string) => said.push(line),
    complain: (line: string) => complaints.push(line),
    color: false,
  };
  // What else is wrong with the command line does not matter then.
  expect(await command(['--nonsense', '--help'], terminal)).toBe(0);
  expect(said[0]).toMatch(/^[A-Z][a-z]+s /);
  expect(said.join(' ')).toMatch(/\. ?Options: --/);
  expect(said.join(' ')).toContain(option);
  expect(said.filter((line) => line.length > 100)).toEqual([]);
  expect(complaints).toEqual([]);
});
