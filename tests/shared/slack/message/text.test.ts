import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { clockTime, counted, dollars, duration, listed, percent } from '../../../../shared/slack/message/figures.ts';
import { codeBlock, named, plain, shown } from '../../../../shared/slack/message/text.ts';
import { anyText } from '../any.ts';
import { OPENED } from '../given.ts';

describe('a text from outside', () => {
  test.each([
    ['entities', 'a < b & c > d', 'a &lt; b &amp; c &gt; d'],
    ['bold, strikes and code', '*a* ~b~ `c`', '∗a∗ ∼b∼ ˋcˋ'],
    ['italics, but not the underscores of a name', '_a_ my_web_app', 'ˍaˍ my_web_app'],
    ['an emoji, but not a time', ':x: at 10:30:15', '∶x: at 10:30:15'],
    ['a call for everyone', '<!here> @channel @here', '&lt;!here&gt; ＠channel ＠here'],
    ['lines and control characters', 'a\n\u0000b\u202ec', 'a b c'],
    ['half a character', 'a\ud800b', 'a�b'],
    ['nothing at all', ' \n', '(no name)'],
  ])('is shown as it is: %s', (_, text, expected) => {
    expect(shown(text, 100)).toBe(expected);
  });

  test('is code where it is a name, and cannot end it', () => {
    expect(named('web`s <b>')).toBe('`webˋs &lt;b&gt;`');
    expect(codeBlock(['a ``` b', '<'])).toBe('```\na ˋˋˋ b\n&lt;\n```');
  });

  test('is cut between characters and never within an entity', () => {
    expect(shown('&&&', 11)).toBe('&amp;&amp;…');
    expect(plain('😀😀😀', 4)).toBe('😀…');
    expect(plain('abcd', 4)).toBe('abcd');
  });

  test('is never empty, never too long and never formatting', () => {
    fc.assert(
      fc.property(anyText, fc.integer({ min: 20, max: 300 }), (text, most) => {
        for (const made of [plain(text, most), shown(text, most)]) {
          expect(made.length).toBeGreaterThan(0);
          expect(made.length).toBeLessThanOrEqual(most);
          expect(made).not.toMatch(/\n|\p{Cc}/u);
          expect(made.isWellFormed()).toBe(true);
        }
        expect(shown(text, most)).not.toMatch(/[<>`*~]|&(?!amp;|lt;|gt;)|:[a-z]+:|@channel/);
        expect(named(text, most).slice(1, -1)).not.toMatch(/[<>`]/);
      }),
    );
  });
});

describe('figures are written as people write them', () => {
  test.each([
    [0, '$0'],
    [1_234_560_000_000, '$1,234.56'],
    [-3_000_000_000, '-$3.00'],
    [123_400_000, '$0.12'],
    [50_000_000, '$0.05'],
    [1_200_000, '$0.0012'],
    [99_600_000, '$0.10'],
    [999_999_999, '$1.00'],
    [40_000, '$0.0001 or less'],
  ])('%d nano-dollars are %s', (nanoUsd, text) => {
    expect(dollars(nanoUsd)).toBe(text);
  });

  test.each([
    [1, 2, '50%'],
    [4, 1000, '0.4%'],
    [1, 100_000, 'below 0.1%'],
    [9_999, 10_000, '99%'],
    [1, 1, '100%'],
    [0, 5, '0%'],
    [1, 0, undefined],
  ])('%d of %d are %s', (part, whole, text) => {
    expect(percent(part, whole)).toBe(text);
  });

  test.each([
    [400, 'less than a second'],
    [1_000, '1 second'],
    [90_000, '1 minute 30 seconds'],
    [3_600_000, '1 hour'],
    [25 * 3_600_000, '1 day 1 hour'],
  ])('%d milliseconds are %s', (ms, text) => {
    expect(duration(ms)).toBe(text);
  });

  test('counts agree with their nouns, lists with their commas, times with their zone', () => {
    expect([0, 1, 1_234].map((count) => counted(count, 'task'))).toEqual(['no tasks', '1 task', '1,234 tasks']);
    expect([[], ['a'], ['a', 'b'], ['a', 'b', 'c']].map(listed)).toEqual(['', 'a', 'a and b', 'a, b and c']);
    expect(clockTime(OPENED, 'Europe/Berlin')).toBe('27 Nov, 11:00');
  });
});
