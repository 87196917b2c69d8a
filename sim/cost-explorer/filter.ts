import type { Expression } from '@aws-sdk/client-cost-explorer';
import { AwsError } from '../service.ts';
import { type CostLine, type Dimension, dimensions } from './lines.ts';

/**
 * Whether a line passes a filter.
 * https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_Expression.html
 * @throws AwsError ValidationException for an expression that AWS refuses, NotImplemented for what lines do not have
 */
export const matches = (filter: Expression | undefined, line: CostLine): boolean => {
  if (!filter) return true;
  const members = Object.entries(filter).filter(([, value]) => value !== undefined);
  if (members.length !== 1) throw invalid('Expression should have exactly one root operator or leaf');
  const { And, Or, Not, Dimensions } = filter;
  if (And) return several(And).every((one) => matches(one, line));
  if (Or) return several(Or).some((one) => matches(one, line));
  if (Not) return !matches(Not, line);
  if (!Dimensions) throw notImplemented(`filters by ${members.map(([name]) => name)}`);
  const { Key = '', Values = [], MatchOptions = [] } = Dimensions;
  if (MatchOptions.some((option) => option !== 'EQUALS')) throw notImplemented(`MatchOptions ${MatchOptions}`);
  return Values.includes(line.dimensions[dimension(Key)]);
};

/** @throws AwsError NotImplemented for a dimension that lines do not have */
export const dimension = (key: string): Dimension => {
  const found = dimensions.find((known) => known === key);
  if (!found) throw notImplemented(`the dimension ${key}`);
  return found;
};

const several = (expressions: readonly Expression[]): readonly Expression[] => {
  if (expressions.length < 2) throw invalid('And and Or need at least two operands');
  return expressions;
};

export const invalid = (message: string): AwsError => new AwsError('ValidationException', message);

export const notImplemented = (what: string): AwsError =>
  new AwsError('NotImplemented', `the simulated Cost Explorer does not know ${what}`, 501);
