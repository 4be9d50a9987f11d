/** peer.js in this process, over this machine's own TCP. */
import { readFile } from 'node:fs/promises';
import net from 'node:net';
import { checkedState, type Peer } from './peer.js';
import { loadPeer, type ShimOptions } from './shim.js';

const SOURCE = new URL('../../../boards/espruino/peer.js', import.meta.url);

export const KERNEL: ShimOptions = {
  connect: (host, port, connected) => net.connect({ host, port }, connected),
  listen: (port, accepted) => {
    const server = net.createServer(accepted).listen(port);
    return () => server.close();
  },
};

export async function nodePeer(options: ShimOptions = KERNEL, source: URL = SOURCE): Promise<Peer> {
  const script = loadPeer(await readFile(source, 'utf8'), options);
  return {
    start: (id, order) => {
      script.start(id, order);
      return Promise.resolve();
    },
    // As over a UART: what is no JSON does not come.
    poll: (id, from) => Promise.resolve(checkedState(JSON.parse(JSON.stringify(script.poll(id, from))), id)),
  };
}
