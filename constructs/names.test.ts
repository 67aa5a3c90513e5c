import { describe, expect, it } from 'vitest';
import { aFleet, anOrg } from '../test/builders.ts';
import { Fleet, InvalidPropsError, nearest, Org, Persona } from './index.ts';
import { isHostName } from './names.ts';

const build = (id: string) => () => new Persona(anOrg(), id, {});

describe('Names of parts', () => {
  it.each(['a', 'ada', 'a1', 'news-digest', 'x'.repeat(48)])('accepts %j', (id) => {
    expect(build(id)()).toBeInstanceOf(Persona);
  });

  it.each([
    '',
    'A',
    'Ada',
    '1st',
    '-a',
    'a-',
    'a.b',
    'a_b',
    'a b',
    '..',
    'a/b',
    'ünï',
    '🤖',
    'аda',
    'x'.repeat(49),
    'x'.repeat(63),
    'x'.repeat(64),
    'x'.repeat(253),
  ])('refuses %j', (id) => {
    expect(build(id)).toThrow(/'id' must be 1 to 48 characters of a-z, 0-9 and '-'/);
  });

  it.each(['con', 'nul', 'com1', 'lpt9'])('refuses %j, which Windows cannot check out', (id) => {
    expect(build(id)).toThrow(/device name of Windows/);
  });

  it('refuses a name that every object of JavaScript has', () => {
    expect(build('constructor')).toThrow(
      "'id' must not be a name that every object of JavaScript has, as parts are kept by their names, got 'constructor'",
    );
    expect(() => new Org(aFleet(), 'constructor')).toThrow(InvalidPropsError);
  });

  it.each(['gateway-credentials', 'x-credentials'])('refuses %j, which is the name of an object of another part', (id) => {
    expect(build(id)).toThrow(`'id' must not end with '-credentials', the name of what another part proves itself with, got '${id}'`);
  });

  it.each(['gateway', 'egress', 'default'])("refuses %j, a name of the org's own objects", (id) => {
    expect(build(id)).toThrow(/'id' must not be a name of the org's own objects/);
  });

  it('tells the whole story', () => {
    expect(build('Ada')).toThrow(
      "test/acme/Ada cannot be built:\n  - 'id' must be 1 to 48 characters of a-z, 0-9 and '-', begin with a letter and not end with '-', got 'Ada'; " +
        'it becomes object names, a host label and a file name [FW_INVALID_PROPS]',
    );
  });

  it('are unique within an org', () => {
    const org = anOrg();
    new Persona(org, 'ada', {});
    expect(() => new Persona(org, 'ada', {})).toThrow(/There is already a Construct with name 'ada'/);
  });
});

describe('Names of orgs', () => {
  it.each(['kube-system', 'openshift-gitops', 'argocd', 'default'])("refuses %j, a namespace of the cluster's own", (id) => {
    const { fleet } = anOrg();
    expect(() => new Org(fleet, id)).toThrow(/'id' must not be a namespace that belongs to the cluster/);
    expect(fleet).toBeInstanceOf(Fleet);
  });
});

describe('Host names', () => {
  it.each(['example.com', 'a.b.c.example.com', 'xn--bcher-kva.example'])('accepts %j', (host) => expect(isHostName(host)).toBe(true));

  it.each([
    'localhost',
    '*.example.com',
    'EXAMPLE.com',
    'example.com.',
    'example.com:443',
    '10.0.0.1',
    '1.2.3.4.5',
    'a..b',
    '-a.example',
    'exämple.com',
    '',
  ])('refuses %j', (host) => expect(isHostName(host)).toBe(false));
});

describe('nearest', () => {
  it.each([
    ['egres', 'egress'],
    ['STORAGE', 'storage'],
    ['dsn', 'dns'],
    ['zzz', undefined],
  ])('takes %j for %j', (word, meant) => expect(nearest(word, ['egress', 'storage', 'dns'])).toBe(meant));
});
