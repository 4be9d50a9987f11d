/** Something that must always hold does not: what a run looks for. */
export class Violation extends Error {
  override readonly name = 'Violation';
  readonly code = 'SIM_VIOLATION';

  /** `invariant`: the name of the one that was broken; `host`: where it was seen. */
  constructor(
    readonly invariant: string,
    message: string,
    readonly host?: string,
  ) {
    super(message);
  }
}

/** A worker of a fleet did not do its work. */
export class FleetError extends Error {
  override readonly name = 'FleetError';
  readonly code = 'SIM_WORKER_FAILED';
}
