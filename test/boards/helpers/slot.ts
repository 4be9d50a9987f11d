/** A board with a slot for the module, as curl and `firmshake upload` find it. */

import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { signedFields } from '../../../host/boards/image.js';
import { imageOf, shapeOf, UPLOAD_PORT, type SlotStatus } from '../../../host/boards/index.js';
import { targetSizes } from '../../../host/build/targets.js';
import { MAIN, runCommand, type Outcome } from '../../support/firmshake.js';
import { BOARD } from './board.js';
import { moduleBytes } from './modules.js';

export const PROFILE = 'lan-apps';
export const KEY = Buffer.from('a key for this scene alone');

const folder = mkdtempSync(path.join(tmpdir(), 'firmshake-slot-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

export function fileOf(name: string, content: string | Uint8Array): string {
  const file = path.join(folder, name);
  writeFileSync(file, content);
  return file;
}

/** The board's files. */
export const slot = { file: path.join(folder, 'flash'), key: fileOf('key', KEY) };

export async function right(): Promise<Uint8Array<ArrayBuffer>> {
  return await moduleBytes(`${PROFILE}-fast`);
}

/** By its name it is known on the log. What it says of its memory is what the right one would. */
export async function image(profile: string, bytes: Uint8Array): Promise<Buffer> {
  const { rxRing, txRing } = targetSizes(PROFILE);
  return imageOf({ profile, bytes, rxRing, txRing, shape: await shapeOf(await right(), rxRing, txRing) });
}

export interface Answered {
  status: number;
  text: string;
}

const URL = `http://${BOARD}:${UPLOAD_PORT}/module`;

/** What curl finds there; a status of 0: nothing. */
export async function curl(...args: string[]): Promise<Answered> {
  const { stdout } = await runCommand('curl', '-s', '--max-time', '10', '-w', '\n%{http_code}', ...args, URL);
  const lines = stdout.trimEnd().split('\n');
  return { status: Number(lines.pop()), text: lines.join('\n').trim() };
}

export async function status(): Promise<SlotStatus> {
  return JSON.parse((await curl()).text) as SlotStatus;
}

export function headers(fields: Record<string, string>): string[] {
  return Object.entries(fields).flatMap(([name, value]) => ['-H', `${name}: ${value}`]);
}

/** Signed for the number that is due. */
export async function fieldsOf(bytes: Uint8Array, key: Uint8Array = KEY): Promise<string[]> {
  return headers(signedFields(bytes, (await status()).sequence, key));
}

/** As curl uploads a file. */
export async function put(bytes: Uint8Array, fields?: string[]): Promise<Answered> {
  return await curl('-T', fileOf('image', bytes), ...(fields ?? (await fieldsOf(bytes))));
}

/** `firmshake upload`, which is to find this module. */
export function firmshakeUpload(
  wasm: Uint8Array,
  name: string,
  key: Uint8Array = KEY,
  ...more: string[]
): Promise<Outcome> {
  const module = fileOf(`${name}.wasm`, wasm);
  return runCommand(process.execPath, MAIN, 'upload', BOARD, module, '--key', fileOf(`${name}.key`, key), ...more);
}

/** A request that goes on as this says: bytes, and then the end. */
export function nc(bytes: Uint8Array): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn('nc', ['-N', '-w', '10', BOARD, `${UPLOAD_PORT}`], { stdio: ['pipe', 'pipe', 'ignore'] });
    let text = '';
    child.stdout.setEncoding('utf8').on('data', (part: string) => (text += part));
    child.on('error', reject);
    child.on('close', () => resolve(text));
    child.stdin.end(bytes);
  });
}
