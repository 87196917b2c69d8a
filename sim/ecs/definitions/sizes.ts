import { AwsError } from '../../service.ts';

/**
 * CPU units of a task: `1024`, or vCPUs as `1 vCPU` or `.5 vcpu`.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RegisterTaskDefinition.html
 * @throws AwsError ClientException
 */
export const cpuUnits = (text: string): number =>
  measured(text, /^(\d*\.?\d+) ?vcpus?$/i, 1_024) ?? refuse("Invalid 'cpu' setting for task.");

/** MiB of a task: `2048`, or `2 GB`. Same source. @throws AwsError ClientException */
export const memoryMiB = (text: string): number =>
  measured(text, /^(\d*\.?\d+) ?gb$/i, 1_024) ?? refuse("Invalid 'memory' setting for task.");

const measured = (text: string, inUnits: RegExp, perUnit: number): number | undefined => {
  if (/^\d+$/.test(text)) return Number(text);
  const [, amount] = inUnits.exec(text) ?? [];
  return amount === undefined ? undefined : Math.round(Number(amount) * perUnit);
};

const refuse = (message: string): never => {
  throw new AwsError('ClientException', message);
};
