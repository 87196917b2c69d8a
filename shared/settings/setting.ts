/** One setting: where it comes from, what it may be, what it is when nobody says. */
export type Setting<T> = {
  readonly env: string;
  readonly param: string;
  readonly tag?: string;
  readonly allowed: string;
  readonly initial: string;
  /** A person may put a secret here by mistake: what is not allowed is then not shown. */
  readonly hidden?: true;
  /** The value, or undefined when the text is not allowed. */
  readonly parse: (text: string) => T | undefined;
};

export const oneOf =
  <T extends string>(...values: readonly T[]) =>
  (text: string): T | undefined =>
    values.find((value) => value === text);

export const wholeNumber =
  (least: number, most: number) =>
  (text: string): number | undefined =>
    /^\d+$/.test(text) && Number(text) >= least && Number(text) <= most ? Number(text) : undefined;

export const decimal =
  (least: number, most: number) =>
  (text: string): number | undefined =>
    /^\d+(\.\d{1,4})?$/.test(text) && Number(text) >= least && Number(text) <= most ? Number(text) : undefined;

/** Ids separated by spaces (ECS tags allow no comma), commas in params. */
export const ids =
  (form: RegExp) =>
  (text: string): readonly string[] | undefined => {
    const found = text === NONE ? [] : text.split(/[\s,]+/).filter((id) => id !== '');
    return found.every((id) => form.test(id)) ? found : undefined;
  };

export const arnOrNone =
  (form: RegExp) =>
  (text: string): string | undefined =>
    text === NONE || form.test(text) ? text : undefined;

/** The value of a setting that is not set: parameters of a stack have no empty values. */
export const NONE = 'none';
