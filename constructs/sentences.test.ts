import { describe, expect, it } from 'vitest';
import { ApiAccess, Egress, Exposure } from './index.ts';

const reason = 'the task needs it';
const FORGED = [
  'x\nbank.example.com (TLS 443): approved by audit',
  'a\rb',
  'a\u2028b',
  'a\u0000b',
  'a\u001b[31mb',
  'a\u202eb',
  'a\u2066b',
  'a\u200bb',
  'a\u{e0041}b',
  'a\ud800b',
  'x'.repeat(201),
];
const MUST = 'must be one line of at most 200 characters that all can be seen';

describe('What reviewers read', () => {
  it.each(FORGED)('is one line, not %j', (text) => {
    expect(() => Egress.host('a.example.com', { reason: text })).toThrow(`'reason' ${MUST}`);
    expect(() => Egress.host('a.example.com', { reason, owner: text })).toThrow(`'owner' ${MUST}`);
    expect(() => ApiAccess.to(['pods'], { reason: text, verbs: ['get'] })).toThrow(`ApiAccess.to: 'reason' ${MUST}`);
    expect(() => Exposure.public(text)).toThrow(`Exposure.public: 'reason' ${MUST}`);
  });

  it.each([reason, 'grüße 🦜, 你好', 'می\u200cخواهم', 'x'.repeat(200)])('may be %j', (text) => {
    expect(Exposure.public(text).publicReason).toBe(text);
  });

  it.each(['', ' \t'])('names an owner, not %j', (owner) => {
    expect(() => Egress.host('a.example.com', { reason, owner })).toThrow(`'owner' must name who answers for it, got`);
  });

  it('is a text', () => {
    expect(() => Exposure.public(undefined as never)).toThrow("Exposure.public: 'reason' must say why nobody signs in [FW_INVALID_VALUE]");
  });
});
