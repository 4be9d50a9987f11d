/** Uploads a module to a board with a slot, and waits until that serves: boards/slot/upload.h is the other end. */
import http from 'node:http';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { BoardError } from './errors.js';
import { signedFields } from './image.js';

/** Of boards/slot/upload.h. */
export const UPLOAD_PORT = 8266;
export const KEY_BYTES = { least: 16, most: 64 } as const;

export interface Endpoint {
  host: string;
  port: number;
}

/** What a board says of its slot. */
export interface SlotStatus {
  state: string;
  /** A, B, or built-in. */
  running: string;
  profile: string;
  sha256: string;
  engine: string;
  abi: number;
  sequence: number;
  room: number;
  memory: number;
}

/** A board that is busy answers late; one that is not there, never. */
const ASK_MS = 3000;
const UPLOAD_MS = 60_000;
const PART_BYTES = 4096;
const MOST_ANSWER_BYTES = 65_536;
/** A restart, joining a network, and the ten seconds of a trial with the restart after it. */
const SERVES_MS = 40_000;
const POLL_MS = 200;

interface Answer {
  status: number;
  text: string;
}

/** @throws BoardError BOARD_UNREACHABLE */
function request(
  { host, port }: Endpoint,
  options: { method: 'GET' | 'PUT'; headers?: Record<string, string | number>; timeoutMs: number },
  body?: Iterable<Uint8Array>,
): Promise<Answer> {
  const { method, headers = {}, timeoutMs } = options;
  return new Promise((resolve, reject) => {
    const fail = (why: string): void => {
      sent.destroy();
      reject(new BoardError('BOARD_UNREACHABLE', `${host}:${port}: ${why}`));
    };
    const signal = AbortSignal.timeout(timeoutMs);
    const all = { host, port, path: '/module', method, headers, agent: false, signal } as const;
    const sent = http.request(all, (response) => {
      let text = '';
      const done = (): void => {
        resolve({ status: response.statusCode ?? 0, text: text.trim() });
        // What was not sent is not wanted.
        sent.destroy();
      };
      response.setEncoding('utf8').on('data', (part: string) => {
        text += part;
        if (text.length > MOST_ANSWER_BYTES) fail('no board: its answer does not end');
      });
      response.on('end', done);
      response.on('error', () => fail('the answer is cut off'));
    });
    sent.on('error', (error: NodeJS.ErrnoException) => {
      fail(signal.aborted ? `no answer within ${timeoutMs / 1000} s` : (REASONS[error.code ?? ''] ?? error.message));
    });
    if (body === undefined) sent.end();
    else Readable.from(body).pipe(sent);
  });
}

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nobody listens there: a board opens the port for uploads only when it has a key and a slot',
  EHOSTUNREACH: 'no such host on this network',
  ENOTFOUND: 'no host of this name',
  ECONNRESET: 'the connection was reset',
};

/** @throws BoardError BOARD_UNREACHABLE, NO_SLOT: something else listens there */
export async function slotStatus(endpoint: Endpoint): Promise<SlotStatus> {
  const { status, text } = await request(endpoint, { method: 'GET', timeoutMs: ASK_MS });
  const told = status === 200 ? parsed(text) : undefined;
  if (told !== undefined) return told;
  throw new BoardError('NO_SLOT', `${endpoint.host}:${endpoint.port}: no board with a slot for the module`);
}

function parsed(text: string): SlotStatus | undefined {
  try {
    const told = JSON.parse(text) as Partial<Record<keyof SlotStatus, unknown>> | null;
    const texts = [told?.state, told?.running, told?.profile, told?.sha256, told?.engine];
    const numbers = [told?.abi, told?.sequence, told?.room, told?.memory];
    const isOne = texts.every((value) => typeof value === 'string') && numbers.every(Number.isSafeInteger);
    return isOne ? (told as SlotStatus) : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Sends an image. `progress`: so many bytes more are on their way.
 * @throws BoardError BOARD_UNREACHABLE, UPLOAD_REFUSED: what the board says
 */
export async function upload(
  endpoint: Endpoint,
  image: Uint8Array,
  { key, sequence, progress }: { key: Uint8Array; sequence: number; progress: (bytes: number) => void },
): Promise<void> {
  function* parts(): Iterable<Uint8Array> {
    for (let at = 0; at < image.length; at += PART_BYTES) {
      const part = image.subarray(at, at + PART_BYTES);
      progress(part.length);
      yield part;
    }
  }
  const headers = { 'Content-Length': image.length, ...signedFields(image, sequence, key) };
  const answer = await request(endpoint, { method: 'PUT', headers, timeoutMs: UPLOAD_MS }, parts());
  if (answer.status === 202) return;
  throw new BoardError('UPLOAD_REFUSED', `the board refuses it: ${answer.text} (${answer.status})`);
}

/**
 * Asks until the board has tried it. To be asked is what a module on trial has to serve: so this is what confirms it. `waits`: it is not
 * so far yet.
 * @throws BoardError MODULE_ROLLED_BACK, BOARD_UNREACHABLE: it does not come back
 */
export async function untilServes(
  endpoint: Endpoint,
  sha256: string,
  waits: () => void = () => {},
): Promise<SlotStatus> {
  const until = performance.now() + SERVES_MS;
  while (performance.now() < until) {
    const status = await slotStatus(endpoint).catch(() => undefined);
    if (status?.state === 'confirmed' && status.sha256 === sha256) return status;
    if (status?.state === 'rolled back') {
      throw new BoardError(
        'MODULE_ROLLED_BACK',
        `the module did not serve and is rolled back: the board runs ${runningText(status)}`,
      );
    }
    waits();
    await sleep(POLL_MS);
  }
  throw new BoardError(
    'BOARD_UNREACHABLE',
    `${endpoint.host}:${endpoint.port}: the board does not serve again after ${SERVES_MS / 1000} s`,
  );
}

/** "lan (region A, SHA-256 47869745d6002197…)" */
export function runningText({ profile, running, sha256 }: SlotStatus): string {
  const where = running === 'built-in' ? 'built in' : `region ${running}`;
  return `${profile} (${where}, SHA-256 ${sha256.slice(0, 16)}…)`;
}
