/** Begins the classes of points of a simulation, as a pattern that Postgres and JavaScript read alike. */
export const SIMULATED_CLASS = '^Simulat(ed|ion)_';
const CLASS = new RegExp(SIMULATED_CLASS);

/** Whether a point belongs to a simulation and not to its building: a switch that makes it fail, or its speed. Nobody who looks for a valve means the switch that breaks one. */
export function isSimulated(brickClass: string | null): boolean {
  return brickClass !== null && CLASS.test(brickClass);
}

/** Whether somebody who searches for these words looks for the simulation itself. */
export function asksForSimulation(words: readonly string[]): boolean {
  return words.some((word) => /^simulat/i.test(word));
}
