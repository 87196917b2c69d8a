import { styleText } from 'node:util';
import { packagedTemplate } from '../../scripts/packaged.mjs';
import type { Template } from '../../sim/delivery/template.ts';
import { install } from '../installation.ts';
import { accountOf } from '../run-drill.ts';
import type { Terminal } from '../terminal.ts';
import { WIDTH, wrapped } from '../timeline/timeline.ts';
import { measure, type Outcome } from './measures.ts';
import { type ReplayArguments, type ReplaySetting, scenarioOf, settingOf } from './setting.ts';
import { replayText } from './text.ts';

export type ReplayOptions = {
  readonly seed: number;
  /** spotkeeper is not installed */
  readonly without: boolean;
};

/**
 * `npm run drill -- --traces DIR`: replays measured Spot capacity under a service and tells what it comes to, with
 * spotkeeper and without.
 * @throws TraceError when the folder cannot be replayed
 */
export async function replayCommand(
  asked: ReplayArguments,
  { seed, without, json }: ReplayOptions & { readonly json: boolean },
  { print, color }: Terminal,
): Promise<void> {
  const setting = settingOf(asked);
  const kept = without ? undefined : await replay(setting, { seed, without: false });
  const alone = await replay(setting, { seed, without: true });
  if (json) {
    const { directory, region, target, traces } = setting;
    print(JSON.stringify({ seed, traces: directory, region, type: traces.type, target, with: kept, without: alone }));
    return;
  }
  const bold = (text: string) => (color ? styleText('bold', text, { validateStream: false }) : text);
  print(bold(`${setting.directory}, seed ${seed}${without ? ', without spotkeeper' : ''}`));
  for (const line of replayText(setting, { kept, alone }).flatMap((text) => wrapped(text, WIDTH))) print(line);
}

/** Plays the traces to their end in virtual time. The same seed gives the same outcome. */
export async function replay(setting: ReplaySetting, { seed, without }: ReplayOptions): Promise<Outcome> {
  const scenario = scenarioOf(setting);
  const { account, sqs, dynamodb } = accountOf(scenario, seed);
  const region = account.region(setting.region);
  const { target, spotRatio, traces } = setting;
  const outcome = measure(account, region, { target, spotRatio, type: traces.type });
  if (!without) {
    const template = (await packagedTemplate()) as Template;
    const settings = { SPOTKEEPER_MODE: 'act' };
    install({ account, sqs, dynamodb, template, region: setting.region, settings });
  }
  await account.clock.run(account.clock.now() + scenario.seconds * 1000);
  return outcome();
}
