import { arnOrNone, NONE, oneOf, type Setting, wholeNumber } from './setting.ts';

const WEEKDAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const;
export type Weekday = (typeof WEEKDAYS)[number];

/** What concerns the ledger, the reports and Slack. */
export type ReportPolicy = {
  /** Which reports are made by schedule. */
  readonly reports: 'none' | 'daily' | 'weekly' | 'both';
  /** From this hour of the local day on. */
  readonly reportHour: number;
  /** On this day, of the seven days before. */
  readonly reportWeekday: Weekday;
  /** IANA name: whose days the reports are about. */
  readonly timeZone: string;
  /** Are incidents told as they happen? */
  readonly alerts: 'on' | 'off';
  /** From so many notices in a cluster at once on it is a storm. */
  readonly stormInstances: number;
  /** How often it is read what ran. ECS forgets a stopped task after an hour. */
  readonly ledgerMinutes: number;
  /** Name of the SSM parameter with the URL of an incoming webhook or a bot token; never the secret itself. */
  readonly slackSecret: string;
  /** Id of the channel that a bot token posts to; a webhook has its own. */
  readonly slackChannel: string;
};

export const reportSettings: { readonly [K in keyof ReportPolicy]: Setting<ReportPolicy[K]> } = {
  reports: {
    env: 'SPOTKEEPER_REPORTS',
    param: 'reports',
    allowed: 'none, daily, weekly or both',
    initial: 'both',
    parse: oneOf('none', 'daily', 'weekly', 'both'),
  },
  reportHour: {
    env: 'SPOTKEEPER_REPORT_HOUR',
    param: 'reportHour',
    allowed: 'a whole number from 0 to 23',
    initial: '9',
    parse: wholeNumber(0, 23),
  },
  reportWeekday: {
    env: 'SPOTKEEPER_REPORT_WEEKDAY',
    param: 'reportWeekday',
    allowed: 'a day of the week in English, like monday',
    initial: 'monday',
    parse: oneOf(...WEEKDAYS),
  },
  timeZone: {
    env: 'SPOTKEEPER_TIME_ZONE',
    param: 'timeZone',
    allowed: 'a name of the IANA time zone database, like Europe/Berlin',
    initial: 'UTC',
    parse: (text) => (isTimeZone(text) ? text : undefined),
  },
  alerts: {
    env: 'SPOTKEEPER_ALERTS',
    param: 'alerts',
    allowed: 'on or off',
    initial: 'on',
    parse: oneOf('on', 'off'),
  },
  stormInstances: {
    env: 'SPOTKEEPER_STORM_INSTANCES',
    param: 'stormInstances',
    allowed: 'a whole number from 1 to 1000',
    initial: '3',
    parse: wholeNumber(1, 1000),
  },
  ledgerMinutes: {
    env: 'SPOTKEEPER_LEDGER_MINUTES',
    param: 'ledgerMinutes',
    allowed: 'a whole number from 1 to 30',
    initial: '15',
    parse: wholeNumber(1, 30),
  },
  slackSecret: {
    env: 'SPOTKEEPER_SLACK_SECRET',
    param: 'slackSecret',
    allowed: 'the name of an SSM parameter, like /spotkeeper/slack, or none; never the URL or the token itself',
    initial: NONE,
    hidden: true,
    parse: arnOrNone(/^\/[\w.-]+(\/[\w.-]+)*$/),
  },
  slackChannel: {
    env: 'SPOTKEEPER_SLACK_CHANNEL',
    param: 'slackChannel',
    allowed: 'the id of a channel, like C0123456789, or none',
    initial: NONE,
    hidden: true,
    parse: arnOrNone(/^[CG][A-Z0-9]{8,}$/),
  },
};

/** https://tc39.es/ecma402/#sec-isvalidtimezonename */
function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '' && /^[A-Z]/.test(name);
  } catch {
    return false;
  }
}
