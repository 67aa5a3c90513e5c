/**
 * The names in our traces, in one place, as those of the GenAI conventions are still in development. What a task was about, its input and its
 * result stay out of traces.
 *
 * @see https://github.com/open-telemetry/semantic-conventions-genai
 */
export const NAMES = {
  operation: 'gen_ai.operation.name',
  agentId: 'gen_ai.agent.id',
  agentName: 'gen_ai.agent.name',
  model: 'gen_ai.request.model',
  inputTokens: 'gen_ai.usage.input_tokens',
  outputTokens: 'gen_ai.usage.output_tokens',
  errorType: 'error.type',
  org: 'fleetwright.org',
  task: 'fleetwright.task.id',
  attempt: 'fleetwright.task.attempt',
  state: 'fleetwright.task.state',
  outcome: 'fleetwright.attempt.outcome',
  worker: 'fleetwright.worker.name',
  cost: 'fleetwright.cost.usd',
} as const;
