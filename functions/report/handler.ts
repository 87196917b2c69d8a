import { makeHandler } from '../../shared/lambda.ts';
import { report } from './flow.ts';
import { makePorts } from './ports.ts';

export const handler = makeHandler(report, makePorts, process.env);
