import { oneOf, type Setting, wholeNumber } from './setting.ts';

/** What concerns the whole installation, and draining. Durations carry their unit in the name. */
export type DrainPolicy = {
  readonly mode: 'observe' | 'act';
  readonly manageDefault: 'drain' | 'none';
  readonly scaleInHook: string;
  readonly scaleInMinutes: number;
  readonly standalone: 'leave' | 'stop';
  readonly deregisterSeconds: number;
  readonly stopReserveSeconds: number;
  readonly coolOffMinutes: number;
  readonly regions: readonly string[];
};

export const drainSettings: { readonly [K in keyof DrainPolicy]: Setting<DrainPolicy[K]> } = {
  mode: {
    env: 'SPOTKEEPER_MODE',
    param: 'mode',
    allowed: 'observe or act',
    initial: 'observe',
    parse: oneOf('observe', 'act'),
  },
  manageDefault: {
    env: 'SPOTKEEPER_MANAGE_DEFAULT',
    param: 'manageDefault',
    allowed: 'drain or none',
    initial: 'drain',
    parse: oneOf('drain', 'none'),
  },
  scaleInHook: {
    env: 'SPOTKEEPER_SCALE_IN_HOOK',
    param: 'scaleInHook',
    allowed: 'the name of a lifecycle hook: 1 to 255 letters, digits, - _ /',
    initial: 'spotkeeper-drain',
    parse: (text) => (/^[A-Za-z0-9\-_/]{1,255}$/.test(text) ? text : undefined),
  },
  scaleInMinutes: {
    env: 'SPOTKEEPER_SCALE_IN_MINUTES',
    param: 'scaleInMinutes',
    allowed: 'a whole number of minutes from 1 to 2880',
    initial: '30',
    parse: wholeNumber(1, 2880),
  },
  standalone: {
    env: 'SPOTKEEPER_STANDALONE',
    param: 'standalone',
    tag: 'spotkeeper:standalone',
    allowed: 'leave or stop',
    initial: 'leave',
    parse: oneOf('leave', 'stop'),
  },
  deregisterSeconds: {
    env: 'SPOTKEEPER_DEREGISTER_SECONDS',
    param: 'deregisterSeconds',
    tag: 'spotkeeper:deregister-seconds',
    allowed: 'a whole number of seconds from 0 to 110',
    initial: '60',
    parse: wholeNumber(0, 110),
  },
  stopReserveSeconds: {
    env: 'SPOTKEEPER_STOP_RESERVE_SECONDS',
    param: 'stopReserveSeconds',
    tag: 'spotkeeper:stop-reserve-seconds',
    allowed: 'a whole number of seconds from 0 to 60',
    initial: '5',
    parse: wholeNumber(0, 60),
  },
  coolOffMinutes: {
    env: 'SPOTKEEPER_COOL_OFF_MINUTES',
    param: 'coolOffMinutes',
    allowed: 'a whole number of minutes from 1 to 1440',
    initial: '10',
    parse: wholeNumber(1, 1440),
  },
  regions: {
    env: 'SPOTKEEPER_REGIONS',
    param: 'regions',
    allowed: 'region names such as eu-west-1, separated by commas',
    initial: 'us-east-1',
    parse: regionList,
  },
};

function regionList(text: string): readonly string[] | undefined {
  const regions = text.split(/[\s,]+/).filter((region) => region !== '');
  return regions.length > 0 && regions.every((region) => /^[a-z]{2,}(-[a-z]+)+-\d+$/.test(region))
    ? regions
    : undefined;
}
