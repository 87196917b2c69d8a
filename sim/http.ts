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
};

export type Listening = { readonly url: string; close(): Promise<void> };

/**
 * Serves the simulated account over HTTP on 127.0.0.1, for SDKs, the AWS CLI and built bundles in other processes.
 * While it serves, virtual time passes as real time does. Signatures are not checked. Responses carry a Date header of
 * the real clock, which is what clients compare with their own.
 */
export const listen = async (endpoint: Endpoint, { clock, port, region }: ListenOptions): Promise<Listening> => {
  const server = createServer((request, response) => {
    answer(endpoint, { request, response, region }).catch((error: unknown) => {
      // A client that went away concerns nobody else, and a fault may break the connection on purpose; anything else is
      // a defect and ends the process.
      if (brokenByFault(error)) response.destroy();
      else if (!request.readableAborted) throw error;
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const stopClock = keepPace(clock);
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      await stopClock();
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
};

type Exchange = { readonly request: IncomingMessage; readonly response: ServerResponse; readonly region: string };

const answer = async (endpoint: Endpoint, { request, response, region }: Exchange): Promise<void> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const { headers, url = '/' } = request;
  const from = { region: signedRegion(headers.authorization) ?? region, caller: 'http' };
  const {
    status,
    headers: answered,
    body,
  } = await endpoint.request({ headers, body: Buffer.concat(chunks), path: url }, from);
  response.writeHead(status, { ...answered, 'content-length': Buffer.byteLength(body) });
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

const keepPace = (clock: VirtualClock): (() => Promise<void>) => {
  let last = performance.now();
  let stopped = false;
  let step = Promise.resolve();
  const advance = async (): Promise<void> => {
    const now = performance.now();
    await clock.run(clock.now() + Math.min(now - last, LONGEST_STEP_MS));
    last = now;
    schedule();
  };
  const schedule = (): void => {
    if (stopped) return;
    setTimeout(() => {
      step = advance();
    }, STEP_MS).unref();
  };
  schedule();
  return async () => {
    stopped = true;
    await step;
  };
};
