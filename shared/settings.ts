import { type DrainPolicy, drainSettings } from './settings/drain-settings.ts';
import { type FailoverPolicy, failoverSettings } from './settings/failover-settings.ts';
import { type RebalancePolicy, rebalanceSettings } from './settings/rebalance-settings.ts';
import { type ReportPolicy, reportSettings } from './settings/report-settings.ts';
import type { Setting } from './settings/setting.ts';

/** Every setting of an installation, parsed. */
export type Policy = DrainPolicy & FailoverPolicy & RebalancePolicy & ReportPolicy;

/** Each setting: where it comes from, what it may be, what it is when nobody says. README's tables list them all. */
export const settings: { readonly [K in keyof Policy]: Setting<Policy[K]> } = {
  ...drainSettings,
  ...failoverSettings,
  ...rebalanceSettings,
  ...reportSettings,
};
