import type { Scenario } from './scenario.ts';
import { agentDrainsToo } from './scenarios/agent-drains-too.ts';
import { arm } from './scenarios/failover/arm.ts';
import { autoscaled } from './scenarios/failover/autoscaled.ts';
import { blueGreenSwapWhileLent } from './scenarios/failover/blue-green-swap-while-lent.ts';
import { bridge } from './scenarios/failover/bridge.ts';
import { deployDuringFailover } from './scenarios/failover/deploy-during-failover.ts';
import { ec2Only } from './scenarios/failover/ec2-only.ts';
import { eniShortage } from './scenarios/failover/eni-shortage.ts';
import { fargateQuota } from './scenarios/failover/fargate-quota.ts';
import { fargateSpotDry } from './scenarios/failover/fargate-spot-dry.ts';
import { fargateSpotMain } from './scenarios/failover/fargate-spot-main.ts';
import { flapping } from './scenarios/failover/flapping.ts';
import { serviceConnect } from './scenarios/failover/service-connect.ts';
import { singleton } from './scenarios/failover/singleton.ts';
import { standbyEdited } from './scenarios/failover/standby-edited.ts';
import { stormOfTheDrill } from './scenarios/failover/storm-no-room.ts';
import { twoServicesOneRoom } from './scenarios/failover/two-services-one-room.ts';
import { maintenance } from './scenarios/maintenance.ts';
import { minHealthy100 } from './scenarios/min-healthy-100.ts';
import { nlb } from './scenarios/nlb.ts';
import { noWarning } from './scenarios/no-warning.ts';
import { notOurs } from './scenarios/not-ours.ts';
import { noticeWhileBooting } from './scenarios/notice-while-booting.ts';
import { adviceStorm } from './scenarios/rebalance/advice-storm.ts';
import { calmMonth } from './scenarios/rebalance/calm-month.ts';
import { concentrated } from './scenarios/rebalance/concentrated.ts';
import { eniStarved } from './scenarios/rebalance/eni-starved.ts';
import { iceEverywhere } from './scenarios/rebalance/ice-everywhere.ts';
import { rebalanceAdvice } from './scenarios/rebalance/rebalance-advice.ts';
import { terraformReverts } from './scenarios/rebalance/terraform-reverts.ts';
import { stormyDay } from './scenarios/report/stormy-day.ts';
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
  stormOfTheDrill,
  eniShortage,
  fargateSpotDry,
  fargateQuota,
  flapping,
  deployDuringFailover,
  autoscaled,
  ec2Only,
  arm,
  bridge,
  twoServicesOneRoom,
  standbyEdited,
  fargateSpotMain,
  blueGreenSwapWhileLent,
  singleton,
  serviceConnect,
  rebalanceAdvice,
  adviceStorm,
  concentrated,
  iceEverywhere,
  eniStarved,
  terraformReverts,
  calmMonth,
  stormyDay,
];
