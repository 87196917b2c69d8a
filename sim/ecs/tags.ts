import type { Tag } from '@aws-sdk/client-ecs';
import type { Tags } from './model/tags.ts';
import { invalid } from './state.ts';

const most = 50;

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Tag.html */
const allowed = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

/**
 * Tags as a request gives them, checked: at most 50, keys of 1 to 128 and values of up to 256 characters, letters,
 * numbers, spaces and `+ - = . _ : / @`, no key twice, no `aws:` before a key or a value.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-using-tags.html
 * @param present tags that the resource has already; the new ones replace those of the same key
 * @throws AwsError InvalidParameterException
 */
export const checkedTags = (list: readonly Tag[] | undefined, present: Tags = {}): Tags => {
  const found = new Map<string, string>();
  for (const { key = '', value = '' } of list ?? []) {
    if (found.has(key)) throw invalid(`Duplicate tag keys are not allowed: ${key}`);
    checkTag(key, value);
    found.set(key, value);
  }
  const all = { ...present, ...Object.fromEntries(found) };
  if (Object.keys(all).filter((key) => !isReserved(key)).length > most) {
    throw invalid(`The number of tags exceeds the limit of ${most}.`);
  }
  return all;
};

/** The tags without those of the given keys. @throws AwsError InvalidParameterException for a key of AWS's own */
export const withoutTags = (present: Tags, keys: readonly string[]): Tags => {
  for (const key of keys) checkTag(key, '');
  return Object.fromEntries(Object.entries(present).filter(([key]) => !keys.includes(key)));
};

const checkTag = (key: string, value: string): void => {
  const length = [...key].length;
  if (length < 1 || length > 128) throw invalid('Tag keys must be between 1 and 128 characters long.');
  if ([...value].length > 256) throw invalid(`The value of tag ${key} must not be longer than 256 characters.`);
  if (isReserved(key) || isReserved(value)) throw invalid(`Tags must not begin with aws: (${key}).`);
  if (!allowed.test(key)) throw invalid(`The tag key ${key} contains invalid characters.`);
  if (!allowed.test(value)) throw invalid(`The value of tag ${key} contains invalid characters.`);
};

const isReserved = (text: string): boolean => /^aws:/i.test(text);
