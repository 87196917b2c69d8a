import { unwindCommand } from '../../../cli/unwind.ts';
import { REGION } from '../../shared/aws/lab.ts';
import { lendingShop } from '../../shared/aws/lending-shop.ts';

export const STANDBY = 'checkout-fargate';

/** The shop with a standby of checkout at a desired count, and the command that unwinds it. */
export async function lent(desired: number, options: Parameters<typeof lendingShop>[0] = {}) {
  const shop = lendingShop(options);
  const { account, run, spec, cluster, region, edge, clientConfig, failover, table } = shop;
  const call = (operation: string, input: object) =>
    run(
      account.endpoint.request(
        { headers: { 'x-amz-target': `AmazonEC2ContainerServiceV20141113.${operation}` }, body: JSON.stringify(input) },
        { region: REGION, caller: 'a person' },
      ),
    );
  const standby = (serviceName: string, main: string, desiredCount: number) =>
    call('CreateService', {
      cluster: 'shop',
      serviceName,
      desiredCount,
      taskDefinition: spec.definition,
      capacityProviderStrategy: [{ capacityProvider: 'FARGATE', weight: 1 }],
      networkConfiguration: {
        awsvpcConfiguration: { subnets: ['subnet-eu-west-1a'], securityGroups: ['sg-eu-west-1'] },
      },
      tags: [
        { key: 'spotkeeper:standby-of', value: main },
        { key: 'spotkeeper:rung', value: 'fargate' },
      ],
    });
  await standby(STANDBY, 'checkout', desired);
  await account.clock.run(account.clock.now() + 300_000);
  const unwind = async (...argv: string[]) => {
    const [said, complaints]: [string[], string[]] = [[], []];
    const terminal = {
      print: (line: string) => said.push(line),
      complain: (line: string) => complaints.push(line),
      color: false,
    };
    const host = { runtime: edge, clientConfig };
    const code = await run(unwindCommand(['--region', REGION, ...argv], terminal, host));
    return { code, said: said.join('\n'), complaints };
  };
  const active = () =>
    [...(region.parts.ecs.state.clusters.get('shop')?.services.values() ?? [])]
      .filter(({ status }) => status === 'ACTIVE')
      .map(({ name }) => name);
  const writes = () =>
    account.endpoint.calls.entries
      .filter(({ caller, operation }) => caller === 'lab' && !/^(Describe|List|Get|Query|BatchGet)/.test(operation))
      .map(({ operation }) => operation);
  return { ...shop, cluster, failover, table, standby, unwind, active, writes, call };
}
