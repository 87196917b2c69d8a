import { GetParameterCommand, type SSMClient } from '@aws-sdk/client-ssm';
import { codeOf } from './errors.ts';

/**
 * The decrypted value of an SSM parameter, without white space around it.
 * https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameter.html
 * @throws Error that names the parameter and AWS's code, never what it holds
 */
export async function readSecret(ssm: SSMClient, name: string): Promise<string> {
  const value = (await parameter(ssm, name))?.trim();
  if (value) return value;
  throw new Error(`the SSM parameter ${name} is empty; it is to hold the URL of a webhook or a bot token`);
}

async function parameter(ssm: SSMClient, name: string): Promise<string | undefined> {
  try {
    return (await ssm.send(new GetParameterCommand({ Name: name, WithDecryption: true }))).Parameter?.Value;
  } catch (error) {
    // Not as the cause: nobody knows what an answer that could not be read has in it.
    throw new Error(`the SSM parameter ${name} cannot be read: ${codeOf(error)}${hint(codeOf(error))}`);
  }
}

function hint(code: string): string {
  if (code === 'ParameterNotFound') return '; it has to be in the region of the stack';
  if (code === 'AccessDeniedException')
    return '; the role of the function needs ssm:GetParameter and kms:Decrypt for it';
  return '';
}
