import {
  Agent,
  BrokeredSecret,
  Egress,
  EgressPolicy,
  Memory,
  Model,
  type Org,
  type OrgPart,
  Persona,
  Secret,
  Tool,
} from '../../constructs/index.ts';
import { type Details, describeThing, sayAccess, sayHost } from './describe.ts';

/** What something in the picture is. */
export type ThingKind = 'agent' | 'model' | 'tool' | 'broker' | 'egress' | 'memory' | 'persona' | 'access' | 'secret' | 'host' | 'pods';

/** Something of an org, or something outside that it may reach. */
export interface Thing {
  /** Unique in its org: `agent/digest`, `host/news.example.com`. */
  readonly id: string;
  readonly kind: ThingKind;
  readonly name: string;
  /** What it is, in a few words for each aspect. */
  readonly details: Details;
}

/** That one thing may reach, use or hold another. */
export interface Link {
  /** Id of the thing that reaches. */
  readonly from: string;
  /** Id of the thing that is reached. */
  readonly to: string;
  /** What for: a role, or the reason that the stack gives. */
  readonly how: string;
}

/** All things of an org and how they reach each other, in the order of the stack. */
export interface Relations {
  readonly things: readonly Thing[];
  readonly links: readonly Link[];
}

/** Reads who may reach what in an org. */
export function readRelations(org: Org): Relations {
  const reader = new Reader(org);
  for (const part of org.node.children) if (kindOf(part) !== undefined) reader.addPart(part as OrgPart);
  return { things: [...reader.things.values()], links: reader.links };
}

/** The id of a part's thing in the picture of an org; a part of another org, which rules refuse, is named with it. */
export function idOf(part: OrgPart, org: Org): string {
  return `${kindOf(part)}/${nameIn(part, org)}`;
}

function nameIn(part: OrgPart, org: Org): string {
  return part.org === org ? part.name : `${part.org.name}/${part.name}`;
}

/** Classes whose names may differ in a bundle are asked for, not their names. */
const KINDS = [
  [Agent, 'agent'],
  [Model, 'model'],
  [Tool, 'tool'],
  [BrokeredSecret, 'broker'],
  [EgressPolicy, 'egress'],
  [Memory, 'memory'],
  [Persona, 'persona'],
  [Secret, 'secret'],
] as const;

function kindOf(part: object): ThingKind | undefined {
  return KINDS.find(([kind]) => part instanceof kind)?.[1];
}

class Reader {
  readonly things = new Map<string, Thing>();
  readonly links: Link[] = [];
  readonly #seen = new Set<string>();
  readonly #org: Org;

  constructor(org: Org) {
    this.#org = org;
  }

  addPart(part: OrgPart): void {
    const id = this.#addThingOf(part);
    if (part instanceof Agent) this.#addAgent(id, part);
    else if (part instanceof Tool) this.#addTool(id, part);
    else if (part instanceof Model) this.#addModel(id, part);
    else if (part instanceof BrokeredSecret) {
      this.#linkHost(id, part.host, `with ${part.secret.name} in ${part.header}`);
      this.#linkPart(id, part.secret, 'adds it to requests');
    } else if (part instanceof EgressPolicy) this.#linkEgress(id, part.allow);
    else if (part instanceof Memory) this.#addMemory(id, part);
    else if (part instanceof Persona) for (const base of part.extends) this.#linkPart(id, base, 'builds on it');
  }

  #addAgent(id: string, { models, tools, brokered, egress, secrets, memory, persona, apiAccess }: Agent): void {
    for (const [role, model] of Object.entries(models ?? {}) as [string, Model | undefined][]) {
      if (model !== undefined)
        this.#linkPart(
          id,
          model,
          role.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`),
        );
    }
    for (const tool of tools) this.#linkPart(id, tool, 'calls it');
    for (const broker of brokered) this.#linkPart(id, broker, 'sends requests through it');
    for (const policy of egress) if (policy instanceof EgressPolicy) this.#linkPart(id, policy, 'reaches its hosts');
    const own = egress.filter((grant) => grant instanceof Egress);
    this.#linkEgress(id, own);
    for (const secret of secrets) this.#linkPart(id, secret, 'reads it as a file');
    if (memory !== undefined) this.#linkPart(id, memory, 'remembers in it');
    if (persona !== undefined) this.#linkPart(id, persona, 'speaks as it');
    for (const access of apiAccess) {
      const name = sayAccess(access);
      this.#linkThing(id, { kind: 'access', name, details: {} }, access.reason);
      this.#linkThing(`access/${name}`, { kind: 'pods', name: 'Kubernetes API', details: {} }, 'asks it');
    }
  }

  #addTool(id: string, { server: { origin }, egress, secrets }: Tool): void {
    if (origin.kind === 'remote') {
      this.#linkHost(id, origin.host, 'the server is there');
      for (const { name, value } of origin.headers) this.#linkPart(id, value, `sends it as ${name}`);
    }
    for (const grant of egress) this.#linkEgress(id, grant instanceof EgressPolicy ? grant.allow : [grant]);
    for (const secret of secrets) this.#linkPart(id, secret, 'reads it as a file');
  }

  #addModel(id: string, { deployments, fallbacks }: Model): void {
    for (const { host, model, key } of deployments) {
      this.#linkHost(id, host, `serves ${model}`);
      this.#linkPart(id, key, 'is called with it');
    }
    for (const fallback of fallbacks) this.#linkPart(id, fallback, 'falls back to it');
  }

  #addMemory(id: string, { store: { location, secret } }: Memory): void {
    if (location.kind === 's3') this.#linkHost(id, location.endpoint, `bucket ${location.bucket}`);
    else {
      const labels = Object.entries(location.pods.labels).map(([key, value]) => `${key}=${value}`);
      const name = `${location.pods.namespace}:${location.port}`;
      this.#linkThing(id, { kind: 'pods', name, details: { labels: labels.join(', ') } }, `keeps memories in ${location.kind}`);
    }
    this.#linkPart(id, secret, 'is reached with it');
  }

  #linkEgress(from: string, intents: readonly Egress[]): void {
    for (const intent of intents) this.#linkThing(from, { kind: 'host', name: sayHost(intent), details: {} }, intent.reason);
  }

  #linkHost(from: string, host: string, how: string): void {
    this.#linkThing(from, { kind: 'host', name: host, details: {} }, how);
  }

  #linkPart(from: string, part: OrgPart, how: string): void {
    this.#link(from, part.org === this.#org ? idOf(part, this.#org) : this.#addThingOf(part), how);
  }

  #linkThing(from: string, thing: Omit<Thing, 'id'>, how: string): void {
    this.#link(from, this.#addThing({ id: `${thing.kind}/${thing.name}`, ...thing }), how);
  }

  #addThingOf(part: OrgPart): string {
    const name = nameIn(part, this.#org);
    return this.#addThing({ id: idOf(part, this.#org), kind: kindOf(part) ?? 'agent', name, details: describeThing(part) });
  }

  #addThing(thing: Thing): string {
    if (!this.things.has(thing.id)) this.things.set(thing.id, thing);
    return thing.id;
  }

  #link(from: string, to: string, how: string): void {
    const link: Link = { from, to, how: how.trim().replaceAll(/\s+/g, ' ') };
    const key = JSON.stringify(link);
    if (this.#seen.has(key)) return;
    this.#seen.add(key);
    this.links.push(link);
  }
}
