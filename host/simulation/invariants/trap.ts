import { CoreError } from '../../core/index.js';
import { SimulationError } from '../../lan/index.js';
import { Violation } from '../errors.js';

/**
 * No core traps, whatever comes (an assertion of the debug build is a trap, too), and each keeps the promises that its host checks after
 * every event: host/lan/core-host.ts. Gives what was thrown as the violation that it is; undefined: it is none, but a fault of the simulation.
 */
export function violationOf(error: unknown): Violation | undefined {
  if (error instanceof Violation) return error;
  if (error instanceof WebAssembly.RuntimeError) return new Violation('trap', error.message);
  // What may be refused is no error by the time it is here: world/apps.ts.
  if (error instanceof CoreError) return new Violation('calls', `a call was refused: ${error.message}`);
  if (error instanceof SimulationError) return new Violation('promises', error.message);
  return undefined;
}
