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
      'Probe',
      'Replicas',
      'Run',
      'Secret',
      'Size',
      'Tool',
      'ToolPlacement',
      'ToolRegistry',
      'usd',
      'Usd',
      'WorkerRuntime',
      'Workspace',
    ]);
  });
});
