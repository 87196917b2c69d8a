import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import type { ChannelMessage } from '../told.ts';
import { channel } from './channel.ts';

/** Nothing is loaded from anywhere, and nothing runs: what is seen is in the page. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'";

/**
 * The messages as they stand in a Slack channel, as one page that needs nothing but itself.
 * @param about the title of the page, and the IANA time zone whose clock it shows
 */
export function pageOf(
  messages: readonly ChannelMessage[],
  { title, timeZone }: { readonly title: string; readonly timeZone: string },
): string {
  const head = createElement(
    'head',
    null,
    createElement('meta', { charSet: 'utf-8' }),
    createElement('meta', { httpEquiv: 'Content-Security-Policy', content: POLICY }),
    createElement('meta', { name: 'viewport', content: 'width=device-width' }),
    createElement('title', null, title),
    createElement('style', { dangerouslySetInnerHTML: { __html: styles() } }),
  );
  const body = createElement(
    'body',
    null,
    createElement('h1', null, '# spot'),
    createElement('main', null, ...channel(messages, timeZone)),
    createElement('footer', null, `Drawn by spotkeeper as Slack would show it. Times are those of ${timeZone}.`),
  );
  return `<!doctype html>${renderToStaticMarkup(createElement('html', { lang: 'en' }, head, body))}\n`;
}

/** Those of the renderer of Block Kit first, so that ours hold. */
const styles = (): string =>
  [createRequire(import.meta.url).resolve('slack-blocks-to-jsx/dist/style.css'), join(import.meta.dirname, 'page.css')]
    .map((file) => readFileSync(file, 'utf8'))
    .join('\n');
