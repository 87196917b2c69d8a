import { flows } from '../functions/flows.ts';
import type { MakePorts } from '../shared/aws/process.ts';
import type { Kind } from '../shared/events/event.ts';
import type { Flow } from '../shared/flow.ts';
import { makeHandler } from '../shared/lambda.ts';
import type { ActionName } from '../shared/plan/action.ts';
import type { SimulatedAccount } from '../sim/account.ts';
import { type Deployment, type DeployOptions, deploy } from '../sim/delivery/deploy.ts';
import { type InvokeRequest, processDied } from '../sim/delivery/function-runtime.ts';
import type { Template } from '../sim/delivery/template.ts';
import type { DynamoDb } from '../sim/dynamodb/service.ts';
import type { SlackWorkspace } from '../sim/slack/workspace.ts';
import type { Sqs } from '../sim/sqs/service.ts';
import { hostIn } from './host.ts';
import { type Transcript, transcriptOf } from './transcript.ts';

export type InstallOptions = {
  readonly account: SimulatedAccount;
  readonly sqs: Sqs;
  readonly dynamodb: DynamoDb;
  readonly template: Template;
  readonly region: string;
  readonly forwardedRegions?: readonly string[];
  /** Function settings that differ from the template's, such as SPOTKEEPER_MODE. */
  readonly settings?: Readonly<Record<string, string>>;
  /** What goes wrong between rules and queues; default nothing. */
  readonly faults?: DeployOptions['faults'];
  /** The workspace behind the functions' fetch; left out: Slack cannot be reached. */
  readonly slack?: SlackWorkspace;
  /** Takes the place of the product: how tests plant defects. Default functions/flows.ts and shared/lambda.ts. */
  readonly product?: Product;
};

/** The functions by name, and what makes a Lambda handler of one. */
export type Product = { readonly flows: typeof flows; readonly makeHandler: typeof makeHandler };

/** A flow with the ports that were written for it. */
type Wired = { readonly flow: Flow<Kind, unknown, ActionName>; readonly makePorts: MakePorts<unknown, ActionName> };

/** spotkeeper as it runs in a simulated account: the stack's queues and rules, and all that its functions said. */
export type Installation = {
  readonly deployment: Deployment;
  readonly transcript: Transcript;
  /** Which process served an invocation, by the invocation's id. */
  readonly servedBy: ReadonlyMap<string, string>;
};

/**
 * Deploys the packaged stack into a simulated account, with the real handlers behind its queues. As on Lambda, an
 * execution environment serves one invocation at a time and keeps its clients, caches and pacing between them.
 */
export function install(options: InstallOptions): Installation {
  const { account, template, sqs, dynamodb, region } = options;
  const transcript = transcriptOf(account.clock);
  const pool = new Environments(options, transcript);
  const deployment = deploy({
    template,
    clock: account.clock,
    random: account.random,
    sqs,
    dynamodb,
    region,
    account: account.account,
    ...(options.forwardedRegions && { forwardedRegions: options.forwardedRegions }),
    ...(options.faults && { faults: options.faults }),
    invoke: (request) => pool.invoke(request),
    onKill: (invocation) => pool.kill(invocation),
  });
  account.bus = deployment.bus;
  account.onEvent((event) => deployment.bus.put(event));
  return { deployment, transcript, servedBy: pool.servedBy };
}

type Handle = (event: InvokeRequest['event']) => Promise<unknown>;
type Environment = { readonly name: string; readonly handle: Handle };
type Busy = { readonly environment: Environment; readonly fail: (error: Error) => void };

class Environments {
  readonly servedBy = new Map<string, string>();
  readonly #options: InstallOptions;
  readonly #transcript: Transcript;
  /** by function: an environment serves one function for as long as it lives */
  readonly #idle = new Map<string, Environment[]>();
  readonly #made = new Map<string, number>();
  readonly #busy = new Map<string, Busy>();

  constructor(options: InstallOptions, transcript: Transcript) {
    this.#options = options;
    this.#transcript = transcript;
    options.account.endpoint.onKill((name) => this.#died(name));
  }

  async invoke(request: InvokeRequest): Promise<unknown> {
    const idle = this.#idle.get(request.functionName) ?? [];
    this.#idle.set(request.functionName, idle);
    const environment = idle.pop() ?? this.#make(request);
    this.servedBy.set(request.invocation, environment.name);
    try {
      return await new Promise((resolve, reject) => {
        this.#busy.set(request.invocation, { environment, fail: reject });
        environment.handle(request.event).then(resolve, reject);
      });
    } finally {
      if (this.#busy.delete(request.invocation)) idle.push(environment);
    }
  }

  /** The environment of an invocation that timed out is gone with all it knew. */
  kill(invocation: string): void {
    const busy = this.#busy.get(invocation);
    this.#busy.delete(invocation);
    if (busy) this.#options.account.endpoint.kill(busy.environment.name);
  }

  #died(name: string): void {
    for (const [invocation, { environment, fail }] of this.#busy) {
      if (environment.name !== name) continue;
      this.#busy.delete(invocation);
      this.#options.account.clock.wake();
      fail(processDied);
    }
  }

  #make({ functionName, environment }: InvokeRequest): Environment {
    const { account, region, settings, slack, product = { flows, makeHandler } } = this.#options;
    const made = (this.#made.get(functionName) ?? 0) + 1;
    this.#made.set(functionName, made);
    const name = `${functionName} ${made}`;
    const { flow, makePorts } = flowOf(product, functionName);
    const env = { ...environment, AWS_REGION: region, ...settings };
    const host = hostIn(account, name, this.#transcript.edge(name), slack?.fetch);
    const handler = product.makeHandler(flow, makePorts, env, host);
    const context = { functionName, awsRequestId: name } as Parameters<typeof handler>[1];
    return { name, handle: (event) => handler(event, context) };
  }
}

function flowOf({ flows: known }: Product, functionName: string): Wired {
  const found = Object.entries(known).find(([name]) => functionName.endsWith(`-${name}`));
  // Of several flows TypeScript only knows that each has some reader and some actions, not that they fit together.
  if (found) return found[1] as unknown as Wired;
  throw new Error(`no flow is named like the function ${functionName}; functions/flows.ts has ${Object.keys(known)}`);
}
