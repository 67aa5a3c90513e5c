import { call, type Code, list, number, object, text } from './code.ts';
import type { Fields } from './fields.ts';
import { readDeployments } from './model-deployments.ts';
import { describeResource, type Resource } from './resource.ts';
import type { PlannedPart, StackPlan } from './stack-plan.ts';
import { durationCode, parseDuration } from './values.ts';

/** What agents expect of models that they call fallbacks: model name → names of the models behind it. */
export type ExtraFallbacks = ReadonlyMap<string, ReadonlySet<string>>;

const IGNORED = 'language-operator ignored it since its gateway is shared; here it works';

/** Makes the models of an org, each after those that it falls back to. */
export function makeModels(plan: StackPlan, extra: ExtraFallbacks): void {
  const made = new Map<Resource, PlannedPart | undefined>();
  const open = new Set<Resource>();
  const make = (resource: Resource): PlannedPart | undefined => {
    if (made.has(resource)) return made.get(resource);
    open.add(resource);
    const part = makeModel(plan, resource, { extra, make, isOpen: (other) => open.has(other) });
    open.delete(resource);
    made.set(resource, part);
    return part;
  };
  for (const resource of plan.all('LanguageModel')) make(resource);
}

interface Chain {
  readonly extra: ExtraFallbacks;
  readonly make: (resource: Resource) => PlannedPart | undefined;
  /** Whether a model is being made, so that falling back to it would go in circles. */
  readonly isOpen: (resource: Resource) => boolean;
}

function makeModel(plan: StackPlan, resource: Resource, chain: Chain): PlannedPart | undefined {
  const spec = resource.fields.get('spec');
  leaveOthers(spec);
  const fallbacks = readFallbacks(plan, resource, chain);
  const deployments = readDeployments(plan, resource);
  if (typeof deployments === 'string') {
    resource.fields.leave(deployments);
    return undefined;
  }
  return plan.make(resource, 'model', 'new Model', {
    deployments: list(deployments.codes),
    fallbacks: fallbacks.length > 0 ? list(fallbacks) : undefined,
    regions: readRegions(spec.get('regions'), deployments.regions),
    retries: readRetries(spec.get('retryPolicy')),
    timeout: readTimeout(spec.get('timeout')),
    cache: readCache(spec.get('caching')),
  });
}

function readFallbacks(plan: StackPlan, resource: Resource, { extra, make, isOpen }: Chain): Code[] {
  const found = new Map<PlannedPart, Code>();
  const add = (name: string): string | undefined => {
    const other = plan.findResource('LanguageModel', name, resource.namespace);
    if (other === undefined) return `there is no LanguageModel '${name}' in the input for this org`;
    if (isOpen(other)) return `models would fall back to each other in a circle: ${describeResource(other)} leads here`;
    const part = make(other);
    if (part === undefined) return `the LanguageModel '${name}' could not be carried over`;
    found.set(part, plan.use(part));
    return undefined;
  };
  for (const entry of resource.fields.get('spec', 'fallbacks').items()) {
    const reference = entry.get('modelRef');
    const refused = add(reference.text() ?? '');
    if (refused === undefined) reference.change(IGNORED);
    else reference.leave(refused);
    entry.get('conditions').leave('the gateway falls back on every failure');
  }
  for (const name of extra.get(resource.name) ?? []) add(name);
  return [...found.values()];
}

function readRegions(regions: Fields, served: ReadonlySet<string>): Code | undefined {
  const wanted = regions.items().filter((entry) => entry.get('enabled').flag() !== false);
  const ordered = wanted.toSorted((a, b) => (a.get('priority').number() ?? 0) - (b.get('priority').number() ?? 0));
  const names = [...new Set(ordered.flatMap((entry) => entry.get('name').text() ?? []))];
  const usable = names.filter((name) => served.has(name));
  for (const entry of regions.items()) {
    if (usable.includes(entry.get('name').text() ?? '')) entry.get('name').change(IGNORED);
    else entry.leave("no deployment is in this region; say where each is by its 'region'");
  }
  return usable.length > 0 ? list(usable.map(text)) : undefined;
}

function readRetries(policy: Fields): Code | undefined {
  const field = policy.get('maxAttempts');
  const attempts = field.number();
  for (const key of ['initialBackoff', 'maxBackoff', 'backoffMultiplier', 'retryableStatusCodes']) {
    policy.get(key).leave('the gateway decides how long it waits and on what');
  }
  if (attempts === undefined) return undefined;
  if (Number.isInteger(attempts) && attempts >= 0 && attempts <= 10) {
    field.change(IGNORED);
    return number(attempts);
  }
  field.leave('retries are a whole number from 0 to 10');
  return undefined;
}

function readTimeout(field: Fields): Code | undefined {
  const seconds = parseDuration(field.text());
  if (seconds === undefined) {
    field.leave('it is no duration');
    return undefined;
  }
  const whole = Math.min(Math.max(Math.round(seconds), 1), 3600);
  if (whole !== seconds) field.change(`a call may take 1 second to 1 hour: ${whole} s`);
  return durationCode(whole);
}

function readCache(caching: Fields): Code | undefined {
  if (!caching.exists) return undefined;
  if (caching.get('enabled').flag() !== true) return undefined;
  const seconds = parseDuration(caching.get('ttl').text());
  const whole = Math.min(Math.max(Math.round(seconds ?? 300), 1), 30 * 86_400);
  if (seconds === undefined) caching.get('enabled').change(`${IGNORED}; answers count for five minutes, as no time is said`);
  else caching.get('enabled').change(IGNORED);
  if (whole !== seconds) caching.get('ttl').change(`answers count for 1 second to 30 days: ${whole} s`);
  if (caching.get('backend').text() !== 'redis') caching.get('backend').change("answers are kept in the org's Redis");
  caching.get('maxSize').leave("the org's Redis drops what is oldest when it is full");
  return call('ModelCache.redis', object({ ttl: durationCode(whole) }));
}

function leaveOthers(spec: Fields): void {
  const isAzure = spec.get('provider').text() === 'azure';
  for (const place of [spec.get('configuration'), spec.get('configuration', 'additionalParameters'), spec.get('params')]) {
    for (const key of place.keys()) {
      if (key !== 'additionalParameters' && !(isAzure && key === 'api_version')) {
        place.get(key).leave("what is sent to a model is the agent's matter; the gateway adds nothing");
      }
    }
  }
  spec.get('egress').leave('the gateway reaches the hosts of its models, and no other');
  spec.get('networkPolicies').leave('the gateway reaches the hosts of its models, and no other');
  spec.get('observability').leave('the gateway counts calls, tokens and costs for all models alike');
  spec.get('clusterRef').carry();
}
