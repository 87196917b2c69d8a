import { type FargateKind, kindOf } from '../ecs/fargate/platform.ts';
import type { Task } from '../ecs/model.ts';
import { type FargateUsage, fargatePrices } from '../pricing/products.ts';
import type { Charge, Usage } from './bill.ts';
import { hours, type Span, taskSpan, within } from './rules.ts';

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-task-storage.html */
const freeStorageGb = 20;
const prices = fargatePrices();

/**
 * What a Fargate task costs in a time: vCPUs and memory as its definition asks for them, and storage beyond the free
 * 20 GB, which Fargate Spot does not make cheaper. https://aws.amazon.com/fargate/pricing/
 * @returns undefined: it was not billed then; its image was never pulled, or at another time
 */
export const fargateCharge = (task: Task, time: Span, now: number): Charge | undefined => {
  if (task.pullStartedAt === undefined) return undefined;
  const billed = within(taskSpan(task.pullStartedAt, task.stoppedAt ?? now), time);
  if (!billed) return undefined;
  const kind = kindOf(task);
  const usages = amounts(task, kind)
    .filter(([, amount]) => amount > 0)
    .map(([type, amount]): Usage => {
      const used = amount * hours(billed);
      return { type, hours: used, usd: used * priceOf(type) };
    });
  return {
    id: task.arn,
    capacity: kind === 'FARGATE_SPOT' ? 'fargate-spot' : 'fargate',
    cluster: task.cluster.name,
    zone: task.zone,
    seconds: (billed.to - billed.from) / 1_000,
    free: false,
    usd: usages.reduce((sum, { usd }) => sum + usd, 0),
    usages,
  };
};

const amounts = ({ definition }: Task, kind: FargateKind): readonly (readonly [FargateUsage, number])[] => {
  const spot = kind === 'FARGATE_SPOT' ? 'SpotUsage-' : '';
  const arm = definition.architecture === 'arm64' ? 'ARM-' : '';
  const storageGb = definition.registered.ephemeralStorage?.sizeInGiB ?? freeStorageGb;
  return [
    [`${spot}Fargate-${arm}vCPU-Hours:perCPU`, definition.cpu / 1_024],
    [`${spot}Fargate-${arm}GB-Hours`, definition.memory / 1_024],
    ['Fargate-EphemeralStorage-GB-Hours', Math.max(0, storageGb - freeStorageGb)],
  ];
};

const priceOf = (usage: FargateUsage): number => {
  const usd = prices[usage];
  if (usd === undefined) throw new Error(`the simulated price list has no ${usage}`);
  return usd;
};
