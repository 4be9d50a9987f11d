/** Ctrl-C, which a terminal gives as it is while every key goes to the board. */
const INTERRUPT = 0x03;

/**
 * What is typed goes to the board as it is typed, which echoes it; a board that is away hears nothing. Gives how to end that.
 * @param board where it is written to now
 */
export function passKeys(board: () => WritableStream<Uint8Array> | undefined): () => void {
  const { stdin } = process;
  // One after the other: a port takes one writer.
  let sent = Promise.resolve();
  const pass = (bytes: Buffer): void => {
    if (stdin.isTTY && bytes.includes(INTERRUPT)) process.kill(process.pid, 'SIGINT');
    else sent = sent.then(() => send(board(), bytes));
  };
  if (stdin.isTTY) stdin.setRawMode(true);
  stdin.on('data', pass);
  return () => {
    stdin.off('data', pass);
    if (stdin.isTTY) stdin.setRawMode(false);
    stdin.pause();
    stdin.unref();
  };
}

async function send(board: WritableStream<Uint8Array> | undefined, bytes: Uint8Array): Promise<void> {
  if (board === undefined || board.locked) return;
  const writer = board.getWriter();
  await writer.write(bytes).catch(() => undefined);
  writer.releaseLock();
}
