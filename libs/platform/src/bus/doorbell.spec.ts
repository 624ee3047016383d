import { packDoorbells, unpackDoorbells } from './doorbell.js';

describe('doorbells', () => {
  it('come out as they went in, in payloads that NOTIFY takes', () => {
    const rung = Array.from({ length: 1_000 }, (_, i) => [`session/äöü,${i}`, i] as const);
    const payloads = packDoorbells(rung);
    expect(payloads.length).toBeGreaterThan(1);
    expect(Math.max(...payloads.map((payload) => Buffer.byteLength(payload)))).toBeLessThan(8_000);
    expect(payloads.flatMap(unpackDoorbells)).toEqual(rung.map(([channel, seq]) => ({ channel, seq })));
  });

  it('leaves out a channel that fits no payload', () => {
    expect(packDoorbells([['x'.repeat(9_000), 1]])).toEqual([]);
  });

  it('ignores a notification that is not ours', () => {
    expect(unpackDoorbells('hello')).toEqual([]);
    expect(unpackDoorbells('a,b\nc,3')).toEqual([{ channel: 'c', seq: 3 }]);
  });
});
