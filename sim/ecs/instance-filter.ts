import type { ContainerInstance } from './model.ts';
import { invalid } from './state.ts';

type Test = (instance: ContainerInstance) => boolean;

/**
 * The part of the cluster query language that is imitated: `ec2InstanceId`, `agentConnected` and
 * `attribute:ecs.instance-type|ecs.availability-zone|ecs.cpu-architecture|ecs.os-type` with `==`, `!=` and `in [...]`,
 * joined by `and`, `or`. https://docs.aws.amazon.com/AmazonECS/latest/developerguide/cluster-query-language.html
 * @throws AwsError InvalidParameterException for anything else, naming it
 */
export const instanceFilter = (expression: string): Test => {
  const parser = new Parser(expression);
  const test = parser.disjunction();
  parser.end();
  return test;
};

const token = /\s*(==|!=|&&|\|\||[[\](),]|'[^']*'|"[^"]*"|[^\s[\](),'"=!&|]+)/y;

class Parser {
  readonly #expression: string;
  readonly #tokens: string[] = [];
  #at = 0;

  constructor(expression: string) {
    this.#expression = expression.trim();
    let end = 0;
    token.lastIndex = 0;
    for (let match = token.exec(this.#expression); match; match = token.exec(this.#expression)) {
      this.#tokens.push(match[1] ?? '');
      end = token.lastIndex;
    }
    if (end < this.#expression.length || end === 0) throw this.#refuse();
  }

  disjunction(): Test {
    const tests = [this.#conjunction()];
    while (this.#accept('or') || this.#accept('||')) tests.push(this.#conjunction());
    return (instance) => tests.some((test) => test(instance));
  }

  end(): void {
    if (this.#at < this.#tokens.length) throw this.#refuse();
  }

  #conjunction(): Test {
    const tests = [this.#comparison()];
    while (this.#accept('and') || this.#accept('&&')) tests.push(this.#comparison());
    return (instance) => tests.every((test) => test(instance));
  }

  #comparison(): Test {
    if (this.#accept('(')) {
      const test = this.disjunction();
      if (!this.#accept(')')) throw this.#refuse();
      return test;
    }
    const read = this.#subject();
    if (this.#accept('==')) return equals(read, this.#value());
    if (this.#accept('!=')) return differs(read, this.#value());
    if (!this.#accept('in')) throw this.#refuse();
    const values = this.#list();
    return (instance) => values.has(read(instance));
  }

  #subject(): (instance: ContainerInstance) => string {
    const subject = subjects[this.#next()];
    if (!subject) throw this.#refuse();
    return subject;
  }

  #list(): Set<string> {
    if (!this.#accept('[')) throw this.#refuse();
    const values = new Set([this.#value()]);
    while (this.#accept(',')) values.add(this.#value());
    if (!this.#accept(']')) throw this.#refuse();
    return values;
  }

  #value(): string {
    const value = this.#next();
    if (/^[[\](),]|^[=!&|]/.test(value)) throw this.#refuse();
    return value.replace(/^(['"])(.*)\1$/, '$2');
  }

  #next(): string {
    const next = this.#tokens[this.#at];
    if (next === undefined) throw this.#refuse();
    this.#at += 1;
    return next;
  }

  #accept(wanted: string): boolean {
    if (this.#tokens[this.#at] !== wanted) return false;
    this.#at += 1;
    return true;
  }

  #refuse(): Error {
    const near = this.#tokens[this.#at] ?? 'the end';
    return invalid(`Invalid filter near ${near}: ${this.#expression}`);
  }
}

const equals =
  (read: (instance: ContainerInstance) => string, value: string): Test =>
  (instance) =>
    read(instance) === value;

const differs =
  (read: (instance: ContainerInstance) => string, value: string): Test =>
  (instance) =>
    read(instance) !== value;

const subjects: Readonly<Record<string, (instance: ContainerInstance) => string>> = {
  ec2InstanceId: (instance) => instance.ec2InstanceId,
  agentConnected: (instance) => String(instance.agentConnected),
  'attribute:ecs.instance-type': (instance) => instance.instanceType,
  'attribute:ecs.availability-zone': (instance) => instance.zone,
  'attribute:ecs.cpu-architecture': (instance) => instance.architecture,
  'attribute:ecs.os-type': () => 'linux',
};
