import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Cpu, Duration, FleetwrightError, Probe, Size } from '../constructs/index.ts';
import { anEnvironment } from '../test/builders.ts';
import { expand } from '../test/manifests.ts';
import { imageOf, literal, renderProbes, renderResources, toEnv, toQuantity } from './pod.ts';

describe('literal', () => {
  it.each([
    ['plain', 'plain'],
    ['$HOME and 5 $', '$HOME and 5 $'],
    ['$(NAME)', '$$(NAME)'],
    ['$$(NAME)', '$$$$(NAME)'],
    ['pid $$', 'pid $$$$'],
    ['$(open', '$$(open'],
  ])('writes %j as %j', (text, written) => {
    expect(literal(text)).toBe(written);
  });

  it('survives what Kubernetes does to it, whatever it holds', () => {
    const texts = fc.array(fc.constantFrom('$', '(', ')', 'A', '\n', '$(A)')).map((parts) => parts.join(''));
    fc.assert(fc.property(texts, (text) => expand(literal(text)) === text));
  });
});

describe('imageOf', () => {
  it('says where an image that is not locked belongs', () => {
    expect(() => imageOf(anEnvironment(), 'nginx')).toThrow(
      new FleetwrightError(
        'FW_ENVIRONMENT_INVALID',
        "image 'nginx' is not locked in environment 'test': add it under 'images' in environments/test.yaml",
      ),
    );
  });
});

describe('quantities', () => {
  it.each([
    [Size.mebibytes(512), '512Mi'],
    [Size.gibibytes(2), '2Gi'],
    [Size.mebibytes(1536), '1536Mi'],
  ])('are written as Kubernetes writes them: %#', (size, text) => {
    expect(toQuantity(size)).toBe(text);
  });

  it('limit CPU to four times what is set aside, unless told otherwise', () => {
    const resources = { cpu: Cpu.millis(250), ephemeralStorage: Size.gibibytes(1), memory: Size.mebibytes(512) };
    const fixed = { 'ephemeral-storage': '1Gi', memory: '512Mi' };
    expect(renderResources(resources)).toEqual({ limits: { cpu: '1', ...fixed }, requests: { cpu: '250m', ...fixed } });
    expect(renderResources({ ...resources, cpuLimit: Cpu.millis(300) })).toMatchObject({ limits: { cpu: '300m' } });
  });
});

describe('toEnv', () => {
  it('orders variables by name', () => {
    expect(toEnv({ B: '2', A: '$(B)' })).toEqual([
      { name: 'A', value: '$$(B)' },
      { name: 'B', value: '2' },
    ]);
  });
});

describe('renderProbes', () => {
  it('writes each kind of probe', () => {
    const options = { failures: 7, period: Duration.seconds(20), timeout: Duration.seconds(3) };
    const fixed = { failureThreshold: 7, periodSeconds: 20, timeoutSeconds: 3 };
    const probes = { liveness: Probe.tcp(options), readiness: Probe.http('/up', options), startup: Probe.command(['ok', '$(X)'], options) };
    expect(renderProbes(probes, 9000)).toEqual({
      livenessProbe: { ...fixed, exec: undefined, httpGet: undefined, tcpSocket: { port: 9000 } },
      readinessProbe: { ...fixed, exec: undefined, httpGet: { path: '/up', port: 9000 }, tcpSocket: undefined },
      startupProbe: { ...fixed, exec: { command: ['ok', '$$(X)'] }, httpGet: undefined, tcpSocket: undefined },
    });
  });
});
