export { CommandQueries, type CommandsQuery } from './command-queries.js';
export { CommandsModule } from './commands.module.js';
export { SlotQueries, type SlotTable } from './slot-queries.js';
