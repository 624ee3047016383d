import { NotFoundException } from '@nestjs/common';
import { AppError } from '#platform/errors/app.error';
import { problemOf, toAppError } from './problem.js';

const withCode = (code: string) => Object.assign(new Error('secret detail'), { code });

describe('an error that was thrown', () => {
  it('stays what it is when it is one that a caller may see', () => {
    const error = new AppError('CONFLICT', 'not now');
    expect(toAppError(error)).toBe(error);
  });

  it.each([
    [new NotFoundException('Cannot GET /x'), 'NOT_FOUND'],
    [Object.assign(new Error('x'), { statusCode: 413 }), 'PAYLOAD_TOO_LARGE'],
    [Object.assign(new Error('x'), { statusCode: 400, code: 'FST_ERR_BAD_URL' }), 'NOT_FOUND'],
    [withCode('ECONNREFUSED'), 'UNAVAILABLE'],
    [withCode('57P01'), 'UNAVAILABLE'],
    [withCode('53300'), 'UNAVAILABLE'],
    [new Error('outer', { cause: withCode('ECONNRESET') }), 'UNAVAILABLE'],
    [new AggregateError([withCode('ECONNREFUSED')]), 'UNAVAILABLE'],
    [new Error('timeout exceeded when trying to connect'), 'UNAVAILABLE'],
    [withCode('22P05'), 'INTERNAL'],
    [new TypeError('x is not a function'), 'INTERNAL'],
    ['a string', 'INTERNAL'],
    [undefined, 'INTERNAL'],
  ])('%p becomes %s', (thrown, code) => {
    expect(toAppError(thrown).code).toBe(code);
  });

  it('tells a caller nothing of what is inside', () => {
    for (const thrown of [
      withCode('ECONNREFUSED'),
      new TypeError('secret detail'),
      new NotFoundException('secret detail'),
    ]) {
      expect(JSON.stringify(problemOf(toAppError(thrown), 'c1'))).not.toContain('secret');
    }
  });

  it('is a problem with whole seconds to wait and every bad field', () => {
    const errors = [{ pointer: '/a', detail: 'bad' }];
    expect(problemOf(new AppError('RATE_LIMITED', 'slow down', { retryAfterSeconds: 1.2, errors }), 'c1')).toEqual({
      type: 'urn:stagedoor:error:RATE_LIMITED',
      title: expect.any(String),
      status: 429,
      code: 'RATE_LIMITED',
      detail: 'slow down',
      correlationId: 'c1',
      retryAfterSeconds: 2,
      errors,
    });
  });
});
