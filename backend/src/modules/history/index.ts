export { type Arrived, type CommitStep, CommitSteps, type Loss, StepConflict, type StepOutcome } from './commit-step.js';
export { HistoryWriter } from './history-writer.js';
export { HistoryModule } from './history.module.js';
export { LatestValues, type StoredReading } from './latest-values.js';
export { STALE_AFTER } from './stale-after.js';
