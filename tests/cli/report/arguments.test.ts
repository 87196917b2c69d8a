import { describe, expect, it } from 'vitest';
import { run } from './command.ts';

describe('npm run report', () => {
  it('tells what it is for and its options', async () => {
    const { code, text } = await run('--help');
    expect(code).toBe(0);
    expect(text).toContain('Shows what ECS on Spot cost');
    expect(text).toContain('--since 7d or --since 2026-11-20');
  });

  it.each([
    [['--colour'], /--colour/],
    [['--preview', '--region', 'eu-west-1'], /--region is for an account, and --preview reads none/],
    [['--preview', '--table', 'T'], /--table is for an account/],
    [['--scenario', 'storm'], /--scenario needs --preview/],
    [['--seed', '2'], /--seed needs --preview/],
    [['--preview', '--scenario', 'nothing'], /no scenario is called "nothing"; allowed: .*stormy-day/],
    [['--preview', '--scenario', 'storm', '--file', 'x.json'], /exclude each other/],
    [['--preview', '--file', '/no/such/file.json'], /\/no\/such\/file\.json/],
    [['--preview', '--seed', '-1'], /--seed/],
    [['--preview', '--message', '0'], /--message is "0"; allowed: a whole number from 1 to/],
    [['--format', 'pdf'], /--format is "pdf"; allowed: terminal, html, json, csv/],
    [['--by', 'team'], /--by is "team"; allowed: service, cluster, region, pool/],
    [['--by', 'pool', '--format', 'json'], /--by is for --format terminal and csv/],
    [['--since', '0d'], /--since is "0d"; allowed: a number of days from 1d to 100d/],
    [['--since', '101d'], /--since is "101d"/],
    [['--since', '2026-02-30'], /--since is "2026-02-30"/],
    [['--since', '2999-01-01', '--region', 'eu-west-1'], /"2999-01-01", which is to come; allowed: a day until/],
    [['--time-zone', 'Mars/Base'], /--time-zone is "Mars\/Base"; allowed: a name of the IANA/],
    [['--screenshot', 'picture.jpg'], /--screenshot is "picture\.jpg"; allowed: a file whose name ends with \.png/],
    [['--out', ''], /--out is empty/],
    [['--region', 'Ireland'], /--region is "Ireland"; allowed: a Region such as eu-west-1/],
  ])('refuses %j in one line', async (argv, complaint) => {
    const { code, text, complained } = await run(...argv);
    expect({ code, text }).toEqual({ code: 2, text: '' });
    expect(complained).toHaveLength(1);
    expect(complained[0]).toMatch(complaint);
    expect(complained[0]).not.toContain('\n');
  });
});
