export type { Direction } from './pcapng-format.js';
export { LINKTYPE_ETHERNET } from './pcapng-format.js';
export { type ByteSink, MemorySink, type PacketDetails, PcapngWriter } from './pcapng-writer.js';
export { type Capture, type CapturedInterface, type CapturedPacket, readPcapng } from './pcapng-reader.js';
