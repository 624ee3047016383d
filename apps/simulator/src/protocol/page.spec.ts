import { page } from './page.js';

const items = (...seqs: number[]) => seqs.map((seq) => ({ seq }));

describe('a page', () => {
  it('goes on behind the last one seen, whatever came and went', () => {
    const first = page('things', items(3, 1, 2, 4), 2, undefined);
    expect(first.items).toEqual(items(1, 2));
    expect(page('things', items(3, 4, 5), 9, first.nextToken)).toEqual({ items: items(3, 4, 5) });
  });

  it('has no token when it is the last, even when it is full', () => {
    expect(page('things', items(1, 2), 2, undefined).nextToken).toBeUndefined();
  });

  it.each(['made-up', 'WzEsMl0', Buffer.from('["things","x"]').toString('base64url')])(
    'refuses the token %s',
    (token) => {
      expect(() => page('things', items(1), 2, token)).toThrow('Invalid nextToken');
    },
  );

  it('has a short token, however long the filters', () => {
    const { nextToken = '' } = page('ö'.repeat(5_000), items(1, 2), 1, undefined);
    expect(nextToken.length).toBeLessThan(200);
  });

  it("refuses another listing's token", () => {
    const { nextToken } = page('things', items(1, 2), 1, undefined);
    expect(() => page('other things', items(1, 2), 1, nextToken)).toThrow('Invalid nextToken');
  });
});
