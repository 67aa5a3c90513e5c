import { describe, expect, it } from 'vitest';
import { Egress } from '../../constructs/index.ts';
import { renderSquidConfig } from './squid-config.ts';

const why = { reason: 'a test' };
const forbidden = { ipv4: ['10.0.0.0/8'], ipv6: ['fc00::/7'] };

function rulesOf(...clients: { id: string; intents: Egress[] }[]): string[] {
  const lines = renderSquidConfig({ clients, forbidden, org: 'acme' }).split('\n');
  return lines.slice(lines.indexOf('acl known proxy_auth REQUIRED') + 1, -1);
}

const COMMON = ['acl CONNECT method CONNECT', 'acl http proto HTTP', 'acl web port 80'];
const FORBIDDEN = [
  'acl forbidden dst 10.0.0.0/8',
  'acl forbidden dst fc00::/7',
  String.raw`acl ip_literal dstdom_regex -n -i (^|\.)[0-9][^.]*\.?$ :`,
];

describe('the configuration of squid', () => {
  it('asks for a password first, and ends with a refusal', () => {
    const rules = rulesOf({ id: 'ada', intents: [Egress.host('a.test', why)] }).filter((line) => line.startsWith('http_access'));
    expect(rules[0]).toBe('http_access deny !known');
    expect(rules.at(-1)).toBe('http_access deny all');
  });

  it('knows three depths', () => {
    const intents = (['exact', 'one', 'any'] as const).map((depth) => Egress.host(`${depth}.a-b.test`, { ...why, depth }));
    expect(rulesOf({ id: 'ada', intents })).toEqual([
      ...COMMON,
      'acl tls port 443',
      ...FORBIDDEN,
      'http_access deny !known',
      'http_access deny CONNECT !tls',
      'http_access deny ip_literal',
      'acl ada.clients proxy_auth ada',
      'acl ada.1-ports port 443',
      'acl ada.1-exact dstdomain -n exact.a-b.test',
      String.raw`acl ada.1-below dstdom_regex -n -i ^[^.]+\.one\.a-b\.test$`,
      String.raw`acl ada.1-below dstdom_regex -n -i ^([^.]+\.)+any\.a-b\.test$`,
      'http_access allow CONNECT ada.clients ada.1-ports ada.1-exact !forbidden',
      'http_access allow CONNECT ada.clients ada.1-ports ada.1-below !forbidden',
      'http_access deny all',
    ]);
  });

  it('lets plain HTTP through by method only, and no tunnel where nobody wants one', () => {
    const intents = [Egress.plainHttp('docs.test', { ...why, methods: ['POST', 'GET'] })];
    expect(rulesOf({ id: 'ada', intents })).toEqual([
      ...COMMON,
      ...FORBIDDEN,
      'http_access deny !known',
      'http_access deny CONNECT',
      'http_access deny ip_literal',
      'acl ada.clients proxy_auth ada',
      'acl ada.1-methods method GET',
      'acl ada.1-methods method POST',
      'acl ada.1-exact dstdomain -n docs.test',
      'http_access allow http web ada.clients ada.1-methods ada.1-exact !forbidden',
      'http_access deny all',
    ]);
  });

  it('keeps the ports of hosts apart', () => {
    const intents = [Egress.host('a.test', why), Egress.host('b.test', { ...why, ports: [22, 8443] })];
    const rules = rulesOf({ id: 'ada', intents });
    expect(rules.filter((line) => line.startsWith('acl tls'))).toEqual(['acl tls port 22', 'acl tls port 443', 'acl tls port 8443']);
    expect(rules.filter((line) => line.includes('ada.'))).toEqual([
      'acl ada.clients proxy_auth ada',
      'acl ada.1-ports port 443',
      'acl ada.1-exact dstdomain -n a.test',
      'http_access allow CONNECT ada.clients ada.1-ports ada.1-exact !forbidden',
      'acl ada.2-ports port 22',
      'acl ada.2-ports port 8443',
      'acl ada.2-exact dstdomain -n b.test',
      'http_access allow CONNECT ada.clients ada.2-ports ada.2-exact !forbidden',
    ]);
  });

  it('gives clients with the same intents the same rules, whatever the reasons', () => {
    const rules = rulesOf(
      { id: 'ada', intents: [Egress.host('a.test', why), Egress.host('b.test', why)] },
      { id: 'bob', intents: [Egress.host('a.test', why)] },
      { id: 'eve', intents: [Egress.host('b.test', { reason: 'another' }), Egress.host('a.test', why)] },
    );
    expect(rules.filter((line) => line.includes('proxy_auth'))).toEqual([
      'acl ada.clients proxy_auth ada',
      'acl ada.clients proxy_auth eve',
      'acl bob.clients proxy_auth bob',
    ]);
    expect(rules.filter((line) => line.startsWith('http_access allow'))).toHaveLength(2);
  });

  it.each([
    ['port', Egress.host('a.test', { ...why, ports: [8443] })],
    ['depth', Egress.host('a.test', { ...why, depth: 'any' })],
    ['method', Egress.plainHttp('a.test', why)],
  ])('keeps clients apart that differ in a %s', (_, intent) => {
    const rules = rulesOf({ id: 'ada', intents: [Egress.host('a.test', why)] }, { id: 'bob', intents: [intent] });
    expect(rules.filter((line) => line.includes('proxy_auth'))).toEqual([
      'acl ada.clients proxy_auth ada',
      'acl bob.clients proxy_auth bob',
    ]);
  });

  it('holds nothing that a person wrote as text', () => {
    const intents = [Egress.host('a.test', { owner: 'http_access allow all', reason: 'http_access allow all' })];
    expect(rulesOf({ id: 'ada', intents }).join('\n')).not.toContain('allow all');
  });
});
