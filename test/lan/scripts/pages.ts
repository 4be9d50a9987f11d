/** An HTTP server on the kernel's side that gives a page in each way there is, and in some that there ought not to be. */

import http from 'node:http';

import { PAGE_BYTES, pageOf } from '../helpers/page.js';

const page = pageOf(PAGE_BYTES);

const PATHS: Record<string, (response: http.ServerResponse) => void> = {
  '/length': (response) => response.setHeader('content-length', page.length).end(page),
  '/chunked': (response) => {
    for (let at = 0; at < page.length; at += 70_001) response.write(page.subarray(at, at + 70_001));
    response.end();
  },
  // Node gives neither a length nor chunks to a client that is promised the end of the connection.
  '/close': (response) => {
    response.socket?.end(Buffer.concat([Buffer.from('HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n'), page]));
  },
  '/text': (response) => response.end('hello, core\n'),
  '/slow': (response) => {
    response.setHeader('content-length', page.length);
    const parts = [0, 1, 2].map((part) => page.subarray((part * page.length) / 4, ((part + 1) * page.length) / 4));
    parts.forEach((part, index) => setTimeout(() => response.write(part), 700 * index));
    setTimeout(() => response.end(page.subarray((3 * page.length) / 4)), 2100);
  },
  '/elsewhere': (response) => response.writeHead(302, 'Found', { location: 'http://10.73.0.1/text' }).end(),
  '/missing': (response) => response.writeHead(404, 'Not Found').end('no such page\n'),
  '/cut': (response) => {
    response.setHeader('content-length', page.length).write(page.subarray(0, 1000));
    setTimeout(() => response.socket?.end(), 100);
  },
  '/reset': (response) => {
    response.setHeader('content-length', page.length).write(page.subarray(0, 1000));
    setTimeout(() => response.socket?.resetAndDestroy(), 100);
  },
  '/silent': () => undefined,
  '/nonsense': (response) => response.socket?.end('what is HTTP?\r\n\r\n'),
};

http
  .createServer((request, response) => (PATHS[request.url ?? ''] ?? PATHS['/missing'])?.(response))
  .listen(Number(process.argv[2] ?? 8000), '10.73.0.1');
