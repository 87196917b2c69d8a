import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { WireRequest, WireResponse } from '../../../sim/wire/wire.ts';
import { regionName } from '../small-account.ts';
import { anyAccount } from './any-account.ts';
import { oddInputs, oddRequests } from './odd-requests.ts';

const { operations } = anyAccount();

const askOf =
  ({ account }: Pick<ReturnType<typeof anyAccount>, 'account'>) =>
  async (request: WireRequest): Promise<WireResponse> => {
    const answer = account.endpoint.request(request, { region: regionName, caller: 'anybody' });
    await account.clock.run(account.clock.now() + 1);
    return answer;
  };

const goodRequest = { headers: {}, body: 'Action=DescribeAvailabilityZones&Version=2016-11-15' };

/** An error as one of the wire protocols has it, or an answer. */
const expectWellFormed = ({ status, headers, body }: WireResponse): void => {
  if (headers['content-type']?.includes('json')) {
    const answer: { __type?: string } = JSON.parse(body);
    if (status !== 200) expect(answer.__type).toMatch(/^com\.amazonaws#\w+$/);
  } else {
    expect(body).toMatch(/^<\?xml version="1\.0" encoding="UTF-8"\?>\n<(\w+)[\s\S]*<\/\1>$/);
    expect(body).not.toMatch(/[^\t\n\x20-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/u);
    if (status !== 200) expect(body).toMatch(/<Error>(<Type>(Sender|Receiver)<\/Type>)?<Code>[\w.]+<\/Code>/);
  }
  expect(status === 200 || (status >= 400 && status <= 503)).toBe(true);
};

describe('a request that makes no sense', () => {
  it('is answered as AWS words errors on the wire, and the next good one is served', async () => {
    const ask = askOf(anyAccount());
    const property = fc.asyncProperty(oddRequests(operations), async (request) => {
      expectWellFormed(await ask(request));
      expect((await ask(goodRequest)).status).toBe(200);
    });
    await fc.assert(property, { numRuns: 600, seed: 1 });
  });
});

describe('a request with values of any size and type', () => {
  it.each(operations)('%s %s is answered', async (...operation) => {
    const world = anyAccount();
    const ask = askOf(world);
    const property = fc.asyncProperty(oddInputs(operation, world.known), async (request) => {
      expectWellFormed(await ask(request));
    });
    await fc.assert(property, { numRuns: 30, seed: 1 });
  });
});
