import { afterEach, describe, expect, test, vi } from 'vitest';
import { namedClusters, oneLine, regionsOf } from '../../cli/operator.ts';
import { planCommand } from '../../cli/plan.ts';
import { accountOf } from '../../cli/run-drill.ts';
import { stormNoRoom } from '../../cli/scenarios/failover/storm-no-room.ts';
import { snapshotCommand } from '../../cli/snapshot.ts';
import { unwindCommand } from '../../cli/unwind.ts';
import { listen } from '../../sim/http.ts';

afterEach(() => vi.unstubAllEnvs());

const collecting = () => {
  const [said, complaints]: [string[], string[]] = [[], []];
  const terminal = {
    print: (line: string) => said.push(line),
    complain: (line: string) => complaints.push(line),
    color: false,
  };
  return { terminal, said, complaints };
};

test('an account over HTTP is planned and unwound with credentials from the environment', async () => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'simulated');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'simulated');
  const { account } = accountOf(stormNoRoom({ instances: 2, services: 1, tasksOfEach: 4, pullMs: 20_000 }), 1);
  const { clock, endpoint } = account;
  const onDefect = (error: unknown) => {
    throw error;
  };
  const server = await listen(endpoint, { clock, port: 0, region: 'eu-west-1', speed: 100, onDefect });
  const where = ['--region', 'eu-west-1', '--endpoint-url', server.url];
  const [plan, unwind] = [collecting(), collecting()];
  try {
    expect(await planCommand(where, plan.terminal)).toBe(0);
    expect(await unwindCommand([...where, '--yes'], unwind.terminal)).toBe(0);
  } finally {
    await server.close();
  }
  expect(plan.said.join('\n')).toContain('4 tasks of 1 service do not fit');
  expect(unwind.said).toContain('  nothing is lent here');
  expect([...plan.complaints, ...unwind.complaints]).toEqual([]);
});

test('a place where nobody answers is one line', async () => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'simulated');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'simulated');
  const { terminal, complaints } = collecting();
  const code = await planCommand(['--region', 'eu-west-1', '--endpoint-url', 'nowhere'], terminal);
  expect({ code, many: complaints.length }).toEqual({ code: 2, many: 1 });
});

test.each([
  ['plan', planCommand],
  ['unwind', unwindCommand],
  ['snapshot', snapshotCommand],
])('without credentials, %s says how to give some, and how to try it without AWS', async (_, command) => {
  const unset = ['PROFILE', 'ACCESS_KEY_ID', 'SECRET_ACCESS_KEY', 'WEB_IDENTITY_TOKEN_FILE', 'ROLE_ARN'];
  for (const name of [...unset, 'CONTAINER_CREDENTIALS_RELATIVE_URI', 'CONTAINER_CREDENTIALS_FULL_URI'])
    vi.stubEnv(`AWS_${name}`, undefined);
  for (const name of ['SHARED_CREDENTIALS_FILE', 'CONFIG_FILE']) vi.stubEnv(`AWS_${name}`, 'not-there');
  vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true');
  const { terminal, complaints } = collecting();
  expect(await command(['--region', 'eu-west-1'], terminal)).toBe(2);
  expect(complaints).toEqual([
    'Could not load credentials from any providers; set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY; ' +
      'without AWS: npm run serve, and --endpoint-url',
  ]);
});

test('where nobody answers it is said what to look at', () => {
  const error = Object.assign(new Error('getaddrinfo ENOTFOUND ecs.eu-west-1.amazonaws.com'), { code: 'ENOTFOUND' });
  expect(oneLine(error)).toBe(
    'getaddrinfo ENOTFOUND ecs.eu-west-1.amazonaws.com; look at the network, --region and --endpoint-url; ' +
      'without AWS: npm run serve, and --endpoint-url',
  );
});

describe('what the commands of an operator have in common', () => {
  test('the Region is taken from the environment when none is named', () => {
    vi.stubEnv('AWS_REGION', 'us-east-1');
    expect(regionsOf(undefined)).toEqual(['us-east-1']);
    expect(regionsOf(['eu-west-1', 'eu-west-1'])).toEqual(['eu-west-1']);
  });

  test('without any Region it is said how to give one', () => {
    vi.stubEnv('AWS_REGION', undefined);
    vi.stubEnv('AWS_DEFAULT_REGION', undefined);
    expect(() => regionsOf(undefined)).toThrow('no Region is given; allowed: --region R, or AWS_REGION');
  });

  test('a cluster is found by its name; of an account without clusters that is said', () => {
    const arns = ['arn:aws:ecs:eu-west-1:123456789012:cluster/a', 'arn:aws:ecs:eu-west-1:123456789012:cluster/b'];
    expect(namedClusters(arns, { names: ['b'], region: 'eu-west-1' })).toEqual(arns.slice(1));
    expect(() => namedClusters([], { names: ['b'], region: 'eu-west-1' })).toThrow(
      'allowed: none, there is no cluster',
    );
  });

  test('a defect of ours is not told as if it were the account’s', () => {
    expect(() => oneLine(new RangeError('a defect'))).toThrow('a defect');
  });
});
