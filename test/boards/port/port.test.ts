/** What ports share, as plain C with sanitizers: the ring between a driver and the loop, the timer's arming, the serial set-up. */

import { testInC } from '../helpers/suites.js';

await testInC('a port', 'port', ['frame-ring', 'frame-ring-tasks', 'arming', 'line', 'setup']);
