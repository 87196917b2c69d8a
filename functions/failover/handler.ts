import { makeHandler } from '../../shared/lambda.ts';
import { failover } from './flow.ts';
import { makePorts } from './ports.ts';

export const handler = makeHandler(failover, makePorts, process.env);
