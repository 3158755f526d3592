export { BuildingModule } from './building.module.js';
export { type BuildingPlace, BuildingQueries, type FloorPlan } from './building-queries.js';
export { OF_THE_BUILDING } from './of-the-building.js';
export { containing, decodeCursor, encodeCursor } from './cursor.js';
