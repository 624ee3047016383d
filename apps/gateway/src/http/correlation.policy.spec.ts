import { correlationIdFrom } from './correlation.policy.js';

describe('the correlation id', () => {
  it('is the caller’s own when it is well formed', () => {
    expect(correlationIdFrom({ 'x-correlation-id': 'Order-7_x.1' })).toBe('Order-7_x.1');
  });

  it('is the trace id of a traceparent, behind an id of its own', () => {
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    expect(correlationIdFrom({ traceparent })).toBe('0af7651916cd43dd8448eb211c80319c');
    expect(correlationIdFrom({ traceparent, 'x-correlation-id': 'mine' })).toBe('mine');
    expect(correlationIdFrom({ traceparent, 'x-correlation-id': 'not mine' })).toBe('0af7651916cd43dd8448eb211c80319c');
  });

  it.each(['', 'a b', 'a\nb', 'x'.repeat(129), 'ä', '{}', '<b>'])('is not taken from %p', (given) => {
    expect(correlationIdFrom({ 'x-correlation-id': given })).toBeUndefined();
  });

  it('is not taken from a traceparent of zeros', () => {
    expect(correlationIdFrom({ traceparent: `00-${'0'.repeat(32)}-b7ad6b7169203331-01` })).toBeUndefined();
  });
});
