import { expect, test } from 'vitest';
import { readSecret } from '../../../shared/aws/secret.ts';
import { AwsError } from '../../../sim/service.ts';
import { lab, REGION } from './lab.ts';

const NAME = '/spotkeeper/slack';
const TOKEN = 'xoxb-1234-not-a-real-token';

const failing = (code: string) =>
  lab({
    faults: ({ operation }) =>
      operation === 'GetParameter' ? { error: new AwsError(code, `${code} of ${TOKEN}`), when: 'before' } : undefined,
  });

/** The error of a read, with all that it carries along. */
async function refusal({ report, run }: ReturnType<typeof lab>): Promise<string> {
  const error = await run(readSecret(report.ssm, NAME).catch((thrown: unknown) => thrown));
  return `${String(error)} ${JSON.stringify(
    error,
    Object.getOwnPropertyNames(error).filter((name) => name !== 'stack'),
  )}`;
}

test('a parameter is read decrypted, without the white space that came with it', async () => {
  const { account, report, run } = lab();
  account.parameters.put({ region: REGION, name: NAME, value: ` ${TOKEN}\n` });
  expect(await run(readSecret(report.ssm, NAME))).toBe(TOKEN);
});

test('a parameter that is not there is named, and where it has to be', async () => {
  const made = lab();
  made.account.parameters.put({ region: 'us-east-1', name: NAME, value: TOKEN });
  expect(await refusal(made)).toContain(
    'the SSM parameter /spotkeeper/slack cannot be read: ParameterNotFound; it has to be in the region of the stack',
  );
});

test('without the right to read it, the error says which rights are missing', async () => {
  expect(await refusal(failing('AccessDeniedException'))).toContain('ssm:GetParameter and kms:Decrypt');
});

test('no error carries what the parameter holds, whatever AWS says', async () => {
  for (const code of ['AccessDeniedException', 'InvalidKeyId', 'ValidationException']) {
    expect(await refusal(failing(code))).not.toContain(TOKEN);
  }
});

test('an empty parameter is an error that says what belongs there', async () => {
  const made = lab();
  made.account.parameters.put({ region: REGION, name: NAME, value: ' ' });
  expect(await refusal(made)).toContain('is empty; it is to hold the URL of a webhook or a bot token');
});
