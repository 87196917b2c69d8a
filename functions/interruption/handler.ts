import { makeHandler } from '../../shared/lambda.ts';
import { interruption } from './flow.ts';
import { makePorts } from './ports.ts';

export const handler = makeHandler(interruption, makePorts, process.env);
