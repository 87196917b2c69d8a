/** Where a text stops to be JSON: both count from 1. */
export type TextPlace = { readonly line: number; readonly column: number };

/** A text that is not JSON, and where it stops to be. */
export class JsonTextError extends Error {
  override readonly name = 'JsonTextError';
  readonly place: TextPlace;

  constructor(place: TextPlace) {
    super(`not JSON at line ${place.line}, column ${place.column}`);
    this.place = place;
  }
}

/** JSON.parse, whose own error does not always say where. @throws JsonTextError */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new JsonTextError(placeAt(text, firstDefect(text)));
  }
}

const placeAt = (text: string, index: number): TextPlace => {
  const before = text.slice(0, index);
  return { line: before.split('\n').length, column: index - before.lastIndexOf('\n') };
};

// https://www.rfc-editor.org/rfc/rfc8259: what may stand at each place
const SPACE = /[ \t\r\n]*/y;
// biome-ignore lint/suspicious/noControlCharactersInRegex: JSON forbids them in strings
const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*"/y;
const SCALAR = /(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)/y;

/** The index of the first letter that cannot stand where it does. */
function firstDefect(text: string): number {
  let at = 0;
  const take = (pattern: RegExp): boolean => {
    pattern.lastIndex = at;
    const found = pattern.exec(text);
    at += found?.[0].length ?? 0;
    return found !== null;
  };
  const takeLetter = (letter: string): boolean => {
    take(SPACE);
    if (text[at] !== letter) return false;
    at += 1;
    return true;
  };
  const list = (end: string, item: () => boolean): boolean => {
    if (takeLetter(end)) return true;
    while (item()) if (!takeLetter(',')) return takeLetter(end);
    return false;
  };
  const value = (): boolean => {
    take(SPACE);
    if (takeLetter('{')) return list('}', member);
    if (takeLetter('[')) return list(']', value);
    return take(STRING) || take(SCALAR);
  };
  const member = (): boolean => {
    take(SPACE);
    return take(STRING) && takeLetter(':') && value();
  };
  if (value()) take(SPACE);
  return at;
}
