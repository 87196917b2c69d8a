import { decimal, oneOf, type Setting, wholeNumber } from './setting.ts';

/** What concerns the instance types of Auto Scaling groups, and moving off pools. */
export type RebalancePolicy = {
  /** `report`: say what would be better, change nothing. */
  readonly rebalance: 'off' | 'report' | 'on';
  /** Which types a group may get beside its own: of like size, any that are large enough, or none. */
  readonly typeChoice: 'like' | 'wide' | 'fixed';
  /** How many good pools a group should have in each of its zones. */
  readonly minPools: number;
  /** The largest share of a group's types that one family may have. */
  readonly maxFamilyShare: number;
  /** The largest share of a group's instances that one pool may carry. */
  readonly maxPoolShare: number;
  readonly localStorage: 'avoid' | 'allow';
  readonly burstable: 'avoid' | 'allow';
  /** At most one change of a group's types in so long. */
  readonly changeMinutes: number;
  /** How much better in percent a type must be to take another's place. */
  readonly gainPercent: number;
  readonly mostCoolOffHours: number;
  /** An instance is not replaced before. */
  readonly minAgeMinutes: number;
  /** The largest share of a group that is replaced at a time; one instance always is. */
  readonly replaceShare: number;
  /** How long a detached instance may live. */
  readonly detachMinutes: number;
  /** May a group of one launch template be given a mixed-instances policy? */
  readonly convertGroups: 'off' | 'on';
};

export const rebalanceSettings: { readonly [K in keyof RebalancePolicy]: Setting<RebalancePolicy[K]> } = {
  rebalance: {
    env: 'SPOTKEEPER_REBALANCE_DEFAULT',
    param: 'rebalanceDefault',
    tag: 'spotkeeper:rebalance',
    allowed: 'off, report or on',
    initial: 'report',
    parse: oneOf('off', 'report', 'on'),
  },
  typeChoice: {
    env: 'SPOTKEEPER_TYPE_CHOICE',
    param: 'typeChoice',
    tag: 'spotkeeper:type-choice',
    allowed: 'like, wide or fixed',
    initial: 'like',
    parse: oneOf('like', 'wide', 'fixed'),
  },
  minPools: {
    env: 'SPOTKEEPER_MIN_POOLS',
    param: 'minPools',
    tag: 'spotkeeper:min-pools',
    allowed: 'a whole number from 1 to 40',
    initial: '6',
    parse: wholeNumber(1, 40),
  },
  maxFamilyShare: {
    env: 'SPOTKEEPER_MAX_FAMILY_SHARE',
    param: 'maxFamilyShare',
    tag: 'spotkeeper:max-family-share',
    allowed: 'a number from 0.05 to 1',
    initial: '0.25',
    parse: decimal(0.05, 1),
  },
  maxPoolShare: {
    env: 'SPOTKEEPER_MAX_POOL_SHARE',
    param: 'maxPoolShare',
    tag: 'spotkeeper:max-pool-share',
    allowed: 'a number from 0.05 to 1',
    initial: '0.15',
    parse: decimal(0.05, 1),
  },
  localStorage: {
    env: 'SPOTKEEPER_LOCAL_STORAGE',
    param: 'localStorage',
    tag: 'spotkeeper:local-storage',
    allowed: 'avoid or allow',
    initial: 'allow',
    parse: oneOf('avoid', 'allow'),
  },
  burstable: {
    env: 'SPOTKEEPER_BURSTABLE',
    param: 'burstable',
    tag: 'spotkeeper:burstable',
    allowed: 'avoid or allow',
    initial: 'avoid',
    parse: oneOf('avoid', 'allow'),
  },
  changeMinutes: {
    env: 'SPOTKEEPER_CHANGE_MINUTES',
    param: 'changeMinutes',
    tag: 'spotkeeper:change-minutes',
    allowed: 'a whole number of minutes from 5 to 10080',
    initial: '60',
    parse: wholeNumber(5, 10_080),
  },
  gainPercent: {
    env: 'SPOTKEEPER_GAIN_PERCENT',
    param: 'gainPercent',
    tag: 'spotkeeper:gain-percent',
    allowed: 'a whole number from 0 to 100',
    initial: '10',
    parse: wholeNumber(0, 100),
  },
  mostCoolOffHours: {
    env: 'SPOTKEEPER_MOST_COOL_OFF_HOURS',
    param: 'mostCoolOffHours',
    allowed: 'a whole number of hours from 1 to 168',
    initial: '24',
    parse: wholeNumber(1, 168),
  },
  minAgeMinutes: {
    env: 'SPOTKEEPER_MIN_AGE_MINUTES',
    param: 'minAgeMinutes',
    tag: 'spotkeeper:min-age-minutes',
    allowed: 'a whole number of minutes from 0 to 10080',
    initial: '60',
    parse: wholeNumber(0, 10_080),
  },
  replaceShare: {
    env: 'SPOTKEEPER_REPLACE_SHARE',
    param: 'replaceShare',
    tag: 'spotkeeper:replace-share',
    allowed: 'a number from 0 to 1',
    initial: '0.1',
    parse: decimal(0, 1),
  },
  detachMinutes: {
    env: 'SPOTKEEPER_DETACH_MINUTES',
    param: 'detachMinutes',
    tag: 'spotkeeper:detach-minutes',
    allowed: 'a whole number of minutes from 10 to 1440',
    initial: '60',
    parse: wholeNumber(10, 1440),
  },
  convertGroups: {
    env: 'SPOTKEEPER_CONVERT_GROUPS',
    param: 'convertGroups',
    tag: 'spotkeeper:convert-groups',
    allowed: 'off or on',
    initial: 'off',
    parse: oneOf('off', 'on'),
  },
};
