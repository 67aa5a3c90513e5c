import { expect, it } from 'vitest';
import { findLinks, linksIn, toLink } from './links.ts';

it.each([
  'javascript:alert(1)',
  'JavaScript://example.com/%0aalert(1)',
  'data:text/html,<script>alert(1)</script>',
  'vbscript:x',
  'file:///etc/passwd',
  '//evil.example',
  'https://good.example@evil.example/',
  'https://user:password@evil.example/',
  'https:\\\\evil.example',
  ' https://evil.example',
  'https://evil.example/ and more',
  '\u0001https://evil.example',
  'http://',
  `https://example.com/${'x'.repeat(3000)}`,
])('follows no link to %j', (text) => {
  expect(toLink(text)).toBeUndefined();
});

it('shows the host that the browser would ask', () => {
  expect(toLink('https://example.com/pull/7?a=1#x')).toEqual({
    href: 'https://example.com/pull/7?a=1#x',
    host: 'example.com',
    rest: '/pull/7?a=1#x',
  });
  expect(toLink('https://аррӏе.com/')?.host).toBe('xn--80ak6aa92e.com');
});

it('finds links anywhere in a result, each once, and not too many', () => {
  const url = 'https://example.com/pull/7';
  expect(findLinks({ a: [url, { b: url }], c: 'javascript:alert(1)', d: null })).toHaveLength(1);
  expect(findLinks(Array.from({ length: 100 }, (_, i) => `${url}${i}`))).toHaveLength(20);
});

it('finds links in the midst of a text, and none that leads elsewhere than it seems', () => {
  const text = 'Merge (https://example.com/pull/7), or see https://example.com/docs. Not https://a@evil.example or javascript:alert(1)!';
  expect(linksIn(text).map(({ href }) => href)).toEqual(['https://example.com/pull/7', 'https://example.com/docs']);
});
