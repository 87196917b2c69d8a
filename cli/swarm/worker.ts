import { parentPort } from 'node:worker_threads';
import { type PlayOptions, playSeed } from './play.ts';

// A thread of workers.ts: each message is a seed and how to play it, each answer its report.
parentPort?.on('message', async ({ seed, options }: Asked) => parentPort?.postMessage(await playSeed(seed, options)));

type Asked = { readonly seed: number; readonly options: Omit<PlayOptions, 'product'> };
