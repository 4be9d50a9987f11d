/** A raw packet socket on an interface that exists: Ethernet frames past the kernel's own IP stack. packet(7). */

import { DescriptorInterface } from './descriptor.js';
import { LanError } from './errors.js';
import type { Interface } from './interface.js';
import {
  EACCES,
  ENODEV,
  EPERM,
  interfaceRequest,
  libc,
  NativeBytes,
  O_CLOEXEC,
  O_NONBLOCK,
  systemError,
  type Libc,
} from './libc.js';

const AF_PACKET = 17;
const SOCK_RAW = 3;
const ETH_P_ALL = 3;
const SIOCGIFINDEX = 0x8933;
const SOL_SOCKET = 1;
const SO_RCVBUFFORCE = 33;
const SOL_PACKET = 263;
const PACKET_ADD_MEMBERSHIP = 1;
const PACKET_MR_PROMISC = 1;
const PACKET_IGNORE_OUTGOING = 23;

/** A burst of 1514 byte frames that waits while Node collects garbage; the default holds about 90. */
const RECEIVE_BUFFER_BYTES = 4 << 20;

export interface PacketOptions {
  name: string;
  /** Also receive frames for other MAC addresses, as a card must for a core that has its own. */
  promiscuous?: boolean;
}

/** @throws LanError INTERFACE_MISSING, LINK_FORBIDDEN, BAD_ARGUMENT */
export function openPacket(options: PacketOptions): Interface {
  return new DescriptorInterface(options.name, 'packet', openPacketSocket(options));
}

/** The descriptor, for those who have more to close than it. */
export function openPacketSocket({ name, promiscuous = false }: PacketOptions): number {
  const request = interfaceRequest(name);
  const c = libc();
  // Protocol 0 receives nothing yet: with ETH_P_ALL the frames of every interface would come in until bind.
  const fd = c.socket(AF_PACKET, SOCK_RAW | O_NONBLOCK | O_CLOEXEC, 0);
  if (fd < 0) throw cannotOpen(c.errno());
  try {
    attach(c, fd, name, request, promiscuous);
  } catch (error) {
    c.close(fd);
    throw error;
  }
  return fd;
}

function attach(c: Libc, fd: number, name: string, request: NativeBytes, promiscuous: boolean): void {
  check(c, c.ioctl(fd, SIOCGIFINDEX, request.bytes), name);
  const index = request.getU32(16);

  // What this socket sends is not to come back to it (Linux 4.20). Before bind: not one frame may slip through.
  const on = new NativeBytes(4).u32(0, 1).bytes;
  check(c, c.setsockopt(fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, on, 4), name);

  // Only real root may exceed rmem_max; the default does for a few connections, so a refusal is no error.
  c.setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, new NativeBytes(4).u32(0, RECEIVE_BUFFER_BYTES).bytes, 4);

  if (promiscuous) {
    const membership = new NativeBytes(16).u32(0, index).u16(4, PACKET_MR_PROMISC).bytes;
    check(c, c.setsockopt(fd, SOL_PACKET, PACKET_ADD_MEMBERSHIP, membership, 16), name);
  }

  const address = new NativeBytes(20).u16(0, AF_PACKET).u16be(2, ETH_P_ALL).u32(4, index).bytes;
  check(c, c.bind(fd, address, 20), name);
}

function check(c: Libc, result: number, name: string): void {
  if (result >= 0) return;
  const errno = c.errno();
  if (errno === ENODEV) throw new LanError('INTERFACE_MISSING', `there is no interface ${name}; see: ip link`);
  throw systemError(`packet socket on ${name}`, errno);
}

function cannotOpen(errno: number): LanError {
  if (errno === EPERM || errno === EACCES) {
    return new LanError('LINK_FORBIDDEN', 'packet sockets are not allowed here; run as root, or in a namespace');
  }
  return systemError('packet socket', errno);
}
