/** What apps use: sockets and servers like those of `node:net`, over a core on a simulated LAN or a real one. */
export { Board, type ConnectOptions } from './board.js';
export type { Driver } from './driver.js';
export { NetError, type NetErrorCode } from './errors.js';
export { isolated, realBoard, realTimer, type RealBoard, type RealBoardOptions } from './real.js';
export { Server, type ServerOptions } from './server.js';
export { run, simulatedBoard } from './simulated.js';
export { Socket, type SocketOptions } from './socket.js';
