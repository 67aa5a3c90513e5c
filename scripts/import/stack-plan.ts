import { nearest } from '../../constructs/index.ts';
import { call, type Code, object, text, variable } from './code.ts';
import type { Fields } from './fields.ts';
import { planImage, type ImageNeed } from './images.ts';
import type { Kind } from './known-kinds.ts';
import { Names, toId } from './names.ts';
import type { Resource } from './resource.ts';

/** The groups of a stack, in their order. */
export const SECTIONS = ['secret', 'model', 'persona', 'tool', 'egress', 'agent'] as const;

const MOST_CANDIDATES = 200;

/** What kind of part it is. */
export type Section = (typeof SECTIONS)[number];

/** A part that the stack makes. */
export interface PlannedPart {
  readonly section: Section;
  readonly id: string;
  readonly variable: string;
  readonly code: Code;
  /** Whether another part names it. */
  isUsed: boolean;
}

/** A key of a Secret that something else puts into an org's namespace. */
export interface NeededSecret {
  readonly namespace: string;
  readonly name: string;
  readonly key: string;
}

/** The props of the org, in the order in which they are written. */
export interface OrgDraft {
  budget?: Code;
  quota?: Code;
  gateway?: Code;
}

/** One org on its way from resources to a stack. */
export class StackPlan {
  readonly name: string;
  readonly resources: readonly Resource[];
  /** Presets of language-operator belong to no namespace. */
  readonly runtimes: readonly Resource[];
  readonly org: OrgDraft = {};
  readonly images = new Map<string, ImageNeed>();
  /** What the environment must have: `cluster.oidc`. */
  readonly needs = new Map<string, string>();
  readonly #names = new Names();
  readonly #byName: ReadonlyMap<string, readonly Resource[]>;
  readonly #ids = new Map<Resource, string>();
  readonly #parts: PlannedPart[] = [];
  readonly #made = new Map<Resource, PlannedPart>();
  readonly #secrets = new Map<string, PlannedPart>();

  constructor(name: string, resources: readonly Resource[], runtimes: readonly Resource[]) {
    this.name = name;
    this.resources = resources;
    this.runtimes = runtimes;
    this.#byName = Map.groupBy(resources, ({ kind, name: own }) => `${kind}/${own}`);
  }

  /** The parts made so far, by groups. */
  get parts(): PlannedPart[] {
    return SECTIONS.flatMap((section) => this.#parts.filter((part) => part.section === section));
  }

  /** The resources of a kind, in the order of the input. */
  all(kind: Kind): Resource[] {
    return this.resources.filter((resource) => resource.kind === kind);
  }

  /** Gives a resource its id, and says so where that is not its name. */
  claimId(resource: Resource, section: Section): string {
    const known = this.#ids.get(resource);
    if (known !== undefined) return known;
    const id = this.#names.id(resource.name, section);
    this.#ids.set(resource, id);
    if (id !== resource.name) {
      const why = explainName(resource.name, id);
      resource.fields.get('metadata').first('name', 'generateName').change(`it is called '${id}': ${why}`);
    }
    return id;
  }

  /** Makes the part of a resource. */
  // oxlint-disable-next-line eslint/max-params -- what a line of the stack consists of
  make(resource: Resource, section: Section, callee: string, props: Readonly<Record<string, Code | undefined>>): PlannedPart {
    const id = this.claimId(resource, section);
    const part = this.#add(section, id, call(callee, variable('org'), text(id), object(props)));
    this.#made.set(resource, part);
    return part;
  }

  /** Makes a part that no resource of its own asks for. */
  makeExtra(name: string, section: Section, callee: string, props: Readonly<Record<string, Code | undefined>>): PlannedPart {
    const id = this.#names.id(name, section);
    return this.#add(section, id, call(callee, variable('org'), text(id), object(props)));
  }

  /** The part that a field names; says so in the field where there is none. */
  find(kind: Kind, field: Fields, from: Resource): PlannedPart | undefined {
    const name = field.text();
    const resource = name === undefined ? undefined : this.findResource(kind, name, from.namespace);
    const part = resource && this.#made.get(resource);
    if (part !== undefined) return part;
    field.leave(resource === undefined ? this.#explainDangling(kind, name ?? '') : `the ${kind} '${name ?? ''}' could not be carried over`);
    return undefined;
  }

  /** A resource by its name; the one in the same namespace where there are several. */
  findResource(kind: Kind, name: string, namespace: string | undefined): Resource | undefined {
    const found = this.#byName.get(`${kind}/${name}`) ?? [];
    return found.find((resource) => resource.namespace === namespace) ?? found[0];
  }

  /** The handle to a key of a Kubernetes Secret that is in the namespace already. */
  secret(name: string, key: string): PlannedPart {
    const known = this.#secrets.get(`${name}/${key}`);
    if (known !== undefined) return known;
    const objectName = secretObjectName(name);
    const id = this.#names.id(objectName, 'secret');
    const args = [variable('org'), text(id), text(key), ...(id === objectName ? [] : [text(objectName)])];
    const part = this.#add('secret', id, call('Secret.reference', ...args));
    this.#secrets.set(`${name}/${key}`, part);
    return part;
  }

  /** The keys of Secrets that have to be in the org's namespace. */
  get secrets(): NeededSecret[] {
    return [...this.#secrets.keys()].map((identity) => {
      const [name = '', key = ''] = identity.split('/');
      return { namespace: this.name, name: secretObjectName(name), key };
    });
  }

  /** The name of an image in the image lock. */
  image(wanted: string, image: string | undefined): string {
    return planImage(this.images, wanted, image);
  }

  /** A part as others name it. */
  use(part: PlannedPart): Code {
    part.isUsed = true;
    return variable(part.variable);
  }

  #add(section: Section, id: string, code: Code): PlannedPart {
    const part: PlannedPart = { section, id, variable: this.#names.variable(id, section), code, isUsed: false };
    this.#parts.push(part);
    return part;
  }

  #explainDangling(kind: Kind, name: string): string {
    const names = this.all(kind).map((resource) => resource.name);
    // To compare with thousands of names takes long, and finds what is close by chance.
    const close = names.length > MOST_CANDIDATES ? undefined : nearest(name, names);
    const hint = close === undefined ? 'import it together with what names it, or write it into the stack' : `did you mean '${close}'?`;
    return `there is no ${kind} '${name}' in the input for this org; ${hint}`;
  }
}

function explainName(name: string, id: string): string {
  if (/\$\{|\{\{/.test(name)) return 'the name was not filled in; render templates, or run envsubst, before the import';
  return id === toId(name) ? 'the name cannot be an id here' : 'another part of the org has the name';
}

/** Names that end with `-credentials` belong to Fleetwright; a Secret of such a name has to be there under another. */
export function secretObjectName(name: string): string {
  const [, stem = name] = /^(.+?)(?:-credentials)+$/.exec(name) ?? [];
  return /^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/.test(stem) ? stem : toId(stem);
}
