import type { Promised } from '../scenario.ts';

/** The day's report stands in the channel. */
export const reportIsSaid: Promised = ({ slack }) =>
  slack?.messages.some(({ text }) => text.startsWith('ECS on Spot')) ? [] : ['no report stands in the Slack channel'];

/** A storm begins, capacity is lent, it is back, it is over: four messages, and a report a day. */
export const fewMessages: Promised = ({ slack, scenario }) => {
  const many = slack?.messages.length ?? 0;
  const most = 4 + Math.ceil(scenario.seconds / 86_400);
  return many > most ? [`${many} messages stand in the Slack channel; ${most} are enough`] : [];
};

/** Nothing that ran is without a price, and no time is missing. */
export const ledgerKnowsAll: Promised = ({ installation }) =>
  installation.transcript.lines
    .filter(({ process, level }) => process.includes('-report') && level === 'error')
    .map(({ message, fields }) => `the function report failed: ${message} ${JSON.stringify(fields)}`);
