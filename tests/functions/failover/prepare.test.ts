import { describe, expect, test } from 'vitest';
import { fingerprint } from '../../../shared/core/fargate/standby.ts';
import { actionsIn } from '../../../shared/plan/action.ts';
import { actionsOf, aPrepared, at } from '../../given.ts';
import { webDefinition } from '../../shared/core/fargate/web.ts';
import { lends } from './given.ts';
import { after, aWeb, aWorld, deployed, planned, ready } from './prepare-given.ts';

const spot = 'web-fargate-spot';
const fargate = 'web-fargate';

describe('a service that is new to failover', () => {
  test('gets its Fargate revision first, and nothing else before that is there', () => {
    const plan = planned(aWorld());
    expect(plan.does).toEqual(['register', 'wake']);
    expect(actionsOf(plan, 'register')).toMatchObject([
      {
        main: 'web',
        because: 'web runs web:3',
        definition: { family: 'prod-web-spotkeeper-fargate', requiresCompatibilities: ['FARGATE'], cpu: '256' },
        tags: { 'spotkeeper:derived-from': 'web:3' },
      },
    ]);
    expect(actionsOf(plan, 'wake')).toMatchObject([{ at: at(5) }]);
  });

  test('gets a standby on each of its rungs next, at the derived revision, behind the same target group', () => {
    const world = after(aWorld(), planned(aWorld()));
    const plan = planned(world);
    expect(plan.does).toEqual(['remember', `create-standby ${spot}`, `create-standby ${fargate}`, 'wake']);
    const [first] = actionsOf(plan, 'create-standby');
    expect(first?.spec).toMatchObject({
      main: 'web',
      rung: 'fargate-spot',
      definition: world.latest?.taskDefinitionArn,
      balancers: world.main.balancers,
      graceSeconds: 30,
      tags: { team: 'shop', 'spotkeeper:standby-of': 'web', 'spotkeeper:rung': 'fargate-spot' },
    });
    expect(first?.because).toBe('web is to be lent tasks; fargate-spot is one of its rungs');
  });

  test('is ready when both were seen; then nothing is planned and nothing written', () => {
    const made = after(aWorld(), planned(aWorld()));
    const seen = after(made, planned(made));
    expect(planned(seen)).toMatchObject({
      does: ['remember'],
      record: { derived: made.latest?.taskDefinitionArn, size: { cpu: 256, memory: 512, arm: false } },
    });
    expect(Object.keys(planned(seen).record?.standbys ?? {})).toEqual(['fargate-spot', 'fargate']);
    expect(planned(ready())).toMatchObject({ does: [], notes: [] });
  });

  test('gets no revision twice: one that was registered before is found by what it was made of', () => {
    const { latest } = ready();
    expect(planned(aWorld({ latest })).does).not.toContain('register');
    const foreign = { ...latest, tags: {} };
    expect(planned(aWorld({ latest: foreign })).does).toContain('register');
  });

  test('that runs on Fargate Spot needs no other revision than its own', () => {
    const main = aWeb({ launch: { on: 'fargate', spot: true } });
    const plan = planned(aWorld({ main }));
    expect(plan.does).toEqual(['remember', `create-standby ${fargate}`, 'wake']);
    expect(actionsOf(plan, 'create-standby')[0]?.spec.definition).toBe(main.definition);
  });

  test('gets standbys only on the rungs that it names', () => {
    const policy = lends({ failover: ['fargate', 'on-demand'] });
    expect(ready({ policy }).standbys.map(({ name }) => name)).toEqual([fargate]);
  });
});

test('a service that was deployed takes its standbys along: register, then follow, never its count', () => {
  const before = deployed(ready(), 700);
  const registering = planned(before);
  expect(registering.does).toEqual(['register', 'wake']);
  const following = planned(after(before, registering));
  expect(following.does).toEqual(['remember', `follow ${spot}`, `follow ${fargate}`, 'wake']);
  expect(actionsOf(following, 'follow')[0]).toMatchObject({ because: 'web is now web:4' });
  expect(JSON.stringify(actionsIn(following))).not.toContain('desired');
  const followed = after(after(before, registering), following);
  expect(planned(after(followed, planned(followed)))).toMatchObject({ does: [], notes: [] });
});

test('in observe mode all is derived and told once, and the record is kept; nothing is made', () => {
  const observes = { mode: 'observe' } as const;
  const first = planned(aWorld(), observes);
  expect(first.does).toEqual(['register', 'remember']);
  expect(first.record).toMatchObject({ derived: undefined, size: { cpu: 256 }, findings: [] });
  const again = aWorld({ prepared: first.record });
  expect(planned(again, observes)).toMatchObject({ does: [], notes: [] });
});

test('what a service may miss on Fargate is told once, with the record that keeps it', () => {
  const { taskRoleArn: _, ...roleless } = webDefinition;
  let world = aWorld({ revision: roleless });
  const notes: string[] = [];
  for (let pass = 0; pass < 5; pass += 1) {
    const plan = planned({ ...world, about: `pass ${pass}` });
    notes.push(...plan.notes);
    world = after(world, plan);
  }
  expect(notes).toEqual([expect.stringMatching(/^web on Fargate: taskRoleArn: it has no task role/)]);
});

describe('a service that Fargate does not take', () => {
  const refused = aWorld({ main: aWeb({ lattice: true, serviceConnect: 'server' }) });

  test('is told with every reason and its parameter, once; the record keeps them', () => {
    const first = planned(refused);
    expect(first.does).toEqual(['remember']);
    expect(first.record).toMatchObject({ derived: undefined, size: undefined });
    expect(first.record?.findings.length).toBeGreaterThanOrEqual(2);
    expect(first.notes).toHaveLength(1);
    for (const { parameter, says } of first.record?.findings ?? [])
      expect(first.notes[0]).toContain(`${parameter}: ${says}`);
    expect(planned({ ...refused, prepared: first.record })).toMatchObject({ does: [], notes: [] });
  });

  test('is told anew when the reasons are others', () => {
    const prepared = planned(refused).record;
    const changed = { ...refused, prepared, about: 'changed' };
    expect(planned(changed).notes).toEqual([]);
    expect(planned({ ...changed, main: aWeb({ lattice: true }) }).notes).toHaveLength(1);
  });
});

describe("what AWS refused although our own check had passed it is remembered in AWS's words", () => {
  test('a revision: the record to write then names it', () => {
    const [register] = actionsOf(planned(aWorld()), 'register');
    expect(register?.ifRefused).toMatchObject({
      is: 'prepared',
      service: 'web',
      derived: undefined,
      about: 'as it is',
    });
  });

  test('a standby: what is known is written before it is asked for, so that the refusal is written last', () => {
    const made = after(aWorld(), planned(aWorld()));
    const { steps } = planned(made);
    const kinds = steps.map((step) => [...new Set(step.map((action) => action.do))]);
    expect(kinds.slice(0, 3)).toEqual([['remember'], ['create-standby'], ['wake']]);
  });

  test('a standby is not asked for again before something changes; the other one is made', () => {
    const made = after(aWorld(), planned(aWorld()));
    const [create] = actionsOf(planned(made), 'create-standby');
    if (create === undefined) throw new Error('a standby is to be made');
    const says = 'InvalidParameterException: no';
    const refused = { 'fargate-spot': { says, fingerprint: fingerprint(create.spec), at: at(made.seconds) } };
    const world = { ...made, prepared: { ...create.ifRefused, refused } };
    expect(planned(world).does).toEqual([`create-standby ${fargate}`, 'wake']);
    expect(planned({ ...world, about: 'changed' }).does).not.toContain(`create-standby ${spot}`);
    expect(planned({ ...world, main: { ...world.main, exec: true } }).does).toContain(`create-standby ${spot}`);
    expect(planned({ ...world, seconds: made.seconds + 3_600 }).does).toContain(`create-standby ${spot}`);
  });
});

describe("a cluster without Fargate's capacity providers", () => {
  const bare = { providers: ['spot'] };

  test('is told what to do, and gets no standbys', () => {
    const world = after(aWorld(bare), planned(aWorld(bare)));
    const { does, notes } = planned(world);
    expect(does).toEqual(['remember']);
    expect(notes).toEqual([
      'prod has no capacity providers FARGATE, FARGATE_SPOT: associate them (aws ecs put-cluster-capacity-providers), or set spotkeeper:associate-providers=on',
    ]);
  });

  test('gets those that are missing where the policy allows it, then the standbys', () => {
    const policy = lends({ associateProviders: 'on' });
    const plan = planned(aWorld({ providers: ['FARGATE'], policy }));
    expect(actionsOf(plan, 'associate')).toMatchObject([{ providers: ['FARGATE_SPOT'] }]);
    expect(ready({ ...bare, policy }).standbys).toHaveLength(2);
  });

  test('needs none where no service wants a standby', () => {
    const policy = lends({ failover: ['on-demand', 'fargate'] });
    expect(planned(aWorld({ providers: ['FARGATE'], policy })).notes).toEqual([]);
  });
});

describe('a proof run', () => {
  const proves = (providers: readonly string[]) => {
    const world = aWorld({ providers, policy: lends({ failover: ['fargate-spot', 'fargate'], proofRun: 'on' }) });
    return actionsIn(planned(after(world, planned(world)))).flatMap((one) => (one.do === 'prove' ? one.spec.rung : []));
  };

  test('is started on a rung whose capacity provider the cluster has, or not at all', () => {
    expect(proves(['FARGATE_SPOT', 'FARGATE'])).toEqual(['fargate-spot']);
    expect(proves(['FARGATE'])).toEqual(['fargate']);
    expect(proves(['spot'])).toEqual([]);
  });
});

describe('the record', () => {
  test('is written anew when its hour is over: else its service would be looked at on every tick', () => {
    const world = ready();
    expect(planned({ ...world, seconds: 3_000 }).does).toEqual([]);
    expect(planned({ ...world, seconds: 3_700 }).does).toEqual(['remember']);
  });

  test('of another revision does not pass for proof of this one', () => {
    const world = aWorld({ prepared: aPrepared({ service: 'web', derived: 'another', proof: 'proven' }) });
    const made = after(world, planned(world));
    expect(planned(made).record?.proof).toBe('unproven');
  });
});
