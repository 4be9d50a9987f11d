/** Recordings of what a core was given and gave, and the proof that another engine gives the same. */
export { coverageOf, type Coverage } from './coverage.js';
export { ReplayError, type ReplayErrorCode } from './errors.js';
export { makeRecording, type RecordingOptions } from './scene/index.js';
export { checkRecording } from './reader.js';
export { Recorder } from './recorder.js';
export { countsText, replay, type ReplayCounts } from './replay.js';
