export type ListTablesInput = { readonly ExclusiveStartTableName?: string; readonly Limit?: number };

/**
 * The names of a Region's tables in their order, at most 100 a page.
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ListTables.html
 * @param keys of all tables: `region/name`
 */
export function listTables(
  keys: Iterable<string>,
  region: string,
  { ExclusiveStartTableName: after = '', Limit = 100 }: ListTablesInput,
) {
  const prefix = `${region}/`;
  const names = [...keys].flatMap((key) => (key.startsWith(prefix) ? [key.slice(prefix.length)] : []));
  const left = names.sort().filter((name) => name > after);
  const TableNames = left.slice(0, Limit);
  return { TableNames, ...(left.length > Limit && { LastEvaluatedTableName: TableNames.at(-1) }) };
}
