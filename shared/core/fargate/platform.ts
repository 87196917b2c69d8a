import type { Finding, StandbyRung } from '../../model/lending.ts';
import { standbyRungs } from '../../model/lending.ts';
import type { TaskDefinition } from '../../model/task-definition.ts';
import type { Circumstances } from './circumstances.ts';
import { caution, refusal, when } from './findings.ts';

type Platform = { readonly cpuArchitecture: string; readonly operatingSystemFamily: string };

/** What agents call an architecture, and what task definitions do. */
const ARCHITECTURES = new Map([
  ['x86_64', 'X86_64'],
  ['arm64', 'ARM64'],
]);

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/platform-windows-fargate.html */
const WINDOWS_ON_FARGATE = /^WINDOWS_SERVER_(2019|2022)_(CORE|FULL)$/;

/**
 * The platform to ask Fargate for: what the definition says, else what the instances are. Fargate would take X86_64 and
 * LINUX for granted, and an image for Graviton would not start there.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RuntimePlatform.html
 */
export function platformOf({ runtimePlatform }: TaskDefinition, { architectures }: Circumstances): Platform {
  const [seen = 'x86_64'] = architectures;
  return {
    cpuArchitecture: runtimePlatform?.cpuArchitecture ?? ARCHITECTURES.get(seen) ?? 'X86_64',
    operatingSystemFamily: runtimePlatform?.operatingSystemFamily ?? 'LINUX',
  };
}

/** Does the definition ask for Windows? */
export const isWindows = ({ runtimePlatform }: TaskDefinition): boolean =>
  runtimePlatform?.operatingSystemFamily?.startsWith('WINDOWS') === true;

/**
 * The rungs on which a derived definition can run: Fargate Spot has no Windows.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-capacity-providers.html
 */
export const rungsFor = (definition: TaskDefinition): readonly StandbyRung[] =>
  isWindows(definition) ? ['fargate'] : standbyRungs;

export const platformFindings = (definition: TaskDefinition, circumstances: Circumstances): readonly Finding[] => [
  ...architectureFindings(definition, circumstances),
  ...systemFindings(definition, circumstances),
];

function architectureFindings(definition: TaskDefinition, { main, architectures }: Circumstances): readonly Finding[] {
  // On Fargate already: what it leaves out is X86_64.
  if (definition.runtimePlatform?.cpuArchitecture !== undefined || main.launch.on === 'fargate') return [];
  const parameter = 'runtimePlatform.cpuArchitecture';
  const seen = [...new Set(architectures)].sort();
  const [only] = seen;
  if (seen.length > 1) {
    const says = `its tasks run on ${seen.join(' and ')} instances; say in the definition which of them Fargate shall take`;
    return [refusal(parameter, says)];
  }
  if (only === undefined) {
    const says = 'no instance shows which architecture its image is for; X86_64 is taken, say so in the definition';
    return [caution(parameter, says)];
  }
  return when(
    !ARCHITECTURES.has(only),
    refusal(parameter, `its instances are ${only}; Fargate has ${[...ARCHITECTURES.values()].join(' and ')}`),
  );
}

function systemFindings(definition: TaskDefinition, { systems, main }: Circumstances): readonly Finding[] {
  const parameter = 'runtimePlatform.operatingSystemFamily';
  const { operatingSystemFamily: family, cpuArchitecture } = definition.runtimePlatform ?? {};
  if (family === undefined) {
    return when(
      main.launch.on === 'ec2' && systems.some((system) => system.toLowerCase().startsWith('windows')),
      refusal(
        parameter,
        'its tasks run on Windows instances; say in the definition which Windows Server its image is for',
      ),
    );
  }
  if (!isWindows(definition)) return [];
  return [
    ...when(
      !WINDOWS_ON_FARGATE.test(family),
      refusal(parameter, `Fargate does not run ${family}; it has Windows Server 2019 and 2022, Core and Full`),
    ),
    ...when(cpuArchitecture === 'ARM64', refusal('runtimePlatform.cpuArchitecture', 'Windows runs on X86_64 only')),
    caution(parameter, 'Fargate Spot runs no Windows tasks; only the rung fargate can hold them'),
  ];
}
