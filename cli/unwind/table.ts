import { type DynamoDBClient, ListTablesCommand, type ListTablesCommandOutput } from '@aws-sdk/client-dynamodb';
import { makeTableClient } from '../../shared/aws/clients.ts';
import type { TablePorts } from '../../shared/aws/table.ts';
import { UsageError } from '../command-line.ts';
import type { Operator } from '../operator.ts';

/** serverless.yml names no table, so CloudFormation does: stack, logical id, a suffix; the stack is service and stage. */
const OURS = /^spotkeeper-[\w-]+-Table-[A-Z0-9]+$/;

/**
 * spotkeeper's table in one of the Regions: the stack is in one Region, and its records speak of all.
 * @param name as the operator gave it; undefined: whichever looks like the stack's
 * @returns undefined when no name was given and there is none
 * @throws UsageError when the named one is not there, or when there are several
 */
export async function findTable(
  { runtime, clientConfig }: Operator,
  { regions, name }: { readonly regions: readonly string[]; readonly name: string | undefined },
): Promise<TablePorts | undefined> {
  const found: TablePorts[] = [];
  for (const region of regions) {
    const dynamodb = makeTableClient(region, { edge: runtime, clientConfig });
    const names = (await tablesIn(dynamodb)).filter((one) => (name === undefined ? OURS.test(one) : one === name));
    const { sleep } = runtime;
    // Expired records count, too: a base that was raised before failover was switched off is still raised.
    found.push(...names.map((one) => ({ client: dynamodb, name: one, prefix: '', now: () => 0, sleep })));
  }
  if (found.length > 1)
    throw new UsageError(`there are several tables: ${found.map((one) => one.name).join(', ')}; choose with --table`);
  if (name !== undefined && found.length === 0)
    throw new UsageError(`no table of ${regions.join(', ')} is called "${name}"; name the Region of the stack, too`);
  return found[0];
}

async function tablesIn(dynamodb: DynamoDBClient): Promise<readonly string[]> {
  const names: string[] = [];
  let ExclusiveStartTableName: string | undefined;
  do {
    const page: ListTablesCommandOutput = await dynamodb.send(
      new ListTablesCommand({ ...(ExclusiveStartTableName && { ExclusiveStartTableName }) }),
    );
    names.push(...(page.TableNames ?? []));
    ExclusiveStartTableName = page.LastEvaluatedTableName;
  } while (ExclusiveStartTableName);
  return names;
}
