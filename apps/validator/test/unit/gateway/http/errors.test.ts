import { describe, expect, it } from 'vitest';
import { anonymous, authenticate } from '../../../../src/gateway/http/caller.js';
import { API_ERRORS, apiError, errorReply } from '../../../../src/gateway/http/errors.js';

describe('an error', () => {
  it.each(Object.entries(API_ERRORS))('%s has a status, a type and a remedy', (code, [status]) => {
    const error = apiError(code as keyof typeof API_ERRORS, 'message', {
      retryAfterMs: status === 429 ? 1_500 : undefined,
    });
    const reply = errorReply(error);
    expect(reply.status).toBe(status);
    expect(reply.retryAfterSeconds).toBe(status === 429 ? 2 : status === 503 ? 1 : null);
    expect(error.remedy).not.toBe('');
  });

  it('is raised for a bad token also where none is needed', () => {
    expect(() => authenticate('Bearer nonsense', '1', 'public', [])).toThrow(
      expect.objectContaining({ code: 'invalid_api_key' }),
    );
    expect(authenticate(undefined, '1', 'public', [])).toEqual(anonymous('1'));
  });
});
