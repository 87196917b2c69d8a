import { parentPort, workerData } from 'node:worker_threads';
import { swarmCommand } from '../../cli/swarm.ts';

// Tells one seed in a thread of its own, for swarm.test.ts.
const said: string[] = [];
const print = (line: string) => said.push(line);
await swarmCommand(['--seed', String(workerData)], { print, complain: print, color: false });
parentPort?.postMessage(said);
