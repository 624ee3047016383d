import { BatchedReads } from './batched-reads.js';

/** Reads that say what they were asked for. */
function reads(fail: (keys: string[]) => boolean = () => false) {
  const asked: string[][] = [];
  const batched = new BatchedReads<string>(async (keys) => {
    asked.push(keys);
    if (fail(keys)) throw new Error('the database is away');
    return new Map(keys.filter((key) => key !== 'nobody').map((key) => [key, `row of ${key}`]));
  });
  return { asked, batched };
}

describe('BatchedReads', () => {
  it('reads what is asked in one turn with one query, each key once', async () => {
    const { asked, batched } = reads();
    const rows = await Promise.all(['a', 'b', 'a', 'nobody'].map((key) => batched.get(key)));
    expect(rows).toEqual(['row of a', 'row of b', 'row of a', undefined]);
    expect(asked).toEqual([['a', 'b', 'nobody']]);
  });

  it('never answers with what was read before it was asked', async () => {
    const { asked, batched } = reads();
    await batched.get('a');
    await batched.get('a');
    expect(asked).toEqual([['a'], ['a']]);
  });

  it('fails those of a failed query only', async () => {
    const { batched } = reads((keys) => keys.includes('bad'));
    await expect(Promise.all([batched.get('a'), batched.get('bad')])).rejects.toThrow('away');
    await expect(batched.get('a')).resolves.toBe('row of a');
  });

  it('asks nothing for a key that no row can have', async () => {
    const { asked, batched } = reads();
    await expect(batched.get('a\0b')).resolves.toBeUndefined();
    expect(asked).toEqual([]);
  });
});
