import { isInLobby, lobbyTags } from './lobby.tags.js';

const show = { name: 'Friday night', visibility: 'public', metadata: {} } as const;

describe('the lobby tags of a session', () => {
  it('put a public session into the lobby, with its title and its room', () => {
    const tags = lobbyTags(show, 'arn:aws:ivschat:us-west-2:1:room/a');
    expect(tags).toEqual({
      demoStatus: 'live',
      demoTitle: 'Friday night',
      demoChatRoomArn: 'arn:aws:ivschat:us-west-2:1:room/a',
    });
    expect(isInLobby(tags)).toBe(true);
  });

  it('leave a private session out', () => {
    const tags = lobbyTags({ ...show, visibility: 'private' }, undefined);
    expect(tags).toEqual({ demoTitle: 'Friday night' });
    expect(isInLobby(tags)).toBe(false);
  });

  it('hold what AWS takes only, and at most 256 characters of it, no pair cut in two', () => {
    const metadata = { description: `<b>Über</b>\u0000 ${'𠮷'.repeat(200)}` };
    const { demoTitle, demoDescription = '' } = lobbyTags({ ...show, name: '🎉 Ann’s  show! #1', metadata }, undefined);
    expect(demoTitle).toBe('Anns show 1');
    expect(demoDescription.startsWith('bÜber/b ')).toBe(true);
    expect(demoDescription).toHaveLength(256);
    expect(demoDescription).not.toMatch(/\p{Surrogate}/u);
  });
});
