import { X509Certificate } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { CertificateAuthority } from './certificates.ts';

const authority = new CertificateAuthority({ commonName: 'test authority' });
const root = new X509Certificate(authority.keyPair.certificate);

describe('CertificateAuthority', () => {
  it('signs itself', () => {
    expect(root.ca).toBe(true);
    expect(root.verify(root.publicKey)).toBe(true);
  });

  it('issues a client certificate that names user and group', () => {
    const client = new X509Certificate(authority.issueClient({ commonName: 'admin', organization: 'system:masters' }).certificate);
    expect(client.subject).toBe('O=system:masters\nCN=admin');
    expect(client.verify(root.publicKey)).toBe(true);
    expect(client.checkIssued(root)).toBe(true);
    expect(client.keyUsage).toEqual(['1.3.6.1.5.5.7.3.2']);
    expect(client.ca).toBe(false);
  });

  it('issues a server certificate for host names and addresses', () => {
    const server = new X509Certificate(authority.issueServer({ commonName: 'api' }, ['localhost', '127.0.0.1']).certificate);
    expect(server.subjectAltName).toBe('DNS:localhost, IP Address:127.0.0.1');
    expect(server.checkIP('127.0.0.1')).toBe('127.0.0.1');
    expect(server.checkHost('elsewhere')).toBeUndefined();
  });

  it('is valid now, and not for long', () => {
    const days = (root.validToDate.getTime() - Date.now()) / 86_400_000;
    expect(root.validFromDate.getTime()).toBeLessThan(Date.now());
    expect(days).toBeGreaterThan(0.9);
    expect(days).toBeLessThan(1.1);
  });
});
