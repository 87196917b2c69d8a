import { makeHandler } from '../../shared/lambda.ts';
import { rebalance } from './flow.ts';
import { makePorts } from './ports.ts';

export const handler = makeHandler(rebalance, makePorts, process.env);
