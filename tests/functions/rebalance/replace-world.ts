import { needsLook } from '../../../functions/rebalance/decide/needs-look.ts';
import { decideReplace } from '../../../functions/rebalance/decide/replace.ts';
import type { RegionView, ReplaceView } from '../../../functions/rebalance/decide/view.ts';
import { type Instant, instant, later } from '../../../shared/model/instant.ts';
import type { Advice, Replacing } from '../../../shared/model/rebalance-records.ts';
import { type Action, emptyPlan, type Plan } from '../../../shared/plan/action.ts';
import type { Policy } from '../../../shared/policy.ts';
import { aContext, aPolicy, instanceId, NOW } from '../../given.ts';
import { aDetached, aHost, aMember, anAdvice, aReplace } from './replace-given.ts';
import { aRegion } from './review-given.ts';

const MINUTE_MS = 60_000;
const TYPES = ['m5.large', 'm5a.large', 'm6i.large'];
const ZONES = ['eu-west-1a', 'eu-west-1b', 'eu-west-1c'];

type Box = {
  readonly n: number;
  readonly type: string;
  readonly zone: string;
  readonly launchedAt: Instant;
  /** undefined: in no group */
  lifecycle: 'Pending' | 'InService' | 'Terminating' | undefined;
  tag: Instant | undefined;
  status: 'none' | 'ACTIVE' | 'DRAINING';
  tasks: number;
  /** EC2 takes it then. */
  takenAt: Instant | undefined;
};

/** What happens in a minute besides the passes. */
export type Minute = {
  readonly advise: number | undefined;
  readonly notice: number | undefined;
  readonly dry: boolean;
  readonly fits: boolean;
  /** Of the actions of a plan, so many are performed; then the process dies. */
  readonly performs: number;
  /** Does somebody else raise the desired capacity by one? */
  readonly raises?: boolean;
  /** Is the record of the replacements lost? */
  readonly forgets: boolean;
};

export const QUIET: Minute = {
  advise: undefined,
  notice: undefined,
  dry: false,
  fits: true,
  performs: Number.POSITIVE_INFINITY,
  forgets: false,
};

export type Start = { readonly size: number; readonly room: number; readonly slack: number; readonly share: number };

/** A group, its instances and hosts, as far as replacements touch them: one minute after the other. */
export class World {
  now: Instant = NOW;
  desired: number;
  /** By how many somebody else raised it. */
  raised = 0;
  replacing: Replacing | undefined;
  readonly boxes = new Map<string, Box>();
  readonly policy: Policy;
  private readonly least: number;
  private readonly most: number;
  private readonly advices = new Map<string, Advice>();
  private readonly answers = new Map<string, readonly string[]>();
  private readonly tokens = new Set<string>();
  private next = 1;

  constructor({ size, room, slack, share }: Start) {
    this.desired = size;
    this.least = Math.max(0, size - slack);
    this.most = size + room;
    this.policy = aPolicy({
      rebalance: 'on',
      replaceShare: share,
      minAgeMinutes: 30,
      detachMinutes: 20,
      maxPoolShare: 1,
    });
    for (let one = 0; one < size; one++) {
      const box = this.launch(ZONES[one % ZONES.length] ?? '', later(NOW, -60 * MINUTE_MS));
      Object.assign(box, { lifecycle: 'InService', status: 'ACTIVE', tasks: 2 });
    }
  }

  /** What a pass sees. */
  seen(fits: boolean): { readonly view: ReplaceView; readonly region: RegionView } {
    const boxes = [...this.boxes.values()];
    const members = boxes.flatMap(({ n, type, zone, launchedAt, lifecycle }) =>
      lifecycle === undefined ? [] : [aMember(n, { type, zone, launchedAt, lifecycle })],
    );
    const ids = boxes.map(({ n }) => instanceId(n));
    const view = aReplace({
      members,
      group: { desired: this.desired, minSize: this.least, maxSize: this.most },
      hosts: boxes.flatMap(({ n, status, tasks }) => (status === 'none' ? [] : [aHost(n, { status, tasks })])),
      policy: this.policy,
      replacing: this.replacing,
      answers: new Map(this.answers),
      doomed: new Set(boxes.flatMap(({ n, takenAt }) => (takenAt === undefined ? [] : [instanceId(n)]))),
      fits: new Set(fits ? ids : []),
    });
    const detached = boxes.flatMap(({ n, tag, type, zone }) =>
      tag === undefined ? [] : [aDetached(n, { tag: new Date(tag).toISOString(), pool: { type, zone } })],
    );
    return { view, region: aRegion({ groups: [view], advices: new Map(this.advices), detached }) };
  }

  decided({ view, region }: ReturnType<World['seen']>): Plan {
    if (!needsLook(view, region, this.now)) return emptyPlan;
    return decideReplace([view], region, aContext(this.now, this.policy));
  }

  /** As the executor does it: whoever loses the guard does nothing. @returns what was performed */
  perform(plan: Plan, { performs, dry }: Minute): readonly Action[] {
    const [guard] = plan.guards;
    if (guard === undefined) return [];
    if (guard.expected !== (this.replacing?.version ?? 'absent')) return [];
    if (guard.next.is === 'replacing') this.replacing = guard.next;
    const actions = plan.steps.flat().slice(0, performs);
    for (const action of actions) {
      const before = new Set(this.boxes.keys());
      this.act(action, dry);
      const isLast = action === actions.at(-1) && actions.length < plan.steps.flat().length;
      // Who dies in the call hears no answer.
      if ('token' in action && !isLast)
        this.answers.set(
          action.token,
          [...this.boxes.keys()].filter((id) => !before.has(id)),
        );
    }
    return actions;
  }

  /** What EC2, Auto Scaling and ECS do until the next pass. */
  passes({ advise, notice, dry, raises }: Minute): void {
    if (raises && this.desired < this.most) {
      this.desired += 1;
      this.raised += 1;
    }
    this.now = later(this.now, MINUTE_MS);
    for (const [id, box] of this.boxes) {
      if (box.takenAt !== undefined && this.now >= box.takenAt) this.boxes.delete(id);
      else if (box.lifecycle === 'Terminating') this.boxes.delete(id);
      else if (box.lifecycle === 'Pending') box.lifecycle = 'InService';
      else if (box.status === 'none') Object.assign(box, { status: 'ACTIVE', tasks: 1 });
      else if (box.status === 'DRAINING' && box.tasks > 0) box.tasks -= 1;
    }
    this.sized(dry);
    const ids = [...this.boxes.keys()];
    const advised = advise === undefined ? undefined : ids[advise % ids.length];
    if (advised !== undefined) {
      const expiresAt = later(this.now, 360 * MINUTE_MS);
      this.advices.set(advised, { ...anAdvice(0), instanceId: advised, at: this.now, expiresAt });
    }
    const noticed = notice === undefined ? undefined : this.boxes.get(ids[notice % ids.length] ?? '');
    if (noticed !== undefined) Object.assign(noticed, { takenAt: later(this.now, 2 * MINUTE_MS), status: 'DRAINING' });
  }

  members(): readonly Box[] {
    return [...this.boxes.values()].filter(({ lifecycle }) => lifecycle === 'Pending' || lifecycle === 'InService');
  }

  private sized(dry: boolean): void {
    const oldest = this.members().toSorted((a, b) => a.launchedAt - b.launchedAt);
    for (const box of oldest.slice(0, Math.max(0, oldest.length - this.desired))) box.lifecycle = 'Terminating';
    if (dry) return;
    for (let missing = this.desired - oldest.length; missing > 0; missing--)
      this.launch(ZONES[missing % 3] ?? '', this.now);
  }

  private launch(zone: string, launchedAt: Instant): Box {
    const n = this.next++;
    const type = TYPES[n % TYPES.length] ?? '';
    const box: Box = {
      n,
      type,
      zone,
      launchedAt,
      lifecycle: 'Pending',
      tag: undefined,
      status: 'none',
      tasks: 0,
      takenAt: undefined,
    };
    this.boxes.set(instanceId(n), box);
    return box;
  }

  private act(action: Action, dry: boolean): void {
    switch (action.do) {
      case 'launch-replacement':
        if (dry || this.desired >= this.most || this.tokens.has(action.token)) return;
        this.tokens.add(action.token);
        this.desired += 1;
        this.launch(action.zone, instant(this.now - (this.now % 1000) + 1000));
        return;
      case 'lower-desired':
        if (this.desired === action.from && this.desired > this.least) this.desired -= 1;
        return;
      case 'forget':
        for (const one of action.records) if (one.is === 'advice') this.advices.delete(one.instanceId);
        return;
      case 'drain':
        for (const one of action.instances)
          this.with(one.instanceId, (box) => Object.assign(box, { status: 'DRAINING' }));
        return;
      case 'mark-detached':
      case 'detach':
      case 'reattach':
      case 'terminate':
        this.with(action.instanceId, (box) => this.move(action, box));
    }
  }

  private move(action: Extract<Action, { do: 'mark-detached' | 'detach' | 'reattach' | 'terminate' }>, box: Box): void {
    if (action.do === 'mark-detached') box.tag = this.now;
    else if (action.do === 'detach') {
      if (box.tag !== undefined) box.lifecycle = undefined;
    } else if (action.do === 'reattach') {
      if (box.lifecycle === undefined) this.attach(box);
      else box.tag = undefined;
    } else if (action.from === 'detached') {
      if (box.tag !== undefined && box.lifecycle === undefined) this.boxes.delete(action.instanceId);
    } else if (!action.lowers) box.lifecycle = 'Terminating';
    else if (this.desired > this.least && box.lifecycle !== 'Terminating') {
      box.lifecycle = 'Terminating';
      this.desired -= 1;
    }
  }

  private attach(box: Box): void {
    const lowers = this.desired > this.least && this.members().length < this.desired;
    if (this.desired - Number(lowers) >= this.most) return;
    box.lifecycle = 'InService';
    box.tag = undefined;
    this.desired += 1 - Number(lowers);
  }

  private with(id: string, change: (box: Box) => void): void {
    const box = this.boxes.get(id);
    if (box !== undefined) change(box);
  }
}
