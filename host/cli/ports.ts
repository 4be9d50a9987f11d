import { listPorts, portAt, type PortInfo } from '../flash/index.js';
import type { NodePort } from '../flash/port/node-port.js';
import { UsageError } from './usage.js';

/** The port that was named, or the only one that can be meant. @throws UsageError: none, or several */
export async function choosePort(asked: string | undefined): Promise<NodePort> {
  const ports = await listPorts();
  return await portAt(asked ?? onlyOne(ports), ports);
}

/** @throws UsageError */
export function onlyOne(ports: readonly PortInfo[]): string {
  const [first, ...others] = ports;
  if (first === undefined) {
    throw new UsageError(
      'no board is there: no serial port on USB. Is the cable one for data? --port PORT names another',
    );
  }
  if (others.length === 0) return first.path;
  throw new UsageError(`several ports: --port ${ports.map(described).join(', or --port ')}`);
}

function described({ path, name }: PortInfo): string {
  return name === undefined ? path : `${path} (${name})`;
}
