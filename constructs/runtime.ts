import { findChoiceProblems } from './choices.ts';
import { Editor } from './editor.ts';
import { isEnvName, isReservedEnvName } from './env-names.ts';
import { InvalidPropsError, InvalidValueError, type Problem, refuseValue } from './errors.ts';
import { findKindProblems, findTextProblems } from './kinds.ts';
import { Probe, PROBES, type Probes } from './probe.ts';
import { type Resources, findResourceProblems, RESOURCES } from './resources.ts';
import { Cpu, Duration, Size } from './units.ts';
import { type PropNames, refuseUnknownProps } from './unknown-props.ts';

const ISOLATIONS = ['gvisor', 'kata', 'runc', 'sysbox'] as const;

/**
 * What stands between an agent's code and the node's kernel. All but `runc` need a RuntimeClass in the environment.
 *
 * @see https://kubernetes.io/docs/concepts/containers/runtime-class/
 */
export type Isolation = (typeof ISOLATIONS)[number];

/** The protocol in which a runtime speaks to the model gateway. */
export type ModelDialect = 'anthropic' | 'gemini' | 'openai';

/** Programs that run in the agent's container when it starts and before it stops: a program and its arguments. */
export interface LifecycleHooks {
  /** Runs as soon as the container has started; the container is not ready before it ends. */
  readonly postStart?: readonly string[];
  /** Runs before the container is asked to stop, within the grace period. */
  readonly preStop?: readonly string[];
}

/** Options of every runtime. */
export interface RuntimeOptions {
  /**
   * What stands between the agent's code and the node's kernel.
   *
   * @default 'runc'
   */
  readonly isolation?: Isolation;

  /**
   * What the agent's container may use.
   *
   * @default 250m CPU, 1Gi memory, 1Gi scratch space
   */
  readonly resources?: Resources;

  /**
   * Shell commands that prepare the agent's home before it starts, run in order in the agent's image by an init container.
   *
   * @default none
   */
  readonly setup?: readonly string[];

  /**
   * An editor in the browser that works in the agent's workspace.
   *
   * @default none
   */
  readonly editor?: Editor;

  /**
   * Programs at the start and the end of the container's life.
   *
   * @default none
   */
  readonly hooks?: LifecycleHooks;

  /**
   * How the kubelet sees that the agent works; ports are the agent's own, 8080.
   *
   * @default the worker answers `/healthz` and `/readyz`
   */
  readonly probes?: Probes;

  /**
   * How long the agent has to finish when it is stopped, in whole seconds up to an hour.
   *
   * @default Duration.minutes(1)
   */
  readonly gracePeriod?: Duration;

  /**
   * Environment variables of the program. An agent's own come on top.
   *
   * @default none
   */
  readonly env?: Readonly<Record<string, string>>;
}

/** Options of `WorkerRuntime.reference`. */
export interface ReferenceOptions extends RuntimeOptions {
  /**
   * Programs of its image that the agent may run, by name: `['git', 'node']`. They are started without a shell, in the folder in which it works; of
   * git, it may use what works there and with the repository's own origin. What an interpreter among them is told to run is the model's choice,
   * so what it may do is what the container may.
   *
   * @default none
   */
  readonly commands?: readonly string[];
}

/** Options of `WorkerRuntime.shell`. */
export interface ShellOptions extends RuntimeOptions {
  /** The program and its arguments, run once for each task. */
  readonly command: readonly string[];

  /**
   * The image, by its name in the image lock.
   *
   * @default 'shell'
   */
  readonly image?: string;
}

const RUNTIME_OPTIONS: PropNames<RuntimeOptions> = {
  isolation: true,
  resources: RESOURCES,
  setup: true,
  editor: true,
  hooks: { postStart: true, preStop: true },
  probes: PROBES,
  gracePeriod: true,
  env: true,
};
const REFERENCE_OPTIONS: PropNames<ReferenceOptions> = { ...RUNTIME_OPTIONS, commands: true };
const SHELL_OPTIONS: PropNames<ShellOptions> = { ...RUNTIME_OPTIONS, command: true, image: true };

/** Programs that make a command line, or a program with more rights, out of what a model says. */
const SHELLS = /^((ba|da|z|k|c|tc|fi|a)?sh|busybox|doas|env|eval|nsenter|ssh|su|sudo|unshare|xargs)$/;

interface Preset {
  readonly adapter: string;
  readonly image: string;
  readonly command: readonly string[];
  readonly dialect: ModelDialect | undefined;
  readonly env: Readonly<Record<string, string>>;
  readonly commands?: readonly string[];
}

const PRESETS = {
  reference: { adapter: 'reference', image: 'worker', command: [], dialect: 'openai', env: {} },
  claudeCode: {
    adapter: 'claude-code',
    image: 'claude-code',
    command: ['claude'],
    dialect: 'anthropic',
    env: { CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1' },
  },
  codex: { adapter: 'codex', image: 'codex', command: ['codex'], dialect: 'openai', env: {} },
  opencode: {
    adapter: 'opencode',
    image: 'opencode',
    command: ['opencode'],
    dialect: 'openai',
    env: { OPENCODE_DISABLE_AUTOUPDATE: 'true' },
  },
  goose: { adapter: 'goose', image: 'goose', command: ['goose'], dialect: 'openai', env: { GOOSE_PROVIDER: 'openai' } },
  geminiCli: { adapter: 'gemini-cli', image: 'gemini-cli', command: ['gemini'], dialect: 'gemini', env: {} },
  droid: { adapter: 'droid', image: 'droid', command: ['droid'], dialect: 'openai', env: {} },
} as const satisfies Record<string, Preset>;

const AGENT_RESOURCES: Resources = { cpu: Cpu.millis(250), memory: Size.gibibytes(1), ephemeralStorage: Size.gibibytes(1) };
const AGENT_PROBES: Probes = {
  startup: Probe.http('/healthz', { period: Duration.seconds(2), failures: 60 }),
  readiness: Probe.http('/readyz'),
  liveness: Probe.http('/healthz', { period: Duration.seconds(15), failures: 4 }),
};

/** How an agent's container runs. The worker, which an init container puts beside the image's own program, speaks the contract for it. */
export class WorkerRuntime {
  /** Which program the worker translates the contract for. */
  readonly adapter: string;
  /** The image, by its name in the image lock. */
  readonly image: string;
  /** The program that the worker starts, and its arguments. */
  readonly command: readonly string[];
  /** Programs that the agent may run besides it. */
  readonly commands: readonly string[];
  /** How it speaks to models; `undefined` when it does not. */
  readonly dialect: ModelDialect | undefined;
  readonly env: Readonly<Record<string, string>>;
  readonly isolation: Isolation;
  readonly resources: Resources;
  readonly setup: readonly string[];
  readonly editor: Editor | undefined;
  readonly hooks: LifecycleHooks;
  readonly probes: Probes;
  readonly gracePeriod: Duration;

  /** Fleetwright's own small agent: a loop of model and tools. */
  static reference(referenceOptions: ReferenceOptions = {}): WorkerRuntime {
    refuseUnknownProps('WorkerRuntime.reference', referenceOptions, REFERENCE_OPTIONS);
    const { commands = [], ...options } = referenceOptions;
    refuseValue('WorkerRuntime.reference', findCommandProblems(commands));
    return new WorkerRuntime({ ...PRESETS.reference, commands }, options);
  }

  /** Anthropic's Claude Code. */
  static claudeCode(options: RuntimeOptions = {}): WorkerRuntime {
    return new WorkerRuntime(PRESETS.claudeCode, options);
  }

  /** OpenAI's Codex CLI. */
  static codex(options: RuntimeOptions = {}): WorkerRuntime {
    return new WorkerRuntime(PRESETS.codex, options);
  }

  /** opencode. */
  static opencode(options: RuntimeOptions = {}): WorkerRuntime {
    return new WorkerRuntime(PRESETS.opencode, options);
  }

  /** Goose. */
  static goose(options: RuntimeOptions = {}): WorkerRuntime {
    return new WorkerRuntime(PRESETS.goose, options);
  }

  /** Google's Gemini CLI. */
  static geminiCli(options: RuntimeOptions = {}): WorkerRuntime {
    return new WorkerRuntime(PRESETS.geminiCli, options);
  }

  /** Factory's Droid. */
  static droid(options: RuntimeOptions = {}): WorkerRuntime {
    return new WorkerRuntime(PRESETS.droid, options);
  }

  /** A program of your own that needs no model: a test run, a build, a script. */
  static shell(shellOptions: ShellOptions): WorkerRuntime {
    refuseUnknownProps('WorkerRuntime.shell', shellOptions, SHELL_OPTIONS);
    const { command, image = 'shell', ...options } = shellOptions;
    if (command.length === 0) throw new InvalidValueError('WorkerRuntime.shell', { prop: 'command', must: 'name a program', got: command });
    return new WorkerRuntime({ adapter: 'shell', image, command, dialect: undefined, env: {} }, options);
  }

  private constructor(preset: Preset, options: RuntimeOptions) {
    refuseUnknownProps(`WorkerRuntime '${preset.adapter}'`, options, RUNTIME_OPTIONS);
    this.adapter = preset.adapter;
    this.image = preset.image;
    this.command = Object.freeze([...preset.command]);
    this.commands = Object.freeze([...(preset.commands ?? [])]);
    this.dialect = preset.dialect;
    this.env = Object.freeze({ ...preset.env, ...options.env });
    this.isolation = options.isolation ?? 'runc';
    this.resources = options.resources ?? AGENT_RESOURCES;
    this.setup = Object.freeze([...(options.setup ?? [])]);
    this.editor = options.editor;
    this.hooks = Object.freeze({ ...options.hooks });
    this.probes = options.probes ?? AGENT_PROBES;
    this.gracePeriod = options.gracePeriod ?? Duration.minutes(1);
    const problems = findRuntimeProblems(this);
    if (problems.length > 0) throw new InvalidPropsError(`WorkerRuntime '${this.adapter}'`, problems);
    Object.freeze(this);
  }

  /** Whether it is the worker that the kubelet asks, and not the agent itself. */
  get isProbedByWorker(): boolean {
    return this.probes === AGENT_PROBES;
  }
}

function findCommandProblems(commands: readonly string[]): Problem[] {
  if (!Array.isArray(commands) || new Set(commands).size < commands.length)
    return [{ prop: 'commands', must: 'be a list of names, each once' }];
  return commands.flatMap((got: unknown) => {
    if (typeof got !== 'string' || !/^[a-zA-Z0-9][-+.\w]{0,63}$/.test(got))
      return [{ prop: 'commands', must: 'be names of programs, without a path', got }];
    return SHELLS.test(got) ? [{ prop: 'commands', must: 'name no shell, nor what starts programs of its own choice', got }] : [];
  });
}

function findRuntimeProblems({ isolation, resources, setup, editor, hooks, gracePeriod, env }: WorkerRuntime): Problem[] {
  const problems = [...findChoiceProblems('isolation', isolation, ISOLATIONS), ...findResourceProblems('resources', resources)];
  if (editor !== undefined) problems.push(...findKindProblems('editor', editor, Editor));
  if (setup.some((command) => command.trim() === '')) problems.push({ prop: 'setup', must: 'hold no empty command', got: setup });
  for (const name of ['postStart', 'preStop'] as const) {
    if (hooks[name]?.length === 0) problems.push({ prop: `hooks.${name}`, must: 'name a program', got: hooks[name] });
  }
  const seconds = gracePeriod.toSeconds({ integral: false });
  if (!Number.isInteger(seconds) || seconds < 1 || seconds > 3600) {
    problems.push({ prop: 'gracePeriod', must: 'be whole seconds from 1 to 3600', got: gracePeriod.toSeconds({ integral: false }) });
  }
  for (const name in env) {
    if (!isEnvName(name)) problems.push({ prop: 'env', must: 'hold names of letters, digits and underscores', got: name });
    else if (isReservedEnvName(name)) problems.push({ prop: 'env', must: 'not replace a variable of the contract', got: name });
  }
  return [...problems, ...findTextProblems('env', env)];
}
