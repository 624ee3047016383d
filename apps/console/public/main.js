import { LiveConnection } from '/console/live.js';
import * as view from '/console/view.js';

// The page is a client like any other: it lists sessions over REST and follows one topic over the socket.
const KEY_STORE = 'stagedoor.key';
const TOKEN_SECONDS = 3600;
const PAGE = 50;

const sessions = new Map();
let chosen;
let live;
let key;
let nextCursor;

function keyFromAddress() {
  const given = new URLSearchParams(location.hash.slice(1)).get('key');
  if (given) {
    sessionStorage.setItem(KEY_STORE, given);
    history.replaceState(null, '', location.pathname);
  }
  return given ?? sessionStorage.getItem(KEY_STORE);
}

async function api(method, path, body) {
  const response = await fetch(path, {
    method,
    headers: { authorization: `Bearer ${key}`, ...(body ? { 'content-type': 'application/json' } : {}) },
    body: body && JSON.stringify(body),
  });
  const answer = await response.json();
  if (!response.ok) throw new Error(`${answer.code}: ${answer.detail ?? answer.title}`);
  return answer;
}

async function mintToken() {
  const body = {
    userId: 'console',
    role: 'moderator',
    scope: 'global',
    displayName: 'Console',
    ttlSeconds: TOKEN_SECONDS,
  };
  return (await api('POST', '/v1/access-tokens', body)).token;
}

async function loadSessions() {
  const cursor = nextCursor ? `&cursor=${encodeURIComponent(nextCursor)}` : '';
  const page = await api('GET', `/v1/sessions?limit=${PAGE}${cursor}`);
  for (const session of page.sessions) if (!sessions.has(session.id)) sessions.set(session.id, session);
  nextCursor = page.nextCursor;
  view.showSessions(sessions, chosen?.id, Boolean(nextCursor), choose);
}

function remember(session) {
  sessions.set(session.id, session);
  view.showSessions(sessions, chosen?.id, Boolean(nextCursor), choose);
}

async function choose(id) {
  if (chosen) live.unfollow(`session/${chosen.id}`);
  chosen = { id, participants: new Map(), events: [] };
  view.showSessions(sessions, id, Boolean(nextCursor), choose);
  const current = chosen;
  const log = await api('GET', `/v1/sessions/${id}/events?after=0`).catch(() => ({ events: [] }));
  if (chosen !== current) return;
  // What the log still has from before; the socket goes on from its own snapshot.
  chosen.events = log.events;
  live.follow(`session/${id}`, {
    snapshot: ({ session, participants, audience }) => {
      Object.assign(current, { session, watching: audience.watching });
      current.participants = new Map(participants.map((one) => [one.participantId, one]));
      view.showSession(current);
    },
    event: (event) => {
      if (!current.events.some((known) => known.seq === event.seq)) current.events.push(event);
      if (event.data.session) Object.assign(current, { session: event.data.session });
      if (event.data.session) remember(event.data.session);
      if (event.data.participant)
        current.participants.set(event.data.participant.participantId, event.data.participant);
      view.showSession(current);
    },
    audience: (watching) => {
      current.watching = watching;
      view.showSession(current);
    },
  });
}

async function open() {
  await loadSessions();
  live = new LiveConnection(mintToken, view.showConnection);
  live.follow('lobby', {
    snapshot: (lobby) => {
      for (const session of lobby.sessions) remember(session);
    },
    event: ({ data }) => remember(data.session),
    audience: () => {},
  });
  view.showConsole();
  if (sessions.size > 0) choose(sessions.keys().next().value);
}

async function start() {
  key = keyFromAddress();
  if (!key) return view.showSignIn();
  try {
    await open();
  } catch (error) {
    sessionStorage.removeItem(KEY_STORE);
    view.showSignIn(error.message);
  }
}

view.onSignIn((given) => {
  sessionStorage.setItem(KEY_STORE, given);
  start();
});
view.onMore(() => loadSessions());
// The link of the banner, followed in a page that is open already.
addEventListener('hashchange', () => keyFromAddress() && location.reload());
start();
