import { decode } from '../decode.js';
import { hostsOf } from '../hosts.js';
import type { TcpFrame } from '../frame.js';
import type { ConnectionReference, Trace } from '../trace.js';

interface Endpoint {
  address: string;
  port: number;
}

/**
 * Short names for connections, the same at both ends: the higher port of the two, which is nearly always the
 * client's. While a trace has one connection, nothing is named: the name would be on every line.
 */
export class ConnectionNames {
  private readonly addressOf: Map<string, string>;
  /** By port, the addresses it was seen with. */
  private readonly seen = new Map<number, Set<string>>();

  constructor(trace: Trace) {
    this.addressOf = new Map(hostsOf(trace).map((host) => [host.id, host.address ?? '']));
    for (const record of trace.records) {
      if (record.kind === 'frame') {
        const decoded = decode(record.bytes);
        if (decoded.kind === 'tcp') this.see(endpointOfFrame(decoded));
      } else if ('connection' in record && record.connection.remotePort !== undefined) {
        this.see(this.endpointOf(record.host, record.connection));
      }
    }
  }

  ofFrame(frame: TcpFrame): string {
    return this.name(endpointOfFrame(frame));
  }

  ofReference(host: string, connection: ConnectionReference | undefined): string {
    return connection === undefined ? '' : this.name(this.endpointOf(host, connection));
  }

  private see(endpoint: Endpoint): void {
    const addresses = this.seen.get(endpoint.port) ?? new Set();
    if (endpoint.address !== '') addresses.add(endpoint.address);
    this.seen.set(endpoint.port, addresses);
  }

  private name(endpoint: Endpoint): string {
    const addresses = this.seen.get(endpoint.port)?.size ?? 0;
    if (addresses > 1) return `${endpoint.address}:${endpoint.port}`;
    return this.seen.size > 1 ? `:${endpoint.port}` : '';
  }

  private endpointOf(host: string, connection: ConnectionReference): Endpoint {
    const local = { address: this.addressOf.get(host) ?? '', port: connection.localPort };
    if (connection.remotePort === undefined) return local;
    return higher(local, { address: connection.remoteAddress ?? '', port: connection.remotePort });
  }
}

function endpointOfFrame(frame: TcpFrame): Endpoint {
  return higher(
    { address: frame.ip.source, port: frame.sourcePort },
    { address: frame.ip.destination, port: frame.destinationPort },
  );
}

/** With equal ports neither end stands out, and the name must not depend on the side. */
function higher(a: Endpoint, b: Endpoint): Endpoint {
  if (a.port === b.port) return { address: '', port: a.port };
  return a.port > b.port ? a : b;
}
