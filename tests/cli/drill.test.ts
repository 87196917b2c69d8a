import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { drillCommand } from '../../cli/drill.ts';
import { scenarios } from '../../cli/scenarios.ts';
import { wantsColor } from '../../cli/terminal.ts';

/** The command as a person runs it, with what it wrote. */
async function drill(argv: readonly string[], { color = false } = {}) {
  const printed: string[] = [];
  const complained: string[] = [];
  const code = await drillCommand(argv, {
    print: (line) => printed.push(line),
    complain: (line) => complained.push(line),
    color,
  });
  return { code, printed, complained };
}

/** The lines of README's picture of a scenario, up to the first cut, which is marked with … */
async function readmePicture(scenario: string): Promise<readonly string[]> {
  const readme = await readFile(join(import.meta.dirname, '../../README.md'), 'utf8');
  const pictures = readme.split('```text\n').map((rest) => rest.split('\n```')[0] ?? '');
  const lines = pictures.find((text) => text.startsWith(`${scenario}, seed 1\n`))?.split('\n') ?? [];
  const cut = lines.findIndex((line) => line.includes('…'));
  return cut < 0 ? lines : lines.slice(0, cut);
}

describe('npm run drill', () => {
  it('tells the storm by default, as README shows it: timeline, verdict, and the same market without spotkeeper, in 100 columns', async () => {
    const picture = await readmePicture('storm');
    const { code, printed, complained } = await drill([]);
    expect(code).toBe(0);
    expect(complained).toEqual([]);
    expect(printed.filter((line) => line.length > 100)).toEqual([]);
    expect(printed.length).toBeLessThan(80);
    const text = printed.join('\n');
    expect(text).toContain('spotkeeper    drain 100 instances in prod: Spot interruption notice');
    expect(text).toContain('100 instances in prod are DRAINING, set by spotkeeper');
    expect(text).toMatch(/requests {4}[\d,]+ sent, none dropped/);
    expect(text).toMatch(/promises {4}all kept/);
    expect(text).toMatch(/requests dropped +0 +[1-9][\d,]*/);
    expect(text).toMatch(/tasks killed without SIGTERM +0 +[1-9][\d,]*/);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what is looked for
    expect(text).not.toMatch(/\x1b/);
    // README's picture of it, up to its first cut, is what it prints.
    expect(picture.length).toBeGreaterThan(20);
    expect(printed.slice(0, picture.length)).toEqual(picture);
  });

  it.each(['fargate-spot-dry', 'rebalance-advice'])('tells %s as README shows it', async (scenario) => {
    const picture = await readmePicture(scenario);
    const { printed } = await drill(['--scenario', scenario]);
    expect(picture.length).toBeGreaterThan(15);
    expect(printed.slice(0, picture.length)).toEqual(picture);
  });

  it('gives every decision with its reason, and spotkeeper’s bookkeeping only to who asks', async () => {
    const brief = (await drill(['--scenario', 'min-healthy-100'])).printed.join('\n');
    expect(brief).toMatch(/spotkeeper {4}stop 30 tasks in full: stuck on an instance that goes at \+120\.0s/);
    expect(brief).not.toMatch(/remember|look at/);
    const verbose = (await drill(['--scenario', 'single-notice', '--verbose'])).printed.join('\n');
    expect(verbose).toMatch(/spotkeeper {4}remember 1 doomed/);
    expect(verbose).toMatch(/spotkeeper {4}look at prod again at \+/);
  });

  it('is one JSON object with --json', async () => {
    const { code, printed } = await drill(['--json', '--scenario', 'single-notice', '--seed', '7']);
    expect(code).toBe(0);
    expect(printed).toHaveLength(1);
    const told = JSON.parse(printed[0] ?? '');
    expect(Object.keys(told)).toEqual(['seed', 'scenario', 'without', 'verdict', 'metrics', 'violations']);
    expect(told).toMatchObject({ seed: 7, scenario: 'single-notice', without: false, violations: [] });
    expect(told.verdict).toMatchObject({ requests: { dropped: 0 }, interrupted: 1, notDrained: [] });
    expect(told.metrics.NoticeToDrainingMs).toMatchObject({ count: 1 });
  });

  it('leaves spotkeeper out with --without', async () => {
    const { code, printed } = await drill(['--without', '--scenario', 'single-notice']);
    expect(code).toBe(0);
    const text = printed.join('\n');
    expect(text).toContain('without spotkeeper');
    expect(text).toContain('not drained: 1 in prod');
    expect(text).toContain('2 killed without SIGTERM: 2 of checkout');
    expect(text).not.toContain('promises');
  });

  it('lists its scenarios with --list', async () => {
    const { code, printed } = await drill(['--list']);
    expect(code).toBe(0);
    const names = printed.flatMap((line) => line.match(/^\S+/) ?? []);
    expect(names).toEqual(scenarios.map(({ name }) => name));
    expect(printed.filter((line) => line.length > 100)).toEqual([]);
  });

  it.each([
    [['--frobnicate'], /^Unknown option '--frobnicate'; allowed: --scenario NAME, --file FILE, --seed N, --json/],
    [['storm'], /^Unexpected argument 'storm'; allowed: --scenario NAME/],
    [['--scenario', 'strom'], /^no scenario is called "strom"; did you mean storm\? --list names all$/],
    [['--scenario', 'drizzle'], /^no scenario is called "drizzle"; allowed: single-notice, storm, /],
    [['--seed', 'lucky'], /^--seed is "lucky"; allowed: a whole number from 0 to 4294967295$/],
    [['--seed', '4294967296'], /^--seed is "4294967296"; allowed/],
    [['--seed', '-1'], /^Option '--seed' argument is ambiguous; allowed/],
    [['--json=yes'], /^Option '--json' does not take an argument; allowed/],
  ])('refuses %j in one line that names what is allowed', async (argv, complaint) => {
    const { code, printed, complained } = await drill(argv);
    expect(code).toBe(2);
    expect(printed).toEqual([]);
    expect(complained).toEqual([expect.stringMatching(complaint)]);
    expect(complained[0]).not.toContain('\n');
  });

  it('colours a terminal and nothing else, and honours NO_COLOR', async () => {
    expect(wantsColor(true, {})).toBe(true);
    expect(wantsColor(true, { NO_COLOR: '1' })).toBe(false);
    expect(wantsColor(undefined, {})).toBe(false);
    const { printed } = await drill(['--scenario', 'single-notice'], { color: true });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what is looked for
    expect(printed.join('\n')).toMatch(/\x1b\[36m.*drain i-/);
  });

  it('writes its JSON to standard output and exits by itself', async () => {
    const script = join(import.meta.dirname, '../../cli/drill.ts');
    const run = promisify(execFile)(process.execPath, [script, '--json', '--scenario', 'no-warning']);
    const { stdout } = await run;
    expect(JSON.parse(stdout)).toMatchObject({ scenario: 'no-warning', violations: [] });
  });
});
