/** The built page, served as any web server would, with or without images next to it. */
import { createServer, type Server } from 'node:http';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { ROOT } from '../../../host/build/constants.js';

export const PAGE = path.join(ROOT, 'build/flash-page');
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.json': 'application/json',
};

export class Site {
  /** What lies next to the page, by name. */
  readonly beside = new Map<string, Uint8Array | string>();
  url = '';
  private readonly server: Server;

  constructor() {
    this.server = createServer((request, response) => {
      const name = new URL(request.url ?? '/', 'http://localhost').pathname.replace(/^\/flash\//, '');
      const own = this.beside.get(name);
      const file = path.join(PAGE, path.normalize(`/${name === '' ? 'index.html' : name}`));
      (own === undefined ? readFile(file) : Promise.resolve(own)).then(
        (bytes) => {
          response.writeHead(200, { 'content-type': TYPES[path.extname(file)] ?? 'application/octet-stream' });
          response.end(bytes);
        },
        () => response.writeHead(404).end(),
      );
    });
  }

  async open(): Promise<void> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    const address = this.server.address();
    if (address === null || typeof address === 'string') throw new Error('a TCP server has a port');
    this.url = `http://127.0.0.1:${address.port}/flash/`;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
