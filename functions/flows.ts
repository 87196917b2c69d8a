import { failover } from './failover/flow.ts';
import { makePorts as makeFailoverPorts } from './failover/ports.ts';
import { interruption } from './interruption/flow.ts';
import { makePorts } from './interruption/ports.ts';
import { rebalance } from './rebalance/flow.ts';
import { makePorts as makeRebalancePorts } from './rebalance/ports.ts';
import { report } from './report/flow.ts';
import { makePorts as makeReportPorts } from './report/ports.ts';

/** Every function of the stack: its flow, and the ports it is given. Drills and the repository's own checks read it. */
export const flows = {
  interruption: { flow: interruption, makePorts },
  failover: { flow: failover, makePorts: makeFailoverPorts },
  rebalance: { flow: rebalance, makePorts: makeRebalancePorts },
  report: { flow: report, makePorts: makeReportPorts },
};
