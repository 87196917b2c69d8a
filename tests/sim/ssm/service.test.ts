import { GetParameterCommand } from '@aws-sdk/client-ssm';
import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../../sim/clock.ts';
import { Endpoint } from '../../../sim/endpoint.ts';
import { keyedRandom } from '../../../sim/random.ts';
import { ParameterStore } from '../../../sim/ssm/service.ts';
import { clientsOf, REGION, settle } from '../clients.ts';

const store = () => {
  const clock = new VirtualClock(Date.UTC(2026, 7, 14));
  const parameters = new ParameterStore(() => clock.now());
  const services = [parameters.service];
  const endpoint = new Endpoint({ clock, random: keyedRandom(1), services, account: '123456789012' });
  const { ssm } = clientsOf(endpoint);
  const get = (Name: string, WithDecryption = true) =>
    settle(clock, ssm.send(new GetParameterCommand({ Name, WithDecryption })));
  return { parameters, get };
};

describe('the Parameter Store', () => {
  it('decrypts a SecureString only when it is asked to', async () => {
    const { parameters, get } = store();
    parameters.put({ region: REGION, name: '/team/slack', value: 'secret' });
    expect((await get('/team/slack')).Parameter).toMatchObject({
      ARN: 'arn:aws:ssm:eu-west-1:123456789012:parameter/team/slack',
      Type: 'SecureString',
      Value: 'secret',
      Version: 1,
    });
    expect((await get('/team/slack', false)).Parameter?.Value).not.toContain('secret');
  });

  it('gives the last version of a parameter', async () => {
    const { parameters, get } = store();
    for (const value of ['one', 'two']) parameters.put({ region: REGION, name: 'plain', value, type: 'String' });
    expect((await get('plain', false)).Parameter).toMatchObject({ Value: 'two', Version: 2 });
  });

  it('has no parameter of another region, and none that was deleted', async () => {
    const { parameters, get } = store();
    parameters.put({ region: 'us-east-1', name: '/a', value: 'x' });
    parameters.put({ region: REGION, name: '/b', value: 'x' });
    parameters.delete(REGION, '/b');
    for (const name of ['/a', '/b']) await expect(get(name)).rejects.toMatchObject({ name: 'ParameterNotFound' });
  });
});
