/**
 * The file `/etc/agent/config.yaml`: who an agent is and what it may use. Its shape is language-operator's, so images made for
 * that operator run unchanged; fields that are ours alone are optional and said to be so.
 */
export interface AgentConfig {
  readonly agent: { readonly name: string; readonly namespace: string };
  /** Its task, or for a service its standing orders. */
  readonly instructions?: string;
  /** By the name under which the gateway serves them. */
  readonly models?: Readonly<Record<string, ModelConfig>>;
  /** At most one. */
  readonly personas?: readonly PersonaConfig[];
  /** By the tool's name. */
  readonly tools?: Readonly<Record<string, ToolConfig>>;
}

/** What a model is used for. */
export type ModelRole = 'primary' | 'reasoning' | 'summarization' | 'tool-calling';

/** A model that the agent may use. */
export interface ModelConfig {
  /** Base address of the gateway: clients of OpenAI's protocol append `/v1`. */
  readonly endpoint: string;
  /** What the gateway is asked for. */
  readonly model: string;
  /** In US dollars; whoever counts costs takes them for free where there is none. Ours alone. */
  readonly price?: { readonly inputPerMillion: number; readonly outputPerMillion: number };
  /** 1 for the model to prefer, then counting up. */
  readonly priority: number;
  /** Who serves it first. */
  readonly provider: string;
  /** The first of its roles. */
  readonly role: ModelRole;
  /** All of its roles, where it has several. Ours alone. */
  readonly roles?: readonly ModelRole[];
}

/** A voice. */
export interface PersonaConfig {
  readonly expertise?: readonly string[];
  /** BCP 47 tag of the language to answer in. Ours alone. */
  readonly language?: string;
  readonly name: string;
  /** What it never does. Ours alone. */
  readonly never?: readonly string[];
  readonly personality?: string;
  /** What it always does. Ours alone. */
  readonly rules?: readonly string[];
  readonly tone?: string;
}

/** A tool that the agent may use. */
export interface ToolConfig {
  /** The tools of the server that may be called; all where it is left out. Ours alone. */
  readonly allow?: readonly string[];
  /** Whole URL of the MCP endpoint. */
  readonly endpoint: string;
  readonly protocol: 'mcp';
}

/** The file `/etc/agent/memory.yaml`: where an agent keeps what it remembers. Whoever reads it uses keys below `prefix` only. */
export type MemoryConfig = CommonMemoryConfig & (ServerMemoryConfig | BucketMemoryConfig);

interface CommonMemoryConfig {
  /** Start of all keys of this agent. */
  readonly prefix: string;
  /** How long a memory lives after its last use. */
  readonly ttlSeconds: number;
}

interface ServerMemoryConfig {
  readonly kind: 'postgres' | 'redis';
  /** File that holds the connection URL. */
  readonly urlFile: string;
}

interface BucketMemoryConfig {
  readonly bucket: string;
  /** File that holds the credentials, in the format of an AWS credentials file. */
  readonly credentialsFile: string;
  readonly endpoint: string;
  readonly kind: 's3';
}
