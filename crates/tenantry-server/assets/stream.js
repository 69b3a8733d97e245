// The stream of events: one for all pages of a host that are looked at, since a browser opens few connections to one.
//
// Of the visible pages, the one that holds a lock has the stream, and passes on what it is told. A page that is hidden
// or left gives up stream and lock. Where the browser has no locks, each visible page has a stream of its own.

const EVENTS = ['hello', 'page', 'assets', 'follow', 'crowded', 'edit', 'checked'];

/** Between two questions of a page that may not listen, in milliseconds. */
const PAUSE = 2000;

/** Before a stream that was refused is asked for again, in milliseconds. */
const REST = 3000;

export class Stream {
  /** `tell` is called with the name and the content of each event. */
  constructor(tell, address = '/__tenantry/events') {
    this.tell = tell;
    this.address = address;
  }

  /** Begins to listen. */
  start() {
    this.stop();
    this.channel = new BroadcastChannel(`tenantry ${this.address}`);
    this.channel.addEventListener('message', ({ data: [name, content] }) => this.tell(name, content));
    if (!navigator.locks) return this.open();
    this.waiting = new AbortController();
    const lead = () => new Promise((release) => {
      this.release = release;
      this.open();
    });
    return navigator.locks.request(`tenantry ${this.address}`, { signal: this.waiting.signal }, lead).catch(() => {});
  }

  /** Listens no more. */
  stop() {
    this.waiting?.abort();
    this.source?.close();
    this.release?.();
    this.channel?.close();
    clearTimeout(this.timer);
    Object.assign(this, { waiting: null, source: null, release: null, channel: null });
  }

  /** Asks again and again instead of listening. */
  ask(question) {
    this.source?.close();
    clearTimeout(this.timer);
    this.timer = setTimeout(async () => {
      await question();
      this.ask(question);
    }, PAUSE);
  }

  open() {
    const source = new EventSource(this.address);
    this.source = source;
    for (const name of EVENTS) source.addEventListener(name, ({ data }) => this.pass(name, JSON.parse(data)));
    source.addEventListener('error', () => {
      if (source.readyState !== EventSource.CLOSED || this.source !== source) return;
      this.timer = setTimeout(() => this.open(), REST);
    });
  }

  pass(name, content) {
    this.tell(name, content);
    // Each page has to ask for itself how it stands to the build, but this one is crowded out alone.
    if (name !== 'crowded') this.channel?.postMessage([name, content]);
  }
}
