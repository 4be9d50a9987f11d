/** `firmshake lan`'s start: puts itself into a namespace. `own-namespace.ts [exit N | wait | tap]` */

import { readlinkSync } from 'node:fs';
import { text } from 'node:stream/consumers';

import { enterCommand, insideOwnNamespace, ip, LanError, openTap, runIn } from '../../../host/tap/index.js';

export interface Inside {
  pid: number;
  user: boolean;
  network: string;
  hint: string;
  links: number;
  argv: string[];
  input: string;
  childExit: number;
}

export interface Refused {
  code: string;
  message: string;
}

const [what, value] = process.argv.slice(2);
try {
  if (what === 'tap') openTap({ name: 'lan0' });
  await main();
} catch (error) {
  if (!(error instanceof LanError)) throw error;
  const refused: Refused = { code: error.code, message: error.message };
  console.log(JSON.stringify(refused));
}

async function main(): Promise<void> {
  const namespace = insideOwnNamespace();
  const report: Inside = {
    ...namespace,
    network: readlinkSync('/proc/self/ns/net'),
    hint: enterCommand(namespace, 'nc 10.73.0.2 7'),
    links: (await ip('link show')).match(/^\d+: /gm)?.length ?? 0,
    argv: process.argv.slice(2),
    input: what === 'wait' ? '' : await text(process.stdin),
    childExit: await runIn('sh', ['-c', 'exit 3']),
  };
  console.log(JSON.stringify(report));
  if (what === 'exit') process.exitCode = Number(value);
  if (what === 'wait') {
    process.on('SIGTERM', () => process.exit(42));
    setInterval(() => {}, 1000);
  }
}
