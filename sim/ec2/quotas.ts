import { AwsError } from '../service.ts';
import { typeInfo } from './instance-type.ts';

/** The letters with which the families of a quota begin, and its codes in Service Quotas. */
type Bucket = { readonly families: RegExp; readonly spot: string | undefined; readonly onDemand: string };

/**
 * vCPU quotas, https://docs.aws.amazon.com/ec2/latest/instancetypes/ec2-instance-quotas.html. Families with more than
 * one letter come first: `inf` is not `i`.
 */
const buckets: readonly Bucket[] = [
  { families: /^inf\d/, spot: 'L-B5D1601B', onDemand: 'L-1945791B' },
  { families: /^trn\d/, spot: 'L-6B0D517C', onDemand: 'L-2C3B7624' },
  { families: /^dl\d/, spot: 'L-85EED4F7', onDemand: 'L-6E869C2A' },
  { families: /^(g|gr|vt)\d/, spot: 'L-3819A6DF', onDemand: 'L-DB2E81BA' },
  { families: /^p\d/, spot: 'L-7212CCBC', onDemand: 'L-417A185B' },
  { families: /^x\d/, spot: 'L-E3A00192', onDemand: 'L-7295265B' },
  { families: /^f\d/, spot: 'L-88CF9481', onDemand: 'L-74FC7D96' },
  { families: /^(a|c|d|h|i|im|is|m|r|t|z)\d/, spot: 'L-34B43A08', onDemand: 'L-1216C47A' },
];

/** The code of the quota that an instance of this type counts against; undefined: none is known. */
export const quotaCode = (type: string, spot: boolean): string | undefined => {
  const bucket = buckets.find(({ families }) => families.test(type));
  return spot ? bucket?.spot : bucket?.onDemand;
};

/** The vCPU quotas of an account in a region and what is used of them. Without a limit a quota is not checked. */
export class VcpuQuotas {
  readonly #limits = new Map<string, number>();
  readonly #used = new Map<string, number>();

  /** @param code as Service Quotas names it @throws Error for a quota that does not count vCPUs, or no number of them */
  setLimit(code: string, vcpus: number): void {
    if (!buckets.some(({ spot, onDemand }) => spot === code || onDemand === code)) {
      throw new Error(`${code} is not a vCPU quota of EC2`);
    }
    if (!(vcpus >= 0)) throw new Error(`the limit of ${code} is ${vcpus}: expected vCPUs, at least 0`);
    this.#limits.set(code, vcpus);
  }

  /** vCPUs; undefined: no limit was set */
  limit(code: string): number | undefined {
    return this.#limits.get(code);
  }

  used(code: string): number {
    return this.#used.get(code) ?? 0;
  }

  /** @throws AwsError MaxSpotInstanceCountExceeded or VcpuLimitExceeded when one more of this type is too many */
  check(type: string, spot: boolean): void {
    const code = quotaCode(type, spot);
    const limit = code === undefined ? undefined : this.#limits.get(code);
    if (code === undefined || limit === undefined || this.used(code) + typeInfo(type).vcpus <= limit) return;
    if (spot) throw new AwsError('MaxSpotInstanceCountExceeded', 'Max spot instance count exceeded');
    const text =
      `You have requested more vCPU capacity than your current vCPU limit of ${limit} allows for the instance bucket that ` +
      'the specified instance type belongs to. Please visit http://aws.amazon.com/contact-us/ec2-request to request an ' +
      'adjustment to this limit.';
    throw new AwsError('VcpuLimitExceeded', text);
  }

  /** One instance more, or with -1 one less. */
  count(type: string, spot: boolean, change: 1 | -1): void {
    const code = quotaCode(type, spot);
    if (code !== undefined) this.#used.set(code, this.used(code) + change * typeInfo(type).vcpus);
  }
}
