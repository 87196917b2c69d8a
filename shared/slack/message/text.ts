/** Characters that nobody sees, that break a line, or that turn the direction of what follows. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\u2028\u2029]+/gu;

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/** What stands for a character that Slack would take for formatting: it looks alike and does nothing. */
const LOOKS_LIKE: Readonly<Record<string, string>> = { '`': 'ˋ', '*': '∗', '~': '∼' };

/** What is left of a text that has nothing to show. */
const NOTHING = '(no name)';

/**
 * A text from outside for a header, a table cell or a chart: on one line, without what nobody sees, of at most `most`
 * UTF-16 units, never empty.
 */
export const plain = (text: string, most: number): string => clipped([...oneLine(text)], most);

/**
 * A text from outside within mrkdwn: it is shown as it is. Entities as Slack asks for them; what would be formatting, an
 * emoji or a mention becomes a character that looks alike. It must not begin a line.
 * https://docs.slack.dev/messaging/formatting-message-text
 */
export function shown(text: string, most: number): string {
  const tamed = oneLine(text)
    .replace(/(?<=^|[^\p{L}\p{N}])_|_(?=[^\p{L}\p{N}]|$)/gu, 'ˍ')
    .replace(/:(?=[\d+'_-]*\p{L}[\p{L}\p{N}+'_-]*:)/gu, '∶')
    .replace(/@(?=channel|here|everyone)/gi, '＠');
  return clipped(
    [...tamed].map((one) => ENTITIES[one] ?? LOOKS_LIKE[one] ?? one),
    most,
  );
}

/** A name in mrkdwn, as code: Slack formats nothing in it, and it can be copied. At most `most` units and two backticks. */
export function named(name: string, most = 60): string {
  const pieces = [...oneLine(name)].map((one) => (one === '`' ? 'ˋ' : (ENTITIES[one] ?? one)));
  return `\`${clipped(pieces, most)}\``;
}

/** Lines for a block of code: fixed width, nothing in them is formatted. */
export const codeBlock = (lines: readonly string[]): string => {
  const escaped = lines.map((line) => [...line].map((one) => (one === '`' ? 'ˋ' : (ENTITIES[one] ?? one))).join(''));
  return `\`\`\`\n${escaped.join('\n')}\n\`\`\``;
};

const oneLine = (text: string): string =>
  text.toWellFormed().replace(UNSEEN, ' ').replace(/\s+/gu, ' ').trim() || NOTHING;

/** As many whole pieces as fit into `most` units, with an ellipsis where some are left out. */
function clipped(pieces: readonly string[], most: number): string {
  let whole = '';
  let kept = '';
  for (const piece of pieces) {
    whole += piece;
    if (whole.length > most) return `${kept}…`;
    if (whole.length < most) kept = whole;
  }
  return whole;
}
