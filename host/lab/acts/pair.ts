/** Two cores, one of which connects to the other: what most acts begin with. */
import type { CoreHost } from '../../lan/index.js';
import type { Handle } from '../../core/index.js';
import type { Conclusion } from '../run/act.js';
import { decode } from '../../trace/index.js';
import { PORT, type Stage } from '../run/stage.js';

export const CLIENT = '10.0.0.1';
export const SERVER = '10.0.0.2';
/** When the client connects. */
export const CONNECTS_MS = 1;
const PATIENCE_MS = 20_000;

export class Pair {
  readonly client: CoreHost;
  readonly server: CoreHost;
  /** The client's connection, once there is one. */
  connection: Handle | undefined;
  /** What the server's app has accepted. */
  readonly accepted: Handle[] = [];

  constructor(readonly stage: Stage) {
    this.client = stage.core('client', CLIENT);
    this.server = stage.core('server', SERVER);
    stage.introduce(this.client, this.server);
  }

  /** The server listens and accepts, and the client connects. */
  begin(): void {
    this.listen();
    this.stage.at(CONNECTS_MS, () => {
      this.connection = this.client.connect(this.server, PORT, PATIENCE_MS);
    });
  }

  listen(): void {
    const { server } = this;
    const listener = server.listen(PORT);
    server.onEvent = ({ handle, kinds }) => {
      if (handle !== listener || !kinds.includes('ACCEPTABLE')) return;
      for (let one = server.accept(listener); one !== undefined; one = server.accept(listener)) this.accepted.push(one);
    };
  }

  get clientState(): string {
    return this.connection === undefined ? 'CLOSED' : this.client.state(this.connection);
  }

  get serverState(): string {
    const last = this.accepted.at(-1);
    return last === undefined ? 'LISTEN' : this.server.state(last);
  }

  /** How it stands between the two: established, half, failed or waiting. */
  conclude(): Conclusion {
    const states = { client: this.clientState, server: this.serverState, packets: this.packets };
    const failure = this.connection === undefined ? undefined : this.client.failure(this.connection);
    if (failure !== undefined) return { key: 'failed', values: { ...states, failure } };
    if (states.client === 'ESTABLISHED' && states.server === 'ESTABLISHED')
      return { key: 'established', values: states };
    return { key: states.client === 'ESTABLISHED' ? 'half' : 'waiting', values: states };
  }

  /** Segments that were sent; copies that the network made are not counted. */
  private get packets(): number {
    const frames = this.stage.trace.records.filter((record) => record.kind === 'frame');
    return frames.filter(({ bytes, duplicate }) => duplicate !== true && decode(bytes).kind === 'tcp').length;
  }
}
