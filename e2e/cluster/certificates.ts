import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import { bitString, booleanTrue, generalizedTime, integer, objectId, octetString, sequence, setOf, tagged, utf8String } from './der.ts';

const ECDSA_WITH_SHA256 = sequence(objectId('1.2.840.10045.4.3.2'));
const DAY = 86_400_000;

/** Who a certificate is for. */
export interface Subject {
  /** Kubernetes takes it for the user name. */
  readonly commonName: string;
  /** Kubernetes takes it for the group. */
  readonly organization?: string;
}

/** A certificate and its private key, both as PEM. */
export interface KeyPair {
  readonly certificate: string;
  readonly privateKey: string;
}

/**
 * A certificate authority that lives as long as a test cluster. It is made with Node alone, because a machine that runs the
 * tests need not have openssl.
 */
export class CertificateAuthority {
  /** The authority's own certificate and key, as PEM. */
  readonly keyPair: KeyPair;
  readonly #key: KeyObject;
  readonly #name: Buffer;

  constructor(subject: Subject) {
    const { privateKey, publicKey } = newKeys();
    this.#key = privateKey;
    this.#name = distinguishedName(subject);
    const extensions = [
      extension('2.5.29.19', sequence(booleanTrue()), { isCritical: true }),
      // keyCertSign and cRLSign.
      extension('2.5.29.15', bitString(Buffer.from([0x06]), 1), { isCritical: true }),
    ];
    this.keyPair = { certificate: this.#sign(this.#name, publicKey, extensions), privateKey: toPem(privateKey) };
  }

  /** A key pair with which a client shows who it is. */
  issueClient(subject: Subject): KeyPair {
    return this.#issue(subject, [extension('2.5.29.37', sequence(objectId('1.3.6.1.5.5.7.3.2')))]);
  }

  /** A key pair of a server that answers under these host names and IPv4 addresses. */
  issueServer(subject: Subject, names: readonly string[]): KeyPair {
    const serverAuth = extension('2.5.29.37', sequence(objectId('1.3.6.1.5.5.7.3.1')));
    return this.#issue(subject, [serverAuth, extension('2.5.29.17', sequence(...names.map(alternativeName)))]);
  }

  #issue(subject: Subject, extensions: readonly Buffer[]): KeyPair {
    const { privateKey, publicKey } = newKeys();
    // digitalSignature.
    const usage = extension('2.5.29.15', bitString(Buffer.from([0x80]), 7), { isCritical: true });
    return { certificate: this.#sign(distinguishedName(subject), publicKey, [usage, ...extensions]), privateKey: toPem(privateKey) };
  }

  /** @see https://www.rfc-editor.org/rfc/rfc5280#section-4.1 */
  #sign(subject: Buffer, publicKey: KeyObject, extensions: readonly Buffer[]): string {
    const now = Date.now();
    const body = sequence(
      tagged(0xa0, integer(Buffer.from([2]))),
      integer(randomBytes(15)),
      ECDSA_WITH_SHA256,
      this.#name,
      sequence(generalizedTime(new Date(now - DAY)), generalizedTime(new Date(now + DAY))),
      subject,
      publicKey.export({ type: 'spki', format: 'der' }),
      tagged(0xa3, sequence(...extensions)),
    );
    const certificate = sequence(body, ECDSA_WITH_SHA256, bitString(sign('sha256', body, this.#key)));
    const lines = certificate.toString('base64').match(/.{1,64}/g) ?? [];
    return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n');
  }
}

/** A key pair without a certificate, as PEM: what signs service account tokens and what checks them. */
export function newSigningKeys(): { readonly privateKey: string; readonly publicKey: string } {
  const { privateKey, publicKey } = newKeys();
  return { privateKey: toPem(privateKey), publicKey: publicKey.export({ type: 'spki', format: 'pem' }).toString() };
}

function newKeys(): { privateKey: KeyObject; publicKey: KeyObject } {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' });
}

function toPem(privateKey: KeyObject): string {
  // SEC 1 rather than PKCS #8: it is what Kubernetes' own tools write.
  return privateKey.export({ type: 'sec1', format: 'pem' }).toString();
}

function distinguishedName({ organization, commonName }: Subject): Buffer {
  const attribute = (id: string, value: string) => setOf(sequence(objectId(id), utf8String(value)));
  const organizations = organization === undefined ? [] : [attribute('2.5.4.10', organization)];
  return sequence(...organizations, attribute('2.5.4.3', commonName));
}

function extension(id: string, value: Buffer, { isCritical = false } = {}): Buffer {
  return sequence(objectId(id), ...(isCritical ? [booleanTrue()] : []), octetString(value));
}

function alternativeName(name: string): Buffer {
  const isAddress = /^\d+(\.\d+){3}$/.test(name);
  return isAddress ? tagged(0x87, Buffer.from(name.split('.').map(Number))) : tagged(0x82, Buffer.from(name));
}
