import { describe, expect, it } from 'vitest';
import { anOrg } from '../test/builders.ts';
import { Egress, EgressPolicy } from './index.ts';
import { flattenEgress } from './egress.ts';

const reason = 'the source we read';

describe('Egress', () => {
  it('means one host, on the port of TLS, unless told otherwise', () => {
    expect(Egress.host('api.example.com', { reason })).toMatchObject({ depth: 'exact', ports: [443], methods: [] });
  });

  it('sorts what has no order', () => {
    expect(Egress.host('api.example.com', { reason, ports: [8443, 443] }).ports).toEqual([443, 8443]);
    expect(Egress.plainHttp('api.example.com', { reason, methods: ['POST', 'GET'] }).methods).toEqual(['GET', 'POST']);
  });

  it.each(['*.example.com', 'example.com:443', 'https://example.com', '10.0.0.1', 'localhost'])('refuses the host %j', (host) => {
    expect(() => Egress.host(host, { reason })).toThrow(/'host' must be a full host name in lower case, without '\*', port or address/);
  });

  it.each([[[]], [[0]], [[65_536]], [[443, 443]], [[1.5]]])('refuses the ports %j', (ports) => {
    expect(() => Egress.host('example.com', { reason, ports })).toThrow(/'ports' must be different whole numbers from 1 to 65535/);
  });

  it('wants plain HTTP to be called so', () => {
    expect(() => Egress.host('example.com', { reason, ports: [80] })).toThrow(
      "Egress to 'example.com': 'ports' must not be 80, where anyone sees what is sent, got [ 80 ]; use Egress.plainHttp [FW_INVALID_VALUE]",
    );
  });

  it.each(['', '  '])('wants a reason, not %j', (empty) => {
    expect(() => Egress.host('example.com', { reason: empty })).toThrow(/'reason' must say why the host is needed/);
  });

  it.each(['2026-02-30', 'tomorrow', '2026-1-1', '2026-01-01T00:00:00Z'])('refuses to expire on %j', (expires) => {
    expect(() => Egress.host('example.com', { reason, expires })).toThrow(/'expires' must be a day as YYYY-MM-DD/);
  });
});

describe('EgressPolicy', () => {
  it('is shared, and counts once', () => {
    const intent = Egress.host('example.com', { reason });
    const policy = new EgressPolicy(anOrg(), 'web', { allow: [intent] });
    expect(flattenEgress([policy, intent])).toEqual([intent]);
  });

  it('is not empty', () => {
    expect(() => new EgressPolicy(anOrg(), 'web', { allow: [] })).toThrow(
      "test/acme/web cannot be built:\n  - 'allow' must name at least one host, got []; leave the policy out instead [FW_INVALID_PROPS]",
    );
  });
});
