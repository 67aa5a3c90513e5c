import { type Code, list, text, texts } from './code.ts';
import type { Fields } from './fields.ts';
import type { Resource } from './resource.ts';
import type { PlannedPart, StackPlan } from './stack-plan.ts';

const LANGUAGE = /^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/;
const SETTLED = ['tone', 'character', 'language'] as const;

/** What a persona says for itself, which who combines several has to settle. */
export type Voice = Readonly<Partial<Record<(typeof SETTLED)[number], string>>>;

/** The personas of an org and how they sound. */
export class Personas {
  readonly #plan: StackPlan;
  readonly #voices = new Map<PlannedPart, Voice>();
  readonly #made = new Map<Resource, PlannedPart>();
  readonly #open = new Set<Resource>();

  constructor(plan: StackPlan) {
    this.#plan = plan;
    for (const resource of plan.all('LanguagePersona')) this.#make(resource);
  }

  /** One persona for an agent that names several: the later ones settle what they disagree on. */
  combine(name: string, parts: readonly PlannedPart[]): PlannedPart | undefined {
    const [first] = parts;
    if (parts.length < 2) return first;
    return this.#plan.makeExtra(`${name}-persona`, 'persona', 'new Persona', {
      ...this.#settle(parts),
      extends: list(parts.map((part) => this.#plan.use(part))),
    });
  }

  #settle(parts: readonly PlannedPart[]): Record<string, Code> {
    const settled: Record<string, Code> = {};
    for (const prop of SETTLED) {
      const said = parts.flatMap((part) => this.#voices.get(part)?.[prop] ?? []);
      if (new Set(said).size > 1) settled[prop] = text(said.at(-1) ?? '');
    }
    return settled;
  }

  #make(resource: Resource): PlannedPart {
    const known = this.#made.get(resource);
    if (known !== undefined) return known;
    this.#open.add(resource);
    const spec = resource.fields.get('spec');
    const parent = this.#parentOf(resource, spec.get('parentPersona', 'name'));
    const own = readVoice(spec);
    const never = readNever(spec);
    const part = this.#plan.make(resource, 'persona', 'new Persona', {
      tone: codeOf(own.tone),
      character: codeOf(own.character),
      language: codeOf(own.language),
      expertise: listOf(readExpertise(spec)),
      rules: listOf(readRules(spec).filter((rule) => !never.includes(rule))),
      never: listOf(never),
      extends: parent === undefined ? undefined : list([this.#plan.use(parent)]),
    });
    leaveOthers(spec);
    this.#open.delete(resource);
    this.#made.set(resource, part);
    this.#voices.set(part, { ...(parent && this.#voices.get(parent)), ...own });
    return part;
  }

  #parentOf(resource: Resource, field: Fields): PlannedPart | undefined {
    const name = field.text();
    if (name === undefined) return undefined;
    const parent = this.#plan.findResource('LanguagePersona', name, resource.namespace);
    if (parent === undefined) field.leave(`there is no LanguagePersona '${name}' in the input for this org`);
    else if (this.#open.has(parent)) field.leave('personas would build upon each other in a circle');
    else {
      field.change('language-operator ignored it; here the persona builds upon the other');
      return this.#make(parent);
    }
    return undefined;
  }
}

function readVoice(spec: Fields): Voice {
  const character = ['description', 'systemPrompt', 'personality'].map((key) => spec.get(key).text()?.trim() ?? '').filter(Boolean);
  const language = spec.get('language').text();
  const tone = spec.get('tone').text();
  if (language !== undefined && !LANGUAGE.test(language)) spec.get('language').leave("it is no tag such as 'en' or 'de-CH'");
  return {
    ...(tone !== undefined && { tone }),
    ...(character.length > 0 && { character: character.join('\n\n') }),
    ...(language !== undefined && LANGUAGE.test(language) && { language }),
  };
}

/** A list, or as later versions have it one text with semicolons. */
function readExpertise(spec: Fields): string[] {
  const line = spec.get('expertise').text();
  const single = line?.split(/;|\n/).map((item) => item.trim()) ?? [];
  return [...single, ...spec.get('expertise').texts(), ...spec.get('capabilities').texts()].filter((item) => item !== '');
}

function readRules(spec: Fields): string[] {
  const conditional = spec
    .get('rules')
    .items()
    .flatMap((rule) => {
      const plain = rule.text();
      if (plain !== undefined) return [plain];
      if (rule.get('enabled').flag() === false) {
        rule.leave('it was switched off');
        return [];
      }
      const [condition, action] = [rule.get('condition').text() ?? '', rule.get('action').text() ?? ''];
      for (const key of ['name', 'description', 'priority']) rule.get(key).leave('a rule is a sentence; it needs no name and no place');
      return [condition === '' ? action : `${condition}: ${action}`];
    });
  return [...spec.get('instructions').texts(), ...conditional].filter((rule) => rule !== '');
}

function readNever(spec: Fields): string[] {
  const topics = spec
    .get('constraints', 'blockedTopics')
    .items()
    .flatMap((topic) => {
      const name = topic.text();
      topic.change('it is a sentence of the persona; for a check by the gateway use Guardrail.topics');
      return name === undefined ? [] : [`Do not discuss: ${name}`];
    });
  return [...spec.get('limitations').texts(), ...topics];
}

function leaveOthers(spec: Fields): void {
  spec.get('clusterRef').carry();
  for (const key of ['displayName', 'metadata', 'version']) spec.get(key).leave('a persona has an id, and Git its versions');
  spec.get('examples').leave('a persona has no examples; put them into the instructions of its agents');
  spec.get('responseFormat').leave("how an answer is formed is said in a persona's rules");
  spec.get('toolPreferences').leave("which tools come first is said in a persona's rules; which may be called at all by 'allow' of a tool");
  spec.get('knowledgeSources').leave('what an agent can look up is a tool');
  spec.get('constraints').get('maxResponseTokens').leave("limits on spending are budgets, and 'rateLimit' of an agent");
  for (const key of ['maxToolCalls', 'maxKnowledgeQueries', 'responseTimeout', 'requireDocumentation', 'allowedDomains']) {
    spec.get('constraints', key).leave("say it in the persona's rules; nothing enforces it");
  }
}

function codeOf(value: string | undefined): Code | undefined {
  return value === undefined ? undefined : text(value);
}

function listOf(values: readonly string[]): Code | undefined {
  const once = [...new Set(values)];
  return once.length === 0 ? undefined : texts(once);
}
