import type { Scenario } from './scenario.ts';
import { agentDrainsToo } from './scenarios/agent-drains-too.ts';
import { maintenance } from './scenarios/maintenance.ts';
import { minHealthy100 } from './scenarios/min-healthy-100.ts';
import { nlb } from './scenarios/nlb.ts';
import { noWarning } from './scenarios/no-warning.ts';
import { notOurs } from './scenarios/not-ours.ts';
import { noticeWhileBooting } from './scenarios/notice-while-booting.ts';
import { scaleIn } from './scenarios/scale-in.ts';
import { singleNotice } from './scenarios/single-notice.ts';
import { slowDeregistration } from './scenarios/slow-deregistration.ts';
import { standalone } from './scenarios/standalone.ts';
import { storm } from './scenarios/storm.ts';

/** The scenario that shows the product best. */
export const defaultScenario: Scenario = storm;

/** Every scenario of the drill, the one to begin with first. */
export const scenarios: readonly Scenario[] = [
  singleNotice,
  storm,
  minHealthy100,
  nlb,
  slowDeregistration,
  standalone,
  scaleIn,
  maintenance,
  noticeWhileBooting,
  noWarning,
  agentDrainsToo,
  notOurs,
];
