// Runs the command in a process of its own, without building anything first.
import { run } from '../main.js';

process.exitCode = await run(process.argv.slice(2));
