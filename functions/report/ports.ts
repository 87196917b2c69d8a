import { makeOwnTable } from '../../shared/aws/own-ports.ts';
import { tickPacer } from '../../shared/aws/pace.ts';
import type { MakePorts } from '../../shared/aws/process.ts';
import { remembered } from '../../shared/aws/remembered.ts';
import { makeReportClients, type ReportClients } from '../../shared/aws/report-clients.ts';
import { readSecret } from '../../shared/aws/secret.ts';
import type { Ports } from '../../shared/flow.ts';
import { makeSay } from '../../shared/slack/say.ts';
import type { Acts } from './acts.ts';
import { makePost } from './ports/post.ts';
import { makeReader } from './ports/regional-reader.ts';
import type { Reader } from './reader.ts';

/** A secret that somebody changes is used within this time. */
const SECRET_MS = 300_000;

/**
 * What the report function may read and do. It reads by the clock, so it takes a small share of each API's bucket.
 * @throws Error when SPOTKEEPER_TABLE or AWS_REGION is missing
 */
export const makePorts: MakePorts<Reader, Acts> = (made): Ports<Reader, Acts> => {
  const { env, runtime, clientConfig, policy } = made;
  const { now, log, sleep } = runtime;
  const { table, commit, act } = makeOwnTable(made);
  const pacer = tickPacer(runtime);
  const regions = new Map<string, { readonly clients: ReportClients; readonly reader: Reader }>();
  const regional = (region: string) => {
    const known = regions.get(region);
    if (known) return known;
    const clients = makeReportClients(region, { edge: runtime, pacer, clientConfig });
    const fresh = { clients, reader: makeReader(region, clients, { table, log, policy }) };
    regions.set(region, fresh);
    return fresh;
  };
  // The parameter is in the region of the stack, whatever a report is about.
  const home = env.AWS_REGION ?? '';
  const secret = remembered((name) => readSecret(regional(home).clients.ssm, name), { now, forMs: SECRET_MS });
  const say = makeSay({ now, sleep, fetch: made.fetch ?? fetch });
  return {
    read: (region) => regional(region).reader,
    commit,
    act: { ...act, post: makePost({ table, now, log, policy, say, secret }) },
  };
};
