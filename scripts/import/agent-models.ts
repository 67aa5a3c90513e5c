import { type Code, object } from './code.ts';
import type { Fields } from './fields.ts';
import type { ExtraFallbacks } from './language-model.ts';
import type { Resource } from './resource.ts';
import type { StackPlan } from './stack-plan.ts';

const USES: Readonly<Record<string, string>> = {
  reasoning: 'reasoning',
  'tool-calling': 'toolCalling',
  summarization: 'summarization',
};

/** The models that an agent names: `models`, in the first versions `modelRefs`. */
function modelReferences(spec: Fields): Fields[] {
  return spec.first('models', 'modelRefs').items();
}

/** What agents call fallbacks becomes a fallback of the model that they think with. */
export function findFallbacks(resources: readonly Resource[]): ExtraFallbacks {
  const found = new Map<string, Set<string>>();
  for (const { fields } of resources) {
    const references = modelReferences(fields.get('spec'));
    const primary = byPriority(references)
      .find((reference) => roleOf(reference) === 'primary')
      ?.get('name')
      .text();
    for (const reference of references) {
      const name = reference.get('name').text();
      if (roleOf(reference) !== 'fallback' || name === undefined || primary === undefined || name === primary) continue;
      found.set(primary, (found.get(primary) ?? new Set()).add(name));
    }
  }
  return found;
}

/** `models` of an agent; `undefined` where none of those that it names is there. */
export function readModels(plan: StackPlan, resource: Resource): Code | undefined {
  const uses = new Map<string, Code>();
  for (const reference of byPriority(modelReferences(resource.fields.get('spec')))) {
    reference.get('namespace').carry();
    reference.get('model').leave('a model has one name of its provider; make a Model for each');
    const part = plan.find('LanguageModel', reference.get('name'), resource);
    if (part === undefined) continue;
    const role = roleOf(reference);
    if (role === 'fallback') {
      reference
        .get('role')
        .change(
          'the model that the agent thinks with falls back to it, for all agents that use it; language-operator passed it on as a hint',
        );
      reference.get('priority').leave('fallbacks are tried in the order of the input');
      continue;
    }
    const use = USES[role] ?? 'primary';
    if (uses.has(use)) reference.leave(`an agent has one model for this, and another one comes first; use Model 'fallbacks' for more`);
    else uses.set(use, plan.use(part));
  }
  const primary = uses.get('primary') ?? [...uses.values()][0];
  return primary && object({ primary, ...Object.fromEntries([...uses].filter(([use, code]) => use !== 'primary' && code !== primary)) });
}

/** The lower its priority, the earlier; otherwise in the order of the input. */
function byPriority(references: readonly Fields[]): Fields[] {
  return references.toSorted((a, b) => (a.get('priority').number() ?? 0) - (b.get('priority').number() ?? 0));
}

function roleOf(reference: Fields): string {
  return reference.get('role').text() ?? 'primary';
}
