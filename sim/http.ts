import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { VirtualClock } from './clock.ts';
import type { Endpoint } from './endpoint.ts';

export type ListenOptions = {
  /** the clock of the endpoint's account */
  readonly clock: VirtualClock;
  /** 0 picks a free port */
  readonly port: number;
  /** for requests without an Authorization header, which otherwise names the Region */
  readonly region: string;
  /** virtual seconds in a real one, default 1; with 0 time passes only in `advance`, and while a call is answered */
  readonly speed?: number;
  /** answers requests that are not for AWS; undefined: the endpoint does */
  readonly control?: (request: ControlRequest) => Promise<ControlAnswer> | undefined;
  /** hears of errors that no client caused; they are answered with a 500 */
  readonly onDefect: (error: unknown) => void;
};

export type ControlRequest = { readonly method: string; readonly url: URL; readonly body: string };

/** `body` is sent as JSON. */
export type ControlAnswer = { readonly status: number; readonly body: unknown };

export type Listening = {
  readonly url: string;
  /** Lets virtual time pass at once. */
  advance(ms: number): Promise<void>;
  close(): Promise<void>;
};

/**
 * Serves the simulated account over HTTP on 127.0.0.1, for SDKs, the AWS CLI and built bundles in other processes.
 * Signatures are not checked. Responses carry a Date header of the real clock, which is what clients compare with their
 * own.
 */
export const listen = async (endpoint: Endpoint, options: ListenOptions): Promise<Listening> => {
  const pace = new Pace(options.clock, options.speed ?? 1);
  const server = createServer((request, response) => {
    answer({ endpoint, pace, options }, request, response).catch((error: unknown) => {
      // A client that went away concerns nobody else, and a fault may break the connection on purpose.
      if (brokenByFault(error)) response.destroy();
      if (brokenByFault(error) || request.readableAborted) return;
      options.onDefect(error);
      if (!response.headersSent) response.writeHead(500);
      response.end();
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, '127.0.0.1', resolve);
  });
  pace.start(options.onDefect);
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    advance: (ms) => pace.advance(ms),
    close: async () => {
      await pace.stop();
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
};

type Served = { readonly endpoint: Endpoint; readonly pace: Pace; readonly options: ListenOptions };

const answer = async (served: Served, request: IncomingMessage, response: ServerResponse): Promise<void> => {
  const { endpoint, pace, options } = served;
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const { headers, url = '/', method = 'GET' } = request;
  const body = Buffer.concat(chunks);
  // A request line may name anything at all; a path that is none belongs to the endpoint, which refuses it.
  const parsed = URL.parse(url, 'http://simulated-account');
  const control = parsed ? options.control?.({ method, url: parsed, body: body.toString() }) : undefined;
  if (control) {
    const { status, body: answered } = await control;
    send(response, { status, headers: { 'content-type': 'application/json' }, body: `${JSON.stringify(answered)}\n` });
    return;
  }
  const from = { region: signedRegion(headers.authorization) ?? options.region, caller: 'http' };
  send(response, await pace.during(endpoint.request({ headers, body, path: url }, from)));
};

type Sent = { readonly status: number; readonly headers: Readonly<Record<string, string>>; readonly body: string };

const send = (response: ServerResponse, { status, headers, body }: Sent): void => {
  response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) });
  response.end(body);
};

const brokenByFault = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ECONNRESET';

// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
const signedRegion = (authorization: string | undefined): string | undefined =>
  /Credential=[^/]+\/\d{8}\/([^/]+)\//.exec(authorization ?? '')?.[1];

// After a pause of the process (a laptop asleep) virtual time goes on from where it stood, instead of leaping.
const STEP_MS = 5;
const LONGEST_STEP_MS = 1000;

/** Lets virtual time keep step with real time. The clock does one thing after the other: so do its steps. */
class Pace {
  readonly #clock: VirtualClock;
  readonly #speed: number;
  #last = performance.now();
  #answering = 0;
  #stopped = false;
  #step: Promise<void> = Promise.resolve();

  constructor(clock: VirtualClock, speed: number) {
    this.#clock = clock;
    this.#speed = speed;
  }

  /** @param onDefect hears of each entry of the clock that failed; time goes on with the next */
  start(onDefect: (error: unknown) => void): void {
    if (this.#stopped) return;
    setTimeout(() => {
      this.advance(this.#due())
        .catch(onDefect)
        .then(() => this.start(onDefect), onDefect);
    }, STEP_MS).unref();
  }

  /** Calls take virtual time: while one is answered, time passes at least as fast as real time does. */
  async during<T>(work: Promise<T>): Promise<T> {
    this.#answering += 1;
    try {
      return await work;
    } finally {
      this.#answering -= 1;
    }
  }

  advance(ms: number): Promise<void> {
    const step = this.#step.then(() => this.#clock.run(this.#clock.now() + ms));
    // A step that failed is told to whoever asked for it; the next one may succeed.
    this.#step = step.catch(() => {});
    return step;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#step;
  }

  #due(): number {
    const now = performance.now();
    const real = Math.min(now - this.#last, LONGEST_STEP_MS);
    this.#last = now;
    return real * Math.max(this.#speed, this.#answering > 0 ? 1 : 0);
  }
}
