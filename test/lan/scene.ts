/** A scene with the kernel: one run of a script in its own namespace, and many sentences about it. */

import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, test } from 'vitest';

import { KERNEL_MAC } from '../../host/tap/link.js';
import { needs, type Need } from '../support/needs.js';
import { obstacle, resultOf } from './namespace.js';

const TIMEOUT_MS = 60_000;

/** Linux writes a TCP checksum of 0 as 0xffff (its CSUM_MANGLED_0, meant for UDP): both sum up, the dissector wants the first. */
const KERNELS_ZERO = `tcp.checksum == 0xffff && eth.src == ${KERNEL_MAC}`;
/** Whatever a dissector finds wrong with a frame. */
const WRONG = [
  '_ws.malformed',
  'ip.checksum.status == 0',
  'icmp.checksum.status == 0',
  `(tcp.checksum.status == 0 && !(${KERNELS_ZERO}))`,
].join(' || ');

/** Whatever a dissector finds in a stream that goes wrong, or goes on when there is nothing to say. */
const DISORDER = [
  'retransmission',
  'fast_retransmission',
  'spurious_retransmission',
  'out_of_order',
  'lost_segment',
  'ack_lost_segment',
  'duplicate_ack',
  'keep_alive',
  'zero_window_probe',
]
  .map((name) => `tcp.analysis.${name}`)
  .join(' || ');

const CHECKED = ['ip', 'tcp', 'udp'].flatMap((protocol) => ['-o', `${protocol}.check_checksum:TRUE`]);
/** What a segment carries is random, and is not to be taken for a protocol that has its own idea of what is whole. */
const OPAQUE = ['-o', 'tcp.desegment_tcp_streams:FALSE', '-d', 'tcp.port==1-65535,data'];

export interface SceneOptions {
  /** What the script needs of the machine besides a namespace. */
  wanted?: Need[];
  /** For the script, behind the name of the capture file. */
  args?: readonly string[];
  timeoutMs?: number;
  /** Nothing is lost in it, nobody stops: every byte goes over the wire once. */
  isOrderly?: boolean;
}

export type It<Report> = (sentence: string, check: (report: Report) => void) => void;

const captures = mkdtempSync(path.join(tmpdir(), 'firmshake-kernel-'));
afterAll(() => rmSync(captures, { recursive: true, force: true }));
let scenes = 0;

/** The last sentences are about its frames. */
export function scene<Report>(
  title: string,
  script: string,
  { wanted = [], args = [], timeoutMs = TIMEOUT_MS, isOrderly = false }: SceneOptions,
  sentences: (it: It<Report>) => void,
): void {
  const reason = reasonToSkip(...wanted);
  describe.skipIf(reason)(`${title}${reason ? ` (skipped: ${reason})` : ''}`, { concurrent: true }, () => {
    const capture = path.join(captures, `${scenes++}.pcapng`);
    let run: Promise<Report> | undefined;
    const report = () => (run ??= resultOf<Report>(script, { args: [capture, ...args], timeoutMs }));
    sentences((sentence, check) => test(sentence, async () => check(await report()), timeoutMs));

    const noTshark = needs('tshark');
    const itsFrames = (sentence: string, check: () => Promise<void>): void =>
      test.skipIf(!noTshark.ok)(
        `${sentence}${noTshark.ok ? '' : ` (skipped: ${noTshark.reason})`}`,
        async () => {
          await report();
          await check();
        },
        timeoutMs,
      );
    itsFrames('every frame is whole, and its checksums are right', async () => {
      expect((await framesIn(capture, 'eth.src == 02:46:53:00:00:02')).length).toBeGreaterThan(5);
      expect(await framesIn(capture, WRONG)).toEqual([]);
    });
    if (isOrderly) {
      itsFrames('no segment is sent twice, is out of order, or says what was said', async () => {
        expect(await framesIn(capture, DISORDER)).toEqual([]);
      });
    }
  });
}

function reasonToSkip(...wanted: Need[]): string | undefined {
  const { ok, reason } = needs('linux', 'ip', 'unshare', ...wanted);
  return ok ? obstacle(process.getuid?.() === 0 ? 'root' : 'nobody') : reason;
}

/** The frames of a capture that are like this, a line for each. */
async function framesIn(file: string, filter: string): Promise<string[]> {
  const fields = ['-T', 'fields', '-e', 'frame.number', '-e', '_ws.col.Info'];
  const args = ['-n', '-r', file, ...CHECKED, ...OPAQUE, '-Y', filter, ...fields];
  const { stdout } = await promisify(execFile)('tshark', args, { maxBuffer: 1 << 26 });
  return stdout.split('\n').filter((line) => line !== '');
}
