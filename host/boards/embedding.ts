/** What scripts/build-modules.mjs needs of this folder: nothing that looks for tools. */
export { targetSizes } from '../build/targets.js';
export { writeModule } from './module.js';
export { shapeOf } from './shape.js';
