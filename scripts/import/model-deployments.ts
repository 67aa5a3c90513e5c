import { ModelDeployment, Secret, usd } from '../../constructs/index.ts';
import { refusalOf } from './attempt.ts';
import { call, type Code, number, object, text } from './code.ts';
import { renameNote } from './environment-variables.ts';
import type { Fields } from './fields.ts';
import type { Resource } from './resource.ts';
import type { StackPlan } from './stack-plan.ts';
import { usdCode } from './values.ts';

/** Where a model is served. */
export interface Deployments {
  readonly codes: readonly Code[];
  readonly regions: ReadonlySet<string>;
}

interface Place {
  readonly factory: 'anthropic' | 'azure' | 'compatible' | 'gemini' | 'openai';
  readonly host?: string;
  readonly apiVersion?: string;
}

const OWN_HOSTS: Readonly<Record<string, string>> = {
  'api.anthropic.com': 'anthropic',
  'api.openai.com': 'openai',
  'generativelanguage.googleapis.com': 'gemini',
};

const AZURE_VERSION = '2025-04-01-preview';
/** Stands for a handle where only the other values are tried: there is no org yet to make one in. */
const HANDLE = Object.create(Secret.prototype) as Secret;

const REGION = /^[a-z0-9][-a-z0-9]{0,62}$/;

/** The places that serve a model, or why it cannot be carried over. */
export function readDeployments(plan: StackPlan, resource: Resource): Deployments | string {
  const spec = resource.fields.get('spec');
  const model = spec.get('modelName').text() ?? '';
  const place = readPlace(spec, spec.get('endpoint'));
  if (typeof place === 'string') return place;
  const refused = refuse(place, model);
  if (refused !== undefined) return refused;
  const key = readKey(plan, resource);
  const common = { ...readLimits(spec), price: readPrice(spec.get('costTracking')) };
  const endpoints = spec.get('loadBalancing', 'endpoints').items();
  spec.get('loadBalancing', 'strategy').leave('calls are spread by weight');
  spec.get('loadBalancing', 'healthCheck').leave('a deployment that fails is left alone for a while');
  const regions = new Set<string>();
  const codes = endpoints.flatMap((endpoint) => {
    const own = readEndpoint(spec, endpoint, model);
    if (own === undefined) return [];
    if (own.region !== undefined) regions.add(own.region);
    return [deploymentCode(own.place, model, { key, ...common, ...own.options })];
  });
  if (codes.length > 0) return { codes, regions };
  const region = readRegion(spec.get('region'), regions);
  return { codes: [deploymentCode(place, model, { key, ...common, region })], regions };
}

function deploymentCode({ factory, host, apiVersion }: Place, model: string, options: Readonly<Record<string, Code | undefined>>): Code {
  const { key, ...others } = options;
  const own = {
    key,
    host: host === undefined ? undefined : text(host),
    apiVersion: apiVersion === undefined ? undefined : text(apiVersion),
  };
  return call(`ModelDeployment.${factory}`, text(model), object({ ...own, ...others }));
}

function readPlace(spec: Fields, endpoint: Fields): Place | string {
  const provider = spec.get('provider').text() ?? spec.get('litellmProvider').text() ?? '';
  const host = endpoint.exists ? readHost(endpoint.text() ?? '') : undefined;
  if (host !== undefined && 'reason' in host) return host.reason;
  const own = host === undefined ? undefined : OWN_HOSTS[host.name];
  if (provider === 'anthropic' || provider === 'openai' || provider === 'gemini') {
    if (host === undefined || own === provider) return { factory: provider };
    return { factory: 'compatible', host: host.name };
  }
  if (host === undefined) return `no deployment of Fleetwright reaches a model of '${provider}' without an https endpoint`;
  if (provider === 'azure') return { factory: 'azure', host: host.name, apiVersion: readApiVersion(spec) };
  if (provider === 'openai-compatible' || provider === 'custom') return { factory: 'compatible', host: host.name };
  return `no deployment of Fleetwright reaches a model of '${provider}'`;
}

/** The host of an endpoint: TLS, on its usual port, at the usual path. */
function readHost(endpoint: string): { name: string } | { reason: string } {
  const match = /^(https?):\/\/([^/:@?#]+)(?::(\d+))?(\/[^?#]*)?$/.exec(endpoint);
  if (match === null) return { reason: 'its endpoint is no URL that the gateway can call' };
  const [, scheme, name = '', port = '443', path = ''] = match;
  if (scheme !== 'https')
    return { reason: 'its endpoint is not reached by TLS, and models are called by TLS alone; put a server with a certificate before it' };
  if (port !== '443') return { reason: 'its endpoint is not on port 443, where models are called' };
  if (!/^\/?(v1\/?|openai\/?.*)?$/.test(path)) return { reason: "its endpoint has a path other than '/v1', where models are called" };
  return { name: name.toLowerCase() };
}

function readApiVersion(spec: Fields): string {
  const fields = [
    spec.get('apiVersion'),
    spec.get('configuration', 'additionalParameters', 'api_version'),
    spec.get('params', 'api_version'),
  ];
  const version = fields.map((field) => field.text()).find((found) => found !== undefined);
  if (version === undefined) spec.get('provider').change(`no version of the API is said: ${AZURE_VERSION}`);
  return version ?? AZURE_VERSION;
}

/** What a deployment has against these values. */
function refuse({ factory, host = '', apiVersion = '' }: Place, model: string): string | undefined {
  return refusalOf(() => {
    if (factory === 'azure') ModelDeployment.azure(model, { key: HANDLE, host, apiVersion });
    else if (factory === 'compatible') ModelDeployment.compatible(model, { key: HANDLE, host });
    else ModelDeployment[factory](model, { key: HANDLE });
  });
}

function readKey(plan: StackPlan, { fields, name }: Resource): Code {
  const reference = fields.get('spec', 'apiKeySecretRef');
  const [secretName, key] = [reference.get('name').text(), reference.get('key').text() ?? 'api-key'];
  if (secretName === undefined || !/^(?!\.\.|\.$)[-._a-zA-Z0-9]{1,253}$/.test(key)) {
    fields.get('spec', 'credentialsSecretRef').leave('a deployment has one key; several values are not supported');
    fields.get('spec', 'modelName').change(`it has no key of its own; put one into the Secret '${name}-key', whose key is 'api-key'`);
    return plan.use(plan.secret(`${name}-key`, 'api-key'));
  }
  const renamed = renameNote(secretName);
  if (renamed !== '') reference.get('name').change(renamed.slice(2));
  reference.get('namespace').leave("the Secret must be in the org's namespace");
  return plan.use(plan.secret(secretName, key));
}

function readLimits(spec: Fields): Readonly<Record<'rpm' | 'tpm', Code | undefined>> {
  const limits = spec.get('rateLimits');
  limits.get('concurrentRequests').leave('providers grant requests and tokens per minute');
  return { rpm: readCount(limits.get('requestsPerMinute')), tpm: readCount(limits.get('tokensPerMinute')) };
}

function readCount(field: Fields): Code | undefined {
  const count = field.number();
  if (count === undefined) return undefined;
  if (Number.isSafeInteger(count) && count > 0) return number(count);
  field.leave('it is no whole number above 0');
  return undefined;
}

/** Prices were per thousand tokens, and are per million. */
function readPrice(tracking: Fields): Code | undefined {
  if (tracking.get('enabled').flag() === false) return undefined;
  const [input, output] = [tracking.get('inputTokenCost').number(), tracking.get('outputTokenCost').number()];
  const currency = tracking.get('currency').text() ?? 'USD';
  if (input === undefined || output === undefined) return undefined;
  const prices = [input, output].map((price) => Number((price * 1000).toFixed(6)));
  if (currency !== 'USD' || prices.some((price) => refusalOf(() => usd(price)) !== undefined)) {
    tracking.leave('prices are in US dollars, at least 0');
    return undefined;
  }
  for (const key of ['inputTokenCost', 'outputTokenCost']) {
    tracking.get(key).change('it is per million tokens here, and budgets count with it; language-operator ignored it');
  }
  return object({ inputPerMillion: usdCode(prices[0] ?? 0), outputPerMillion: usdCode(prices[1] ?? 0) });
}

interface Endpoint {
  readonly place: Place;
  readonly region: string | undefined;
  readonly options: Readonly<Record<string, Code | undefined>>;
}

function readEndpoint(spec: Fields, endpoint: Fields, model: string): Endpoint | undefined {
  const place = readPlace(spec, endpoint.get('url'));
  const refused = typeof place === 'string' ? place : refuse(place, model);
  if (typeof place === 'string' || refused !== undefined) {
    endpoint.leave(refused ?? '');
    return undefined;
  }
  endpoint.get('priority').leave("which deployments come first is said by 'regions'");
  const regions = new Set<string>();
  const region = readRegion(endpoint.get('region'), regions);
  endpoint.get('url').change('language-operator ignored it since its gateway is shared; here it works');
  return { place, region: [...regions][0], options: { weight: readCount(endpoint.get('weight')), region } };
}

function readRegion(field: Fields, into: Set<string>): Code | undefined {
  const region = field.text();
  if (region === undefined) return undefined;
  if (!REGION.test(region)) {
    field.leave("it is no region's short name such as 'eu-central-1'");
    return undefined;
  }
  into.add(region);
  return text(region);
}
