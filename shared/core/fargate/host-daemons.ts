import type { Finding } from '../../model/lending.ts';
import type { ContainerDefinition, TaskDefinition } from '../../model/task-definition.ts';
import type { Circumstances } from './circumstances.ts';
import { caution, inContainer, refusal, when } from './findings.ts';
import table from './host-agents.json' with { type: 'json' };

type Agent = (typeof table.agents)[number];

/** The instance metadata service. https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-data-retrieval.html */
const METADATA = '169.254.169.254';

/**
 * Signs that containers talk to something on their host, which Fargate does not have: daemon services of the cluster
 * that are known agents, variables that point at the host, commands that ask the instance who it is. An agent that the
 * task brings along itself is none. Cautions, or refusals where policy says so.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html
 */
export function hostDaemonFindings(definition: TaskDefinition, circumstances: Circumstances): readonly Finding[] {
  const { main, daemons, policy } = circumstances;
  if (main.launch.on === 'fargate') return [];
  const { containerDefinitions: containers = [] } = definition;
  const asPolicySays = policy.hostDaemons === 'refuse' ? refusal : caution;
  const found = table.agents
    .filter((agent) => !containers.some(({ name = '', image = '' }) => isOf(agent, name) || isOf(agent, image)))
    .flatMap((agent) => [
      ...daemons
        .filter((daemon) => isOf(agent, daemon))
        .map((daemon) => ({
          parameter: 'containerDefinitions',
          says: `the daemon service ${daemon} runs on every instance and not on Fargate; a task that needs it must bring its ${agent.agent} along as a container`,
        })),
      ...containers.flatMap((container) => variablesAt(container, agent, definition)),
    ]);
  return [
    ...found.map(({ parameter, says }) => asPolicySays(parameter, says)),
    ...containers.flatMap(metadataFindings),
  ];
}

const isOf = ({ names }: Agent, text: string): boolean => names.some((name) => text.toLowerCase().includes(name));

function variablesAt(container: ContainerDefinition, { agent, variables }: Agent, { networkMode }: TaskDefinition) {
  return (container.environment ?? [])
    .filter(({ name = '', value = '' }) => variables.includes(name) && isOfHost(value, networkMode === 'awsvpc'))
    .map(({ name }) => ({
      parameter: inContainer(container, `environment[${name}]`),
      says: `points at the ${agent} on its host, and Fargate has no host; bring the agent along as a container, and name localhost`,
    }));
}

/**
 * Whether an address may be the host's: any address or bare name. With awsvpc localhost is the task itself, and a full
 * name is reached from Fargate as from EC2.
 */
function isOfHost(value: string, awsvpc: boolean): boolean {
  const host = value.replace(/^[a-z]+:\/\//, '').replace(/[:/].*$/, '');
  if (host === 'localhost' || host.startsWith('127.')) return !awsvpc;
  if (host === 'host.docker.internal') return true;
  return !/[a-z].*\./i.test(host);
}

const metadataFindings = (container: ContainerDefinition): readonly Finding[] =>
  (['entryPoint', 'command'] as const).flatMap((member) =>
    when(
      (container[member] ?? []).some((word) => word.includes(METADATA)),
      caution(inContainer(container, member), `asks ${METADATA} about its instance, and Fargate does not answer there`),
    ),
  );
