/** What a page shows in a browser that is watched by the DevTools protocol (chromedevtools.github.io/devtools-protocol). */

import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import WebSocket from 'ws';
import { monotonic } from '../helpers/board.js';

const LIMIT_MS = 15_000;
const AGAIN_MS = 100;

interface Target {
  url: string;
  webSocketDebuggerUrl: string;
}

interface Answer {
  result?: { result: { value: unknown } };
}

/** The different texts that the page has, one after the other: so many, from the first on that is like this. */
export async function textsOf(host: string, url: string, like: RegExp, count: number): Promise<string[]> {
  const end = monotonic() + LIMIT_MS;
  const texts: string[] = [];
  const socket = new WebSocket(await debuggerOf(host, url, end));
  await once(socket, 'open');
  for (let id = 1; texts.length < count; id++) {
    if (monotonic() > end)
      throw new Error(`${url} shows nothing like ${like.source}, or does not change: ${texts.join()}`);
    const expression = 'document.body.innerText';
    const answered = once(socket, 'message') as Promise<[Buffer]>;
    socket.send(JSON.stringify({ id, method: 'Runtime.evaluate', params: { expression } }));
    const [answer] = await answered;
    const text = String((JSON.parse(answer.toString()) as Answer).result?.result.value);
    if (like.test(text) && text !== texts.at(-1)) texts.push(text);
    else await sleep(AGAIN_MS);
  }
  socket.close();
  return texts;
}

async function debuggerOf(host: string, url: string, end: number): Promise<string> {
  for (;;) {
    const targets = (await (await fetch(`http://${host}/json/list`)).json()) as Target[];
    const found = targets.find((target) => target.url === url);
    if (found !== undefined) return found.webSocketDebuggerUrl;
    if (monotonic() > end) throw new Error(`the browser has not opened ${url}`);
    await sleep(AGAIN_MS);
  }
}
