/**
 * An Espruino board over Web Bluetooth, by way of @espruino-tools/core: of which only `eval` and the UART's `write` are relied on.
 * Answers carry a mark, so that a stray line is not taken for one; nothing is waited for without end; and what erases the code that
 * a user has saved (`loadCode`, `reset`) is not called at all.
 */
import type { DeviceController } from '@espruino-tools/core';
import { BenchError } from '../../bench/errors.js';
import { checkedState, type Peer, type PeerState, type TrialOrder } from '../../bench/peer.js';

/** The user chooses a board meanwhile. */
const CHOICE_MS = 120_000;
/** `eval` itself gives up after 10 s; an answer that is whole comes in less than one. */
const ANSWER_MS = 4_000;
const TRIES = 4;
/** At 20 bytes a packet a script of 6 KB takes a while. */
const LOAD_MS = 60_000;
/** Espruino: no echo of this line. */
const QUIET = '\x10';

/** What the package's typings leave out. */
interface Answer {
  data: unknown;
  log: string;
}

interface Connection {
  onclose?: (reason: unknown) => void;
}

export class EspruinoPeer implements Peer {
  /** Called once, when the board is gone. */
  onLost: () => void = () => undefined;
  private marks = 0;
  private isLost = false;
  private readonly lost: Promise<never>;
  private lose: (error: BenchError) => void = () => undefined;

  private constructor(private readonly controller: DeviceController) {
    this.lost = new Promise((_, reject) => (this.lose = reject));
    // Whoever waits hears of it; nobody has to.
    this.lost.catch(() => undefined);
  }

  /** Opens the package's chooser, and waits for a board that answers. @throws BenchError */
  static async connect(): Promise<EspruinoPeer> {
    const { DeviceController } = await import('@espruino-tools/core');
    const peer = new EspruinoPeer(new DeviceController());
    // It opens the chooser, in which the user clicks.
    const first = peer.controller.eval<Answer>('1');
    await within(first, CHOICE_MS, 'no board was chosen');
    peer.watch();
    return peer;
  }

  /** The board's name for itself, and its address; "0.0.0.0": it has no Wi-Fi, "": it cannot say. */
  async who(): Promise<{ board: string; address: string }> {
    const address = '(function(){try{return require("Wifi").getIP().ip}catch(e){return ""}})()';
    const said = await this.evaluate(`{board:process.env.BOARD,address:${address}}`);
    const { board, address: ip } = (said ?? {}) as { board?: unknown; address?: unknown };
    return { board: typeof board === 'string' ? board : '?', address: typeof ip === 'string' ? ip : '' };
  }

  /** Into RAM, where a restart forgets it: what the user has saved stays. */
  async load(source: string): Promise<void> {
    const lines = source.replace(/\/\*[\s\S]*?\*\//g, '').split('\n');
    const text = lines.filter((line) => line.trim() !== '').map((line) => `${QUIET}${line.trim()}\n`);
    // An empty line ends what a line before has left open.
    await this.write(`${QUIET}\n${text.join('')}`);
    const version = await this.evaluate('FskPeer.version');
    if (version !== 1) throw new BenchError('PEER_GARBAGE', 'the peer’s script did not arrive whole');
  }

  async start(id: string, order: TrialOrder): Promise<void> {
    const [quoted, text] = [JSON.stringify(id), JSON.stringify(order)];
    // Told twice it is begun once: the answer can be lost.
    const answer = await this.evaluate(
      `FskPeer.poll(${quoted},0).error===""?${quoted}:FskPeer.start(${quoted},${text})`,
    );
    if (answer !== id) throw new BenchError('PEER_GARBAGE', 'the board began something else');
  }

  async poll(id: string, from: number): Promise<PeerState> {
    return checkedState(await this.evaluate(`FskPeer.poll(${JSON.stringify(id)},${from})`), id);
  }

  close(): void {
    this.controller.UART.close();
  }

  /** The value of an expression there. @throws BenchError PEER_LOST, PEER_NO_ANSWER */
  private async evaluate(expression: string): Promise<unknown> {
    for (let attempt = 0; attempt < TRIES; attempt++) {
      const mark = `m${++this.marks}`;
      const asked = this.controller.eval<Answer>(`[${JSON.stringify(mark)},${expression}]`);
      const answer = await Promise.race([within(asked, ANSWER_MS).catch(() => undefined), this.lost]);
      if (this.isLost) throw new BenchError('PEER_LOST', 'the board is gone');
      const data = answer?.data;
      if (Array.isArray(data) && data[0] === mark) return data[1] as unknown;
      // What was refused in the middle leaves it busy for good.
      this.controller.UART.isBusy = false;
    }
    throw new BenchError(
      'PEER_NO_ANSWER',
      `the board does not answer, or not with what it was asked for (${TRIES} tries)`,
    );
  }

  private async write(text: string): Promise<void> {
    const written = new Promise<void>((resolve) => {
      this.controller.UART.write(text, () => resolve());
    });
    await Promise.race([within(written, LOAD_MS, 'the board takes no more'), this.lost]);
  }

  /** The package forgets the connection by itself, and leaves whoever waits waiting. */
  private watch(): void {
    const connection = this.controller.UART.getConnection() as Connection | undefined;
    if (connection === undefined) return;
    const before = connection.onclose;
    connection.onclose = (reason) => {
      before?.call(connection, reason);
      this.controller.UART.isBusy = false;
      this.isLost = true;
      this.lose(new BenchError('PEER_LOST', 'the board is gone: it was switched off, or is too far away'));
      this.onLost();
    };
  }
}

async function within<T>(promise: Promise<T>, ms: number, what = 'no answer'): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new BenchError('PEER_NO_ANSWER', what)), ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
