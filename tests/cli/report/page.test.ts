import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inflateSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumOf, screenshot } from '../../../cli/report/browser.ts';
import { pageOf } from '../../../cli/report/page/page.ts';
import { instant } from '../../../shared/model/instant.ts';
import type { Block } from '../../../shared/model/slack-message.ts';
import { reportMessage } from '../../../shared/slack/message/report.ts';
import { report, service } from '../../shared/slack/given.ts';
import { stormyTold } from './given.ts';

const BERLIN = { title: 'ECS on Spot', timeZone: 'Europe/Berlin' };
const chromium = chromiumOf(process.env);

const said = (text: string, blocks: readonly Block[] = []) => ({
  at: instant(Date.parse('2026-11-27T23:30:00Z')),
  editedAt: undefined,
  text,
  blocks,
  replies: [],
});

describe('the page of a Slack channel', () => {
  it('shows each message at its time in the time zone, with its thread, and that it was edited', () => {
    const html = pageOf(stormyTold().messages, BERLIN);
    expect(html).toContain('<span>Friday 27 November</span>');
    expect(html).toContain('<span>Saturday 28 November</span>');
    expect(html).toContain('>11:00</time>');
    expect(html).toContain('3 replies');
    expect(html.match(/\(edited\)/g)).toHaveLength(1);
  });

  it('puts a message on the day that it is in the time zone', () => {
    expect(pageOf([said('late')], BERLIN)).toContain('Saturday 28 November');
  });

  it('formats texts as Slack does, and shows what a name holds as it is', () => {
    const text = 'saved *$3* of `a&lt;b&gt;&amp;c`';
    const html = pageOf([said(text, [{ type: 'section', text: { type: 'mrkdwn', text, verbatim: true } }])], BERLIN);
    expect(html).toMatch(/<strong>.*\$3.*<\/strong>/);
    expect(html).toMatch(/<code[^>]*>a‹b›&amp;c<\/code>/);
  });

  it('shows a message that has no blocks', () => {
    expect(pageOf([said('All is *well*.')], BERLIN)).toMatch(/All is .*<strong>.*well/);
  });

  it('lets nothing of a report become a script or a tag', () => {
    const bad = '</style><script>alert(1)</script><img src=x onerror=alert(1)>';
    const day = report({ services: [service(bad, { cost: 1e9, onDemand: 2e9 })], findings: [bad], coolOffs: [bad] });
    const { text, blocks } = reportMessage(day);
    const html = pageOf([said(text, blocks), said(bad)], { ...BERLIN, title: bad });
    expect(html).not.toMatch(/<script|<img/);
    expect(html.match(/<\/style>/g)).toHaveLength(1);
  });

  it('needs nothing from any network, and runs nothing', () => {
    const html = pageOf(stormyTold().messages, BERLIN);
    expect(html).toContain('default-src &#x27;none&#x27;; style-src &#x27;unsafe-inline&#x27;');
    expect(html).not.toMatch(/<(link|script|img|iframe)\b|@import|url\(|@font-face/);
  });

  it('shows the first page of a long table, and how many rows there are', () => {
    const cells = (text: string) => [{ type: 'raw_text' as const, text }];
    const rows = [cells('Name'), ...Array.from({ length: 12 }, (_, n) => cells(`row ${n}.`))];
    const html = pageOf([said('', [{ type: 'data_table', caption: 'Rows', page_size: 10, rows }])], BERLIN);
    expect(html).toContain('row 9.');
    expect(html).not.toContain('row 10.');
    expect(html).toContain('1 to 10 of 12');
  });
});

describe('the Chromium that draws', () => {
  it('is the one that CHROMIUM_PATH names, else one on PATH', () => {
    expect(chromiumOf({ CHROMIUM_PATH: '/opt/chrome', PATH: '' })).toBe('/opt/chrome');
    expect(chromiumOf({ PATH: '/no/such/folder' })).toBeUndefined();
  });

  it('is asked for in one line where there is none', async () => {
    await expect(screenshot('<html></html>', 'never.png', { PATH: '' })).rejects.toThrow(
      /^--screenshot needs Chromium/,
    );
  });

  it('is named when it does not start', async () => {
    const env = { CHROMIUM_PATH: '/no/such/chromium' };
    await expect(screenshot('<html></html>', 'never.png', env)).rejects.toThrow(
      /^\/no\/such\/chromium did not draw the page: .*ENOENT/,
    );
  });
});

if (chromium === undefined)
  console.warn('A picture of the page is not tested: no Chromium is on PATH, or CHROMIUM_PATH.');
else describe('a picture of the page', aPicture);

function aPicture() {
  const drawn = { folder: '', dom: '', png: Buffer.alloc(0) };

  beforeAll(async () => {
    drawn.folder = await mkdtemp(join(tmpdir(), 'picture-'));
    const file = join(drawn.folder, 'channel.png');
    drawn.dom = (await screenshot(pageOf(stormyTold().messages, BERLIN), file, process.env)).dom;
    drawn.png = await readFile(file);
  });
  afterAll(() => rm(drawn.folder, { recursive: true, force: true }));

  it('has the chart with a bar for each value, and a row of the table for each service', () => {
    const chart = /<svg[^>]*aria-label="Bar chart: Paid.*?<\/svg>/s.exec(drawn.dom)?.[0] ?? '';
    expect(chart.match(/<rect /g)).toHaveLength(10);
    expect(chart).toContain('Mon 23');
    const table = /<figure class="data-table">.*?<\/figure>/s.exec(drawn.dom)?.[0] ?? '';
    expect(table.match(/<tr>/g)).toHaveLength(4);
    expect(table).toContain('$180.00 (60%)');
  });

  it('is said not to be written where it cannot be', async () => {
    const file = join(drawn.folder, 'no-such-folder', 'channel.png');
    await expect(screenshot('<html><body></body></html>', file, process.env)).rejects.toThrow(/ENOENT.*no-such-folder/);
  });

  it('is as high as the page, and not blank', () => {
    const height = Number(/data-height="(\d+)"/.exec(drawn.dom)?.[1]);
    expect({ width: drawn.png.readUInt32BE(16), height: drawn.png.readUInt32BE(20) }).toEqual({ width: 720, height });
    expect(height).toBeGreaterThan(1_200);
    expect(drawn.png.length).toBeGreaterThan(30_000);
    // A blank picture has one row again and again.
    expect(new Set(pixelsOf(drawn.png)).size).toBeGreaterThan(40);
  });
}

/** The bytes of a PNG's scan lines, as they were filtered. https://www.w3.org/TR/png-3/#5Chunk-layout */
function pixelsOf(png: Buffer): Uint8Array {
  const data: Buffer[] = [];
  for (let at = 8; at < png.length; at += 12 + png.readUInt32BE(at))
    if (png.toString('latin1', at + 4, at + 8) === 'IDAT')
      data.push(png.subarray(at + 8, at + 8 + png.readUInt32BE(at)));
  return inflateSync(Buffer.concat(data));
}
