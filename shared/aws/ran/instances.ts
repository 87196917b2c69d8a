import type { EC2Client, Instance as Wire } from '@aws-sdk/client-ec2';
import { batches } from '../../core/batches.ts';
import type { Instance } from '../../model/fleet.ts';
import { type Instant, instant } from '../../model/instant.ts';
import { filterInstances, instanceOf, VALUES_PER_FILTER } from '../ec2.ts';

/** An instance with the Auto Scaling group that its tag names, and when its end began. */
export type Found = Instance & {
  readonly group: string | undefined;
  /** What EC2 bills it as; undefined: Linux */
  readonly platform: string | undefined;
  /** EC2 says that it runs, or is about to. */
  readonly up: boolean;
  /** undefined: it is up, or EC2 does not say when that changed */
  readonly endedAt: Instant | undefined;
};

const GROUP = 'aws:autoscaling:groupName';
const UP = new Set(['pending', 'running']);

/** The instances of these Auto Scaling groups, also those that ended within the last hour: EC2 still shows them. */
export const instancesOfGroups = (ec2: EC2Client, groups: readonly string[]): Promise<readonly Found[]> =>
  instancesBy(ec2, `tag:${GROUP}`, groups);

/** Those with these ids. A filter leaves out what EC2 does not know, such as a host outside of AWS. */
export const instancesWithIds = (ec2: EC2Client, ids: readonly string[]): Promise<readonly Found[]> =>
  instancesBy(ec2, 'instance-id', ids);

/** All of the region that ended within the last hour, or are about to. */
export const endedInstances = (ec2: EC2Client): Promise<readonly Found[]> =>
  instancesBy(ec2, 'instance-state-name', ['shutting-down', 'terminated']);

async function instancesBy(ec2: EC2Client, Name: string, values: readonly string[]): Promise<readonly Found[]> {
  const pages = await Promise.all(
    batches(values, VALUES_PER_FILTER).map((Values) => filterInstances(ec2, [{ Name, Values }], found)),
  );
  return pages.flat();
}

function found(wire: Wire): Found {
  const up = UP.has(wire.State?.Name ?? '');
  return {
    ...instanceOf(wire),
    group: wire.Tags?.find(({ Key }) => Key === GROUP)?.Value,
    platform: platformOf(wire),
    up,
    endedAt: up ? undefined : transitionTime(wire.StateTransitionReason),
  };
}

const LINUX = 'Linux/UNIX';

/**
 * `Windows`, `Red Hat Enterprise Linux`, `SUSE Linux`, `Windows with SQL Server Standard`: with a licence in the price.
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/billing-info-fields.html
 */
function platformOf({ PlatformDetails, Platform }: Wire): string | undefined {
  const platform = PlatformDetails ?? Platform ?? LINUX;
  return platform === LINUX ? undefined : platform;
}

/**
 * The time in `User initiated (2026-11-28 10:11:12 GMT)`, or `Service initiated (…)`; undefined: there is none. AWS does
 * not document the form, and says that the reason may be empty.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Instance.html, reason
 */
function transitionTime(reason: string | undefined): Instant | undefined {
  const [, day, time] = /\((\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d) (?:GMT|UTC)\)/.exec(reason ?? '') ?? [];
  const at = Date.parse(`${day}T${time}Z`);
  return Number.isNaN(at) ? undefined : instant(at);
}
