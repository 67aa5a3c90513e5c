import { InvalidValueError, refuseValue } from './errors.ts';
import { findKindProblems } from './kinds.ts';
import { isHostName } from './names.ts';
import { Secret } from './secret.ts';
import type { Usd } from './units.ts';
import { type PropNames, refuseUnknownProps } from './unknown-props.ts';

/** What a provider charges. */
export interface ModelPrice {
  /** For a million tokens read. */
  readonly inputPerMillion: Usd;
  /** For a million tokens written. */
  readonly outputPerMillion: Usd;
}

/** Options of every deployment. */
export interface ModelDeploymentOptions {
  /** Handle to the provider's API key. Only the gateway mounts it. */
  readonly key: Secret;

  /**
   * Its share of the calls, relative to the other deployments; a whole number above 0.
   *
   * @default 1
   */
  readonly weight?: number;

  /**
   * Requests per minute that the provider grants.
   *
   * @default no limit
   */
  readonly rpm?: number;

  /**
   * Tokens per minute that the provider grants.
   *
   * @default no limit
   */
  readonly tpm?: number;

  /**
   * Where it is served, in the provider's words: `eu-central-1`.
   *
   * @default no region
   */
  readonly region?: string;

  /**
   * What it costs; budgets count with it.
   *
   * @default the gateway's own price list
   */
  readonly price?: ModelPrice;
}

/** Options of `ModelDeployment.azure`. */
export interface AzureDeploymentOptions extends ModelDeploymentOptions {
  /** Host of the resource: `acme.openai.azure.com`. */
  readonly host: string;
  /** Version of the API: `2025-04-01-preview`. */
  readonly apiVersion: string;
}

/** Options of `ModelDeployment.compatible`. */
export interface CompatibleDeploymentOptions extends ModelDeploymentOptions {
  /** Host that serves `/v1/chat/completions` over TLS. */
  readonly host: string;
}

const OPTIONS: PropNames<ModelDeploymentOptions> = {
  key: true,
  weight: true,
  rpm: true,
  tpm: true,
  region: true,
  price: { inputPerMillion: true, outputPerMillion: true },
};
const AZURE_OPTIONS: PropNames<AzureDeploymentOptions> = { ...OPTIONS, host: true, apiVersion: true };
const COMPATIBLE_OPTIONS: PropNames<CompatibleDeploymentOptions> = { ...OPTIONS, host: true };

/** The providers that the gateway is set up for. */
export type ModelProvider = 'anthropic' | 'azure' | 'compatible' | 'gemini' | 'openai';

const HOSTS = { anthropic: 'api.anthropic.com', gemini: 'generativelanguage.googleapis.com', openai: 'api.openai.com' };

/** The gateway takes other texts for the names of its own variables. */
const API_VERSION = /^(\d{4}-\d{2}-\d{2}(-preview)?|v1|preview)$/;

/** One place that serves a model: a provider's model name, reached with one key. */
export class ModelDeployment {
  readonly provider: ModelProvider;
  /** The provider's name of the model. */
  readonly model: string;
  /** The host that the gateway calls, by TLS. */
  readonly host: string;
  readonly apiVersion: string | undefined;
  readonly key: Secret;
  readonly weight: number;
  readonly rpm: number | undefined;
  readonly tpm: number | undefined;
  readonly region: string | undefined;
  readonly price: ModelPrice | undefined;

  /** Anthropic's API. */
  static anthropic(model: string, options: ModelDeploymentOptions): ModelDeployment {
    refuseUnknownProps('ModelDeployment.anthropic', options, OPTIONS);
    return new ModelDeployment('anthropic', model, HOSTS.anthropic, options);
  }

  /** OpenAI's API. */
  static openai(model: string, options: ModelDeploymentOptions): ModelDeployment {
    refuseUnknownProps('ModelDeployment.openai', options, OPTIONS);
    return new ModelDeployment('openai', model, HOSTS.openai, options);
  }

  /** Google's Gemini API. */
  static gemini(model: string, options: ModelDeploymentOptions): ModelDeployment {
    refuseUnknownProps('ModelDeployment.gemini', options, OPTIONS);
    return new ModelDeployment('gemini', model, HOSTS.gemini, options);
  }

  /** A deployment of an Azure OpenAI resource; `model` is the deployment's name. */
  static azure(model: string, options: AzureDeploymentOptions): ModelDeployment {
    refuseUnknownProps('ModelDeployment.azure', options, AZURE_OPTIONS);
    return new ModelDeployment('azure', model, options.host, options, options.apiVersion);
  }

  /** Anything that speaks the OpenAI protocol over TLS, such as a server of your own. */
  static compatible(model: string, options: CompatibleDeploymentOptions): ModelDeployment {
    refuseUnknownProps('ModelDeployment.compatible', options, COMPATIBLE_OPTIONS);
    return new ModelDeployment('compatible', model, options.host, options);
  }

  // oxlint-disable-next-line eslint/max-params -- called by the factories above only
  private constructor(provider: ModelProvider, model: string, host: string, options: ModelDeploymentOptions, apiVersion?: string) {
    this.provider = provider;
    this.model = model;
    this.host = host;
    this.apiVersion = apiVersion;
    this.key = options.key;
    this.weight = options.weight ?? 1;
    this.rpm = options.rpm;
    this.tpm = options.tpm;
    this.region = options.region;
    this.price = options.price;
    refuseNonsense(this);
    Object.freeze(this);
  }
}

function refuseNonsense({ model, host, apiVersion, key, weight, rpm, tpm, region }: ModelDeployment): void {
  const what = `ModelDeployment of '${model}'`;
  if (!/^[\w][-\w.:/@]{0,127}$/.test(model)) {
    throw new InvalidValueError(what, { prop: 'model', must: 'be the model name that the provider uses', got: model });
  }
  if (model.startsWith('os.environ/')) {
    throw new InvalidValueError(what, { prop: 'model', must: "not name a variable of the gateway's", got: model });
  }
  if (apiVersion !== undefined && !API_VERSION.test(apiVersion)) {
    throw new InvalidValueError(what, { prop: 'apiVersion', must: "be a version such as '2025-04-01-preview' or 'v1'", got: apiVersion });
  }
  refuseValue(what, findKindProblems('key', key, Secret));
  if (!isHostName(host)) throw new InvalidValueError(what, { prop: 'host', must: 'be a full host name in lower case', got: host });
  if (region !== undefined && !/^[a-z0-9][-a-z0-9]{0,62}$/.test(region)) {
    throw new InvalidValueError(what, { prop: 'region', must: "be a region's short name such as 'eu-central-1'", got: region });
  }
  for (const [prop, value] of Object.entries({ weight, rpm, tpm })) {
    if (value === undefined || (Number.isSafeInteger(value) && value > 0)) continue;
    throw new InvalidValueError(what, { prop, must: 'be a whole number above 0', got: value });
  }
}
