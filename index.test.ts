import { describe, expect, it } from 'vitest';
import * as fleetwright from './index.ts';

describe('the package', () => {
  it('gives stacks these names', () => {
    expect(Object.keys(fleetwright).sort((a, b) => a.localeCompare(b, 'en'))).toEqual([
      'Agent',
      'ApiAccess',
      'BrokeredSecret',
      'Budget',
      'Cpu',
      'Dispatcher',
      'DispatcherDatabase',
      'Duration',
      'Editor',
      'Egress',
      'EgressPolicy',
      'Exposure',
      'Fleet',
      'FleetwrightError',
      'Guardrail',
      'InvalidPropsError',
      'InvalidValueError',
      'McpServer',
      'Memory',
      'MemoryStore',
      'Model',
      'ModelCache',
      'ModelDeployment',
      'ModelGateway',
      'Org',
      'Persona',
      'Pipeline',
      'Probe',
      'Replicas',
      'Run',
      'Secret',
      'Size',
      'Tool',
      'ToolPlacement',
      'ToolRegistry',
      'Trigger',
      'usd',
      'Usd',
      'WorkerRuntime',
      'Workspace',
    ]);
  });
});
