import { hostIn } from '../../../cli/host.ts';
import { planCommand } from '../../../cli/plan.ts';
import { accountOf } from '../../../cli/run-drill.ts';
import type { Scenario } from '../../../cli/scenario.ts';
import { scenarios } from '../../../cli/scenarios.ts';
import { transcriptOf } from '../../../cli/transcript.ts';

/** The plan of a scenario's account as it stands before the story. */
export async function planned(
  scenario: Scenario,
  argv: readonly string[] = [],
  options: Parameters<typeof accountOf>[2] = {},
) {
  const { account } = accountOf(scenario, 1, options);
  const { clock, endpoint } = account;
  const [said, complaints]: [string[], string[]] = [[], []];
  const terminal = {
    print: (line: string) => said.push(line),
    complain: (line: string) => complaints.push(line),
    color: false,
  };
  const command = planCommand(
    ['--region', 'eu-west-1', ...argv],
    terminal,
    hostIn(account, 'operator', transcriptOf(clock).edge('operator')),
  );
  let settled = false;
  const end = () => {
    settled = true;
  };
  clock.track(command).then(end, end);
  while (!settled) await clock.run(clock.now() + 100);
  const calls = endpoint.calls.entries.filter(({ caller }) => caller === 'operator');
  return { code: await command, said: said.join('\n'), lines: said, complaints, calls };
}

export const named = (name: string): Scenario => {
  const found = scenarios.find((one) => one.name === name);
  if (!found) throw new Error(`no scenario ${name}`);
  return found;
};
