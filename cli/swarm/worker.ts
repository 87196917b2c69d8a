import { parentPort } from 'node:worker_threads';
import { playSeed } from './play.ts';

// A thread of workers.ts: each message is a seed and how to play it, each answer its report.
parentPort?.on('message', async ({ seed, failover }: Asked) =>
  parentPort?.postMessage(await playSeed(seed, failover === undefined ? {} : { failover })),
);

type Asked = { readonly seed: number; readonly failover: boolean | undefined };
