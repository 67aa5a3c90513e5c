import { isRecord } from '../is-record.ts';
import type { Target } from './gateway.ts';
import type { PlannedModel } from './plan.ts';

/** Who serves models to this machine. */
export interface ModelSource {
  readonly kind: 'anthropic' | 'openai' | 'scripted';
  /** Base address, without `/v1`. */
  readonly address: string;
  readonly key: string | undefined;
  /** What models are called that a stack has from others; left out for the scripted model, which takes every name. */
  readonly model?: string;
  /** Whether all models are to be called so. */
  readonly isForced?: boolean;
}

const ADDRESSES = { anthropic: 'https://api.anthropic.com', openai: 'https://api.openai.com' } as const;

/** What is asked for where a stack has its models from others: small, and so cheap. */
const USUAL = { anthropic: 'claude-haiku-4-5', openai: 'gpt-5-mini' } as const;

/** Those who serve models, by the variables under which their own clients look for them. */
export function findSources(env: NodeJS.ProcessEnv): ModelSource[] {
  const sources: ModelSource[] = [];
  for (const kind of ['anthropic', 'openai'] as const) {
    const name = kind.toUpperCase();
    const [key, address, model] = [env[`${name}_API_KEY`], env[`${name}_BASE_URL`], env[`${name}_MODEL`]];
    // A server of one's own, such as Ollama, needs no key.
    if (!key && !(kind === 'openai' && address)) continue;
    sources.push({
      kind,
      address: (address ?? ADDRESSES[kind]).replace(/\/+$/, '').replace(/\/v1$/, ''),
      key: key ?? undefined,
      model: model ?? USUAL[kind],
      isForced: model !== undefined,
    });
  }
  return sources;
}

/** A server of one's own that was told no model's name serves its first. */
export async function withServedModel(source: ModelSource): Promise<ModelSource> {
  if (source.kind !== 'openai' || source.isForced === true || source.address === ADDRESSES.openai) return source;
  try {
    const response = await fetch(`${source.address}/v1/models`, { headers: authorize(source), signal: AbortSignal.timeout(5000) });
    const answer: unknown = await response.json();
    const [first]: unknown[] = isRecord(answer) && Array.isArray(answer['data']) ? (answer['data'] as unknown[]) : [];
    return isRecord(first) && typeof first['id'] === 'string' ? { ...source, model: first['id'], isForced: true } : source;
  } catch {
    return source;
  }
}

/** For people: who answers. */
export function describeSources(sources: readonly ModelSource[]): string {
  if (sources.some(({ kind }) => kind === 'scripted')) return 'the scripted model, which plays transcripts: no answer is a real one';
  return sources.map(({ address, model, isForced }) => `${address}${isForced === true ? ` (${model})` : ''}`).join(', ');
}

/**
 * Where a call of a model goes, under the name that it has there.
 *
 * @param models those of the agent's org
 * @param agent `<org>/<agent>`
 * @param path such as `/v1/chat/completions`
 */
export function routeModel(
  sources: readonly ModelSource[],
  models: readonly PlannedModel[],
  agent: string,
  request: { readonly path: string; readonly body: Buffer },
): Target {
  const message = parse(request.body);
  const asked = isRecord(message) && typeof message['model'] === 'string' ? message['model'] : undefined;
  const known = models.find(({ org, name }) => name === asked && agent.startsWith(`${org}/`));
  const { source, model } = choose(sources, known);
  const url = new URL(source.address + request.path);
  if (source.kind === 'scripted') return { url, headers: { 'x-fleetwright-agent': agent }, body: request.body };
  const renamed = isRecord(message) && asked !== undefined && (known !== undefined || source.isForced === true);
  return {
    url,
    headers: authorize(source, request.path),
    body: renamed ? Buffer.from(JSON.stringify({ ...message, model })) : request.body,
  };
}

/** Who serves one of the model's deployments; else the first, with the name that is usual there. */
function choose(sources: readonly ModelSource[], known: PlannedModel | undefined): { source: ModelSource; model: string } {
  for (const source of sources) {
    const deployment = known?.deployments.find(({ provider }) => provider === source.kind);
    if (deployment !== undefined) return { source, model: source.isForced === true ? (source.model ?? '') : deployment.model };
  }
  const [source] = sources;
  if (source === undefined)
    throw new Error('No model is served here; set ANTHROPIC_API_KEY, OPENAI_API_KEY or OPENAI_BASE_URL, and start again');
  return { source, model: source.model ?? '' };
}

/** Anthropic's own protocol has a header of its own. */
function authorize({ kind, key }: ModelSource, path = ''): Record<string, string> {
  if (key === undefined) return {};
  return kind === 'anthropic' && path.startsWith('/v1/messages') ? { 'x-api-key': key } : { authorization: `Bearer ${key}` };
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
}
