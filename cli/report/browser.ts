import { execFile } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { UsageError } from '../command-line.ts';

type Env = Readonly<Record<string, string | undefined>>;

const NAMES = ['chromium', 'chromium-browser', 'google-chrome'];
const WIDTH = 720;
/** Chromium starts within a second or two; a machine that is busy takes longer. */
const TIMEOUT_MS = 60_000;
const MOST_HEIGHT = 16_000;
const MOST_OUTPUT = 64 * 1024 * 1024;

/** The Chromium of this machine: CHROMIUM_PATH, else the first on PATH; undefined: there is none. */
export function chromiumOf({ CHROMIUM_PATH, PATH = '' }: Env): string | undefined {
  if (CHROMIUM_PATH) return CHROMIUM_PATH;
  const files = NAMES.flatMap((name) => PATH.split(delimiter).map((folder) => join(folder, name)));
  return files.find(isExecutable);
}

/**
 * Draws a page in headless Chromium, as wide as a Slack channel and as high as the page is.
 * @returns what was drawn: the document after layout, and the picture as PNG in `file`
 * @throws UsageError when there is no Chromium, or when it draws nothing within a minute
 */
export async function screenshot(html: string, file: string, env: Env): Promise<{ readonly dom: string }> {
  const chromium = chromiumOf(env);
  if (chromium === undefined)
    throw new UsageError(`--screenshot needs Chromium: none of ${NAMES.join(', ')} is on PATH; or set CHROMIUM_PATH`);
  const folder = await mkdtemp(join(tmpdir(), 'spotkeeper-page-'));
  try {
    const page = join(folder, 'page.html');
    const run = (...args: string[]) => runChromium(chromium, [`--user-data-dir=${folder}`, ...args]);
    await writeFile(page, measured(html));
    const dom = await run(`--window-size=${WIDTH},800`, '--dump-dom', pathToFileURL(page).href);
    await writeFile(page, html);
    const height = Math.min(heightIn(dom), MOST_HEIGHT);
    await run(`--window-size=${WIDTH},${height}`, `--screenshot=${resolve(file)}`, pathToFileURL(page).href);
    return { dom };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The same page with one script, which says how high the page is. It is never shown to anybody. */
const measured = (html: string): string =>
  html
    .replace(/<meta http-equiv="Content-Security-Policy"[^>]*>/, '')
    .replace('</body>', '<script>document.body.dataset.height = document.documentElement.offsetHeight</script></body>');

function heightIn(dom: string): number {
  const [, height] = /<body[^>]* data-height="(\d+)"/.exec(dom) ?? [];
  if (height === undefined) throw new UsageError('Chromium drew no page; try it by hand with --format html --out FILE');
  return Number(height);
}

async function runChromium(chromium: string, args: readonly string[]): Promise<string> {
  const flags = ['--headless', '--disable-gpu', '--disable-lcd-text', '--hide-scrollbars', '--no-first-run'];
  // Chromium does not start its sandbox for root, nor in most containers; the page is ours, and runs nothing.
  const run = promisify(execFile)(chromium, [...flags, '--force-device-scale-factor=1', '--no-sandbox', ...args], {
    timeout: TIMEOUT_MS,
    killSignal: 'SIGKILL',
    maxBuffer: MOST_OUTPUT,
  });
  try {
    return (await run).stdout;
  } catch (error) {
    const said = error instanceof Error ? (error.message.split('\n')[0] ?? '') : '';
    throw new UsageError(`${chromium} did not draw the page: ${said.slice(0, 200)}`);
  }
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
