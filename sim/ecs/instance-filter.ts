import type { ContainerInstance } from './model.ts';
import { Parser } from './query-language/parser.ts';

/**
 * Compiles an expression of the cluster query language: `filter` of ListContainerInstances, `memberOf` constraints.
 * Subjects, operators, and/or/not and parentheses as in
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/cluster-query-language.html
 * @throws AwsError InvalidParameterException for an expression that cannot be read, naming the place
 */
export const instanceFilter = (expression: string): ((instance: ContainerInstance) => boolean) =>
  new Parser(expression).whole();
