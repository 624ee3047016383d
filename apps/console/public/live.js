import { io } from '/socket.io/socket.io.esm.min.js';

/**
 * One socket to /live that follows topics: it subscribes with the last number, folds nothing itself, and after a lost
 * connection goes on from where it was. docs/live-client.md describes this protocol.
 */
export class LiveConnection {
  #topics = new Map();
  #socket;

  constructor(mintToken, onState) {
    this.#socket = io('/live', {
      transports: ['websocket'],
      auth: (give) =>
        mintToken().then(
          (token) => give({ token }),
          () => give({}),
        ),
    });
    this.#socket.on('connect', () => {
      onState('connected');
      for (const topic of this.#topics.keys()) this.#subscribe(topic);
    });
    this.#socket.on('disconnect', (reason) => {
      onState('lost', reason);
      // The server closed it on purpose (an expired token): Socket.IO leaves coming back to us.
      if (reason === 'io server disconnect') this.#socket.connect();
    });
    this.#socket.on('connect_error', (error) => onState('lost', error.message));
    this.#socket.on('token.expiring', async () =>
      this.#socket.emit('token.renew', { token: await mintToken() }, () => {}),
    );
    this.#socket.on('audience', ({ topic, watching }) => this.#topics.get(topic)?.handlers.audience(watching));
    this.#socket.on('event', (event) => this.#take(event));
  }

  follow(topic, handlers) {
    this.#topics.set(topic, { handlers });
    if (this.#socket.connected) this.#subscribe(topic);
  }

  unfollow(topic) {
    this.#topics.delete(topic);
    if (this.#socket.connected) this.#socket.emit('topic.unsubscribe', { topic }, () => {});
  }

  #subscribe(topic) {
    const followed = this.#topics.get(topic);
    const { epoch, seq: after, at } = followed;
    this.#socket.emit('topic.subscribe', { topic, ...(epoch ? { epoch, after, at } : {}) }, (answer) => {
      if (!answer.ok || this.#topics.get(topic) !== followed) return;
      followed.epoch = answer.data.epoch;
      if (answer.data.snapshot) {
        followed.seq = answer.data.seq;
        followed.at = undefined;
        followed.handlers.snapshot(answer.data.snapshot);
      } else for (const event of answer.data.events) this.#take(event);
    });
  }

  #take(event) {
    const followed = this.#topics.get(event.topic);
    if (!followed) return;
    // A hole cannot happen; were there one, the log closes it.
    if (event.seq !== followed.seq + 1) {
      this.#subscribe(event.topic);
      return;
    }
    followed.seq = event.seq;
    followed.at = event.at;
    followed.handlers.event(event);
  }
}
