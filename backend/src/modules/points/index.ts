export { type PointLocation, PointQueries, type PointsQuery } from './point-queries.js';
export { PointReadings } from './point-readings.js';
export { READING_INPUT } from './point-rows.js';
export { PointsModule } from './points.module.js';
