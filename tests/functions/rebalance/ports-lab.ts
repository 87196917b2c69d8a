import { makePorts } from '../../../functions/rebalance/ports.ts';
import type { Log } from '../../../shared/flow.ts';
import type { Policy } from '../../../shared/policy.ts';
import type { AwsError } from '../../../sim/service.ts';
import { aPolicy } from '../../given.ts';
import { type Options, REGION, rebalanceShop } from '../../shared/aws/rebalance-shop.ts';

const env = {
  AWS_REGION: REGION,
  SPOTKEEPER_TABLE: 'table',
  SPOTKEEPER_RECOMMENDATION_QUEUE_URL: 'http://queue',
};

/** The ports of a process in the shop's account. */
export function ports(options: Options & { readonly mode?: Policy['mode'] } = {}) {
  const shop = rebalanceShop(options);
  const warnings: string[] = [];
  const log: Log = { info: () => {}, warn: (message) => warnings.push(message), error: () => {} };
  const made = (mode: Policy['mode']) => {
    const runtime = { ...shop.edge, log };
    return makePorts({ env, policy: aPolicy({ mode }), runtime, clientConfig: shop.clientConfig });
  };
  const { act, read, commit } = made(options.mode ?? 'act');
  return { ...shop, warnings, act, commit, read: read(REGION), again: () => made('act').read(REGION) };
}

/** Faults of one operation. */
export const failing = (operation: string, error: AwsError): Options => ({
  lab: { faults: (call) => (call.operation === operation ? { error, when: 'before' } : undefined) },
});
