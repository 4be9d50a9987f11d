/** The apps that are linked into a module, as curl, nc and wrk find them. */

import { describe, expect } from 'vitest';

import { megabytesPerSecond } from './helpers/pace.js';
import { scene } from './scene.js';
import type { AppsReport } from './scripts/kernel-apps.js';
import type { WrkReport } from './scripts/kernel-wrk.js';

describe.concurrent('the apps of a module', () => {
  scene<AppsReport>('by curl and nc', 'kernel-apps.ts', { wanted: ['curl', 'nc'] }, (it) => {
    it('give curl the status page, by its length', ({ head, page }) => {
      expect(head).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
      expect(head).toMatch(/^Content-Type: text\/html/im);
      expect(head).toMatch(new RegExp(`^Content-Length: ${Buffer.byteLength(page)}\r$`, 'im'));
      expect(page).toContain('<title>Firmshake</title>');
    });

    it('give curl what the page shows, as JSON', ({ json }) => {
      const status = JSON.parse(json) as Record<string, Record<string, unknown>>;
      expect(status['counters']).toMatchObject({ segmentsRetransmitted: 0 });
      expect(status['counters']?.['passiveOpens']).toBeGreaterThanOrEqual(3);
      expect(Object.keys(status)).toEqual(expect.arrayContaining(['uptime', 'pools', 'drops', 'connections']));
    });

    it('answer two requests on one connection', ({ twice }) => {
      expect(twice).toBe('200 1\n200 0\n');
    });

    it('say what is wrong with a request: 404, 405, 400', ({ refused }) => {
      expect(refused).toMatchObject({ notFound: '404', notAllowed: '405', posted: '405' });
      for (const answer of [refused.noHost, refused.nonsense])
        expect(answer).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
    });

    it('answer 10 curls at once, with connections for 6', ({ crowd }) => {
      expect(crowd).toEqual(Array.from({ length: 10 }, () => '200'));
    });

    it('echo 1 MB through nc, whole', (report) => {
      console.log(`the echo app: ${megabytesPerSecond(report.echo.pace)} each way`);
      expect(report.echo).toMatchObject({ isWhole: true, received: 1_000_000, code: 0 });
    });

    it('discard 1 MB, and end when nc has', ({ discard }) => {
      expect(discard).toEqual({ code: 0, received: 0 });
    });
  });

  scene<WrkReport>('by wrk, in the gateway profile', 'kernel-wrk.ts', { wanted: ['wrk'] }, (it) => {
    it('answer 50 connections that ask without a pause: no request fails', (report) => {
      for (const [path, text] of [
        ['/', report.page],
        ['/status.json', report.json],
      ] as const) {
        console.log(`wrk, ${report.connections} connections, ${path}: ${rateOf(text)} requests/s`);
        expect(text).toContain(`and ${report.connections} connections`);
        expect(rateOf(text)).toBeGreaterThan(50);
        expect(text).not.toMatch(/Socket errors|Non-2xx|unable|exit/);
      }
    });

    it('take a connection for each, and give it back', ({ pools, connections }) => {
      expect(pools.CONNECTIONS.highWater).toBeGreaterThanOrEqual(connections);
      expect(pools.CONNECTIONS).toMatchObject({ used: 0, exhausted: 0 });
      expect(pools.HALF_OPEN.used).toBe(0);
    });

    it('send nothing twice', ({ counters }) => {
      expect(counters.segmentsRetransmitted).toBe(0);
    });
  });
});

function rateOf(text: string): number {
  return Number(/Requests\/sec:\s+([\d.]+)/.exec(text)?.[1]);
}
