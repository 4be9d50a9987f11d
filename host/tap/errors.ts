/**
 * What can be wrong with a machine that is asked for a LAN. Each error is one line that says what is missing and
 * what to do about it, and has a `code` to tell it by: these are reported to people, not to programmers.
 */

export type LanErrorCode =
  | 'NOT_LINUX' // TAP devices, veth pairs and namespaces are Linux's
  | 'FFI_MISSING' // koffi has no binary for this platform
  | 'IP_MISSING' // no `ip` command
  | 'UNSHARE_MISSING' // no `unshare` command
  | 'NAMESPACE_FORBIDDEN' // this user may not make a network namespace
  | 'TUN_MISSING' // no /dev/net/tun
  | 'TUN_FORBIDDEN' // there is one, and this user may not use it
  | 'LINK_FORBIDDEN' // this user may not change links or open packet sockets here
  | 'LINK_FAILED' // the `ip` command refused for another reason
  | 'INTERFACE_MISSING' // the named interface does not exist
  | 'INTERFACE_BUSY' // … or somebody else has it open
  | 'INTERFACE_FAILED' // it was open and has gone
  | 'BAD_ARGUMENT'
  | 'SYSTEM'; // any other errno; it is in the message

export class LanError extends Error {
  override readonly name = 'LanError';

  constructor(
    readonly code: LanErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
