export type SimulationErrorCode =
  /** Two hosts with one name or MAC. */
  | 'SIM_DUPLICATE_HOST'
  /** What was waited for did not happen in the time given. */
  | 'SIM_NEVER'
  /** A core broke its own rules. */
  | 'SIM_CORE_INCONSISTENT';

/** Something is wrong with a simulation, or with a core in it. */
export class SimulationError extends Error {
  readonly code: SimulationErrorCode;

  constructor(code: SimulationErrorCode, message: string) {
    super(message);
    this.name = 'SimulationError';
    this.code = code;
  }
}
