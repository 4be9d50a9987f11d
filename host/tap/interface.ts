/** A network interface as the host sees it: frames in, frames out. A board has the same (boards/common). */

export interface Interface {
  readonly name: string;
  readonly kind: InterfaceKind;
  readonly statistics: Readonly<InterfaceStatistics>;

  /**
   * Frames that have arrived. A frame is a view that is overwritten after `handler` returns: copy it to keep it.
   * `failed` hears it when the interface is gone for good (deleted, for example); without it that is thrown.
   * Call it once; frames that arrive before are kept by the kernel.
   */
  receive(handler: (frame: Uint8Array) => void, failed?: (error: Error) => void): void;

  /** Sends now, or not at all: false says that the frame was dropped, as a real network may. */
  send(frame: Uint8Array): boolean;

  /** After it no handler is called, nothing keeps the process alive, and sending drops. */
  close(): Promise<void>;
}

/** `tap`: a TAP device; `veth`: the end of a veth pair; `packet`: any interface that was there before. */
export type InterfaceKind = 'tap' | 'veth' | 'packet';

export interface InterfaceStatistics {
  receivedFrames: number;
  receivedBytes: number;
  sentFrames: number;
  sentBytes: number;
  /** Frames that `send` could not send: the kernel's queue was full, or the link down. */
  droppedFrames: number;
}
