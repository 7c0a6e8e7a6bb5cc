import { expect, test } from 'vitest';
import { filtered, label, type AuditEvent } from './events';

const event = (kind: string, subject: string | null = null): AuditEvent => ({
  id: kind,
  at: '2026-01-01T00:00:00Z',
  kind,
  address: '10.0.0.1',
  userId: null,
  apiKeyId: null,
  subject,
});
const events = [event('SIGNED_IN'), event('SIGN_IN_FAILED', 'ada@example.com'), event('KEY_CREATED')];
const kinds = (about: string | null, text: string) => filtered(events, about, text).map(({ kind }) => kind);

test('events are found by what they are about, and by all words', () => {
  expect(kinds(null, '')).toEqual(['SIGNED_IN', 'SIGN_IN_FAILED', 'KEY_CREATED']);
  expect(kinds('signIn', '')).toEqual(['SIGNED_IN', 'SIGN_IN_FAILED']);
  expect(kinds('signIn', 'ADA failed')).toEqual(['SIGN_IN_FAILED']);
  expect(kinds('nothing', '10.0.0.1 key')).toEqual(['KEY_CREATED']);
});

test('a kind is a text', () => {
  expect(label('SIGN_IN_FAILED')).toBe('Sign in failed');
});
