import { expect, test } from 'vitest';
import { dropRedundant } from '../../scripts/osls/drop-redundant-depends-on.mjs';

test('a dependency that a reference implies is dropped, any other stays', () => {
  const resource = { DependsOn: ['Role', 'LogGroup'], Properties: { Role: { 'Fn::GetAtt': ['Role', 'Arn'] } } };
  dropRedundant(resource);
  expect(resource.DependsOn).toEqual(['LogGroup']);
  const implied: { DependsOn?: string; Properties: object } = {
    DependsOn: 'Role',
    Properties: { Role: { Ref: 'Role' } },
  };
  dropRedundant(implied);
  expect(implied).not.toHaveProperty('DependsOn');
});
