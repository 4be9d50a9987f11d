/** The slot for the module, as plain C with sanitizers: its state machine under power cuts, its HTTP, and what it refuses. */

import { existsSync } from 'node:fs';
import { testInC } from '../helpers/suites.js';

const SUITES = ['slot', 'image', 'request', 'upload', 'digest', 'digest-psa'];

await testInC('the slot', 'slot', SUITES, { 'libmbedtls-dev': existsSync('/usr/include/mbedtls/sha256.h') });
