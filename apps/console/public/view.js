// Puts state on the page. Text only ever goes in as textContent: names come from strangers.
const element = (id) => document.getElementById(id);

function node(tag, text, className) {
  const made = document.createElement(tag);
  made.textContent = text ?? '';
  if (className) made.className = className;
  return made;
}

const clock = (iso) => (iso ? new Date(iso).toLocaleTimeString() : '');
const rowOf = (...cells) => {
  const row = document.createElement('tr');
  row.append(...cells);
  return row;
};

export function showConnection(state, reason) {
  const shown = element('connection');
  shown.dataset.state = state;
  shown.textContent = state === 'connected' ? 'live' : `connection lost${reason ? ` (${reason})` : ''}, trying again`;
}

export function showSignIn(problem) {
  element('console').hidden = true;
  element('sign-in').hidden = false;
  element('sign-in-error').textContent = problem ?? '';
}

export function showConsole() {
  element('sign-in').hidden = true;
  element('console').hidden = false;
}

export function onSignIn(take) {
  element('sign-in').addEventListener('submit', (event) => {
    event.preventDefault();
    take(element('key').value.trim());
  });
}

export function onMore(load) {
  element('more-sessions').addEventListener('click', load);
}

export function showSessions(sessions, chosenId, hasMore, choose) {
  const newestFirst = [...sessions.values()].sort((a, b) => (a.createdAt < b.createdAt ? 1 : -1));
  element('no-sessions').hidden = newestFirst.length > 0;
  element('more-sessions').hidden = !hasMore;
  element('session-list').replaceChildren(
    ...newestFirst.map((session) => {
      const button = node('button', session.name);
      button.type = 'button';
      button.setAttribute('aria-current', String(session.id === chosenId));
      button.append(
        node('small', `${session.status} · ${new Date(session.createdAt).toLocaleString()}`, session.status),
      );
      button.addEventListener('click', () => choose(session.id));
      const item = document.createElement('li');
      item.append(button);
      return item;
    }),
  );
}

export function showSession({ session, participants, events, watching }) {
  element('session-title').textContent = session.name;
  showFacts(session, watching);
  element('participants').replaceChildren(
    ...[...participants.values()].map((one) =>
      rowOf(
        node('td', one.userId ?? '–'),
        node('td', one.role ?? '–'),
        node('td', one.state, one.state === 'published' ? 'live' : undefined),
        node('td', clock(one.since)),
        node('td', one.participantId),
      ),
    ),
  );
  const newestFirst = [...events].sort((a, b) => b.seq - a.seq);
  element('timeline').replaceChildren(
    ...newestFirst.map((event) =>
      rowOf(node('td', event.seq), node('td', clock(event.at)), node('td', event.type), node('td', summary(event))),
    ),
  );
}

function showFacts(session, watching) {
  const facts = [
    ['Status', session.endReason ? `${session.status} (${session.endReason})` : session.status],
    ['Host', session.hostUserId ?? 'anyone'],
    ['Watching', watching],
    ['Created', new Date(session.createdAt).toLocaleString()],
    ['Started', session.startedAt ? clock(session.startedAt) : 'not yet'],
    ['Stage', session.stageArn],
  ];
  element('session-facts').replaceChildren(
    ...facts.flatMap(([name, value]) => [node('dt', name), node('dd', String(value))]),
  );
}

function summary({ data }) {
  if (data.participant)
    return `${data.participant.userId ?? data.participant.participantId} is ${data.participant.state}`;
  if (data.session) return `${data.session.name} is ${data.session.status}`;
  if (data.recording) return `recording ${data.recording.status}`;
  if (data.composition) return `composition ${data.composition.state}`;
  return '';
}
