import { type Agent, anyOf, GappedText, type Manifest, StandIns } from '../../constructs/index.ts';
import { ownerOf, WAVES } from '../manifest.ts';
import { renderOnce } from '../yaml/yaml-text.ts';
import { toYaml } from '../yaml/yaml.ts';
import { renderAgent, textsOf } from './agent.ts';
import { renderConfig } from './agent-config.ts';
import { agentUuid } from './agent-env.ts';
import { type AgentPlace, placeAgent } from './agent-place.ts';

/** A name as long as one may be, that nobody gives to anything. */
const NAME = 'name-of-a-form-jq4zx8vk2wq7hy9pd3mb6tg5nc0rfslua';

/** Stands where its ConfigMap is to be: in YAML it would be in quotes. */
const CONFIG = '%config%\n';

/** What an agent has that is made in a form. */
export interface CastAgent {
  /** Its own words, in the place of the form's. */
  readonly words: readonly string[];
  /** All texts of its file that hold one of them, but for those of its configuration. */
  readonly texts: readonly string[];
  /** Its configuration, which is made for it alone, as all texts of people stand there. */
  readonly config: Manifest;
}

/**
 * The file of an agent, with gaps for what says which agent it is: its name, its UUID and the digest of its texts. Files of agents that
 * differ in nothing but name and instructions are the same but for these gaps and the ConfigMap.
 */
export class AgentForm {
  /** An agent that nobody has made: as the one that it was made from, under a name of its own. */
  readonly agent: Agent;
  /** What it becomes. */
  readonly manifests: readonly Manifest[];
  readonly standIns: StandIns;
  readonly #place: AgentPlace;
  readonly #leaves: readonly string[];
  readonly #text: GappedText;

  /** The form for all agents that are as this one; `undefined` where a word stands at a place at which it cannot be replaced. */
  static of(agent: Agent): AgentForm | undefined {
    const form = new AgentForm(agent);
    return form.#isWhole() ? form : undefined;
  }

  private constructor(agent: Agent) {
    this.agent = Object.create(agent, { name: { value: NAME }, patches: { value: [] }, source: { value: undefined } }) as Agent;
    this.#place = placeAgent(this.agent);
    this.manifests = renderAgent(this.agent);
    this.standIns = new StandIns(wordsOf(this.agent, textsOf(this.#place).digest));
    const others = this.manifests.filter((manifest) => !isConfig(manifest));
    this.#leaves = [...new Set(others.flatMap(stringsIn))].filter((text) => this.standIns.areIn(text));
    this.#text = this.#leaveGaps();
  }

  /** What is an agent's own in its file. */
  cast(agent: Agent): CastAgent {
    const owner = ownerOf('agent', agent.name, agent.org.name, WAVES.agents);
    const place = { ...this.#place, agent, owner };
    const { config, digest } = textsOf(place);
    const words = wordsOf(agent, digest);
    return { config: renderConfig(place, config), texts: this.#leaves.map((leaf) => this.standIns.replace(leaf, words)), words };
  }

  /** The file of an agent. */
  toText({ config, texts }: CastAgent): string {
    return this.#text.complete([toYaml([config]), ...texts.map(renderOnce)]);
  }

  /** Texts stand in lines of their own, as they are or in quotes. */
  #leaveGaps(): GappedText {
    const lines = this.#leaves.map(renderOnce);
    const documents = this.manifests.map((manifest) => (isConfig(manifest) ? CONFIG : toYaml([manifest])));
    return new GappedText(documents.join('---\n'), new RegExp(`${CONFIG}|(?<=(?:: |- ))${anyOf(lines)}(?=\\n)`, 'g'), [CONFIG, ...lines]);
  }

  /** Whether every word is in a gap: in the only text of its line, and in no key. */
  #isWhole(): boolean {
    const others = this.manifests.filter((manifest) => !isConfig(manifest));
    const count = others.flatMap(stringsIn).filter((text) => this.standIns.areIn(text)).length;
    return (
      others.length === this.manifests.length - 1 &&
      count + 1 === this.#text.size &&
      !this.#leaves.some((leaf) => leaf.includes('\n')) &&
      !others.flatMap(keysIn).some((key) => this.standIns.areIn(key))
    );
  }
}

function wordsOf(agent: Agent, digest: string): string[] {
  return [agent.name, agentUuid(agent), digest];
}

/** Whether this is the ConfigMap with the agent's configuration. */
function isConfig({ kind, metadata }: Manifest): boolean {
  return kind === 'ConfigMap' && metadata.name === NAME;
}

function stringsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(stringsIn) : [];
}

function keysIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  const keys = Array.isArray(value) ? [] : Object.keys(value);
  return [...keys, ...Object.values(value).flatMap(keysIn)];
}
