import { parentPort } from 'node:worker_threads';
import { playSeed } from './play.ts';

// A thread of workers.ts: each message is a seed, each answer its report.
parentPort?.on('message', async (seed: number) => parentPort?.postMessage(await playSeed(seed)));
