export { ElevationModule } from './elevation.module.js';
