import { Worker } from 'node:worker_threads';
import type { PlayOptions, SeedReport } from './play.ts';

/** Which functions all seeds are played with; default as each draws it. */
type Stack = Omit<PlayOptions, 'product'>;

export type Seeds = Stack & {
  /** the first seed */
  readonly from: number;
  readonly count: number;
  /** how many threads play at the same time */
  readonly workers: number;
};

/**
 * Plays seeds in worker threads. The reports come in the order of the seeds, whatever the threads do; whoever stops
 * asking for them ends the threads.
 * @throws what a seed throws: a defect of the simulator
 */
export async function* playInWorkers({ from, count, workers: size, ...options }: Seeds): AsyncGenerator<SeedReport> {
  const crew = Array.from({ length: Math.min(size, count) }, () => new Player(options));
  const reports = new Map<number, Promise<SeedReport>>();
  const end = from + count;
  let next = from;
  const takeUp = (player: Player): void => {
    if (next >= end) return;
    const seed = next;
    next += 1;
    const report = player.play(seed);
    // Whoever waits for this seed hears of what went wrong; the player only must not take up another.
    report.then(
      () => takeUp(player),
      () => undefined,
    );
    reports.set(seed, report);
  };
  try {
    for (const player of crew) takeUp(player);
    for (let seed = from; seed < end; seed += 1) {
      const report = reports.get(seed);
      if (!report) throw new Error(`no thread has taken up seed ${seed}`);
      yield await report;
      reports.delete(seed);
    }
  } finally {
    await Promise.all(crew.map((player) => player.end()));
  }
}

/** One thread that plays one seed at a time. */
class Player {
  readonly #options: Stack;
  readonly #worker = new Worker(new URL('./worker.ts', import.meta.url));

  constructor(options: Stack) {
    this.#options = options;
  }

  play(seed: number): Promise<SeedReport> {
    return new Promise((resolve, reject) => {
      const answered = (report: SeedReport) => {
        this.#worker.off('error', failed);
        resolve(report);
      };
      const failed = (error: unknown) => {
        this.#worker.off('message', answered);
        reject(new Error(`seed ${seed}`, { cause: error }));
      };
      this.#worker.once('message', answered);
      this.#worker.once('error', failed);
      this.#worker.postMessage({ seed, options: this.#options });
    });
  }

  async end(): Promise<void> {
    await this.#worker.terminate();
  }
}
