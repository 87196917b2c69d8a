import type {
  ListAccountSettingsRequest,
  ListAccountSettingsResponse,
  PutAccountSettingDefaultRequest,
  PutAccountSettingRequest,
  PutAccountSettingResponse,
  SettingName,
} from '@aws-sdk/client-ecs';
import { AwsError, type Operation } from '../service.ts';
import { page } from '../world/page.ts';
import type { World } from '../world/world.ts';
import { type EcsState, invalid } from './state.ts';

const switched = ['enabled', 'disabled'];

/** Names, what they may be, and what they are in an account that never set them. */
const settings: ReadonlyMap<string, { readonly values: readonly string[]; readonly initial: string }> = new Map([
  ['awsvpcTrunking', { values: switched, initial: 'disabled' }],
  ['containerInsights', { values: [...switched, 'enhanced'], initial: 'disabled' }],
  ['containerInstanceLongArnFormat', { values: switched, initial: 'enabled' }],
  ['defaultLogDriverMode', { values: ['blocking', 'non-blocking'], initial: 'non-blocking' }],
  ['dualStackIPv6', { values: switched, initial: 'enabled' }],
  ['fargateFIPSMode', { values: switched, initial: 'disabled' }],
  ['fargateTaskRetirementWaitPeriod', { values: ['0', '7', '14'], initial: '7' }],
  ['guardDutyActivate', { values: ['on', 'off'], initial: 'off' }],
  ['serviceLongArnFormat', { values: switched, initial: 'enabled' }],
  ['tagResourceAuthorization', { values: ['on', 'off'], initial: 'on' }],
  ['taskLongArnFormat', { values: switched, initial: 'enabled' }],
]);

/**
 * Account settings: awsvpcTrunking counts when an instance registers, the others are stored. The account has one
 * principal, so that a setting for it and the default are the same.
 */
export const accountSettingOperations = (world: World, state: EcsState): Record<string, Operation> => {
  const root = `arn:aws:iam::${world.account}:root`;
  const put = ({ name, value }: PutAccountSettingDefaultRequest): PutAccountSettingResponse => {
    const known = settings.get(name ?? '');
    if (!known) throw invalid(`Invalid setting name ${name}.`);
    if (name === 'guardDutyActivate') throw invalid(`The setting ${name} is managed by AWS.`);
    if (!known.values.includes(value ?? '')) throw invalid(`Invalid value ${value} for the setting ${name}.`);
    state.settings.set(name as SettingName, value ?? '');
    return { setting: { name, value, principalArn: root, type: 'user' } };
  };
  return {
    /** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_PutAccountSetting.html */
    PutAccountSetting: (input: PutAccountSettingRequest): PutAccountSettingResponse => {
      if (input.principalArn !== undefined && input.principalArn !== root) {
        throw new AwsError('NotImplemented', 'principalArn: the simulated account has no users and roles', 501);
      }
      return put(input);
    },

    /** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_PutAccountSettingDefault.html */
    PutAccountSettingDefault: (input: PutAccountSettingDefaultRequest): PutAccountSettingResponse => put(input),

    /** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ListAccountSettings.html: ten per page */
    ListAccountSettings: (input: ListAccountSettingsRequest): ListAccountSettingsResponse => {
      const { name, value, effectiveSettings = false, maxResults = 10, nextToken } = input;
      if (name !== undefined && !settings.has(name)) throw invalid(`Invalid setting name ${name}.`);
      if (value !== undefined && name === undefined) throw invalid('A value filter requires a setting name.');
      if (maxResults < 1 || maxResults > 10) throw invalid('maxResults must be between 1 and 10.');
      const found = [...settings]
        .map(([one, { initial }], sequence) => {
          const set = state.settings.get(one);
          return { sequence, name: one, value: set ?? (effectiveSettings ? initial : undefined) };
        })
        .filter((one) => one.value !== undefined && (name === undefined || one.name === name))
        .filter((one) => value === undefined || one.value === value);
      const result = page(found, { size: maxResults, token: nextToken, invalidTokenCode: 'InvalidParameterException' });
      return {
        settings: result.items.map((one) => ({
          name: one.name as SettingName,
          value: one.value,
          principalArn: root,
          type: one.name === 'guardDutyActivate' ? 'aws_managed' : 'user',
        })),
        nextToken: result.nextToken,
      };
    },
  };
};
