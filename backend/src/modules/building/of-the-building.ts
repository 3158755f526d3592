import { SIMULATED_CLASS } from '@cupola/domain';

/** Leaves out points of a simulation: what it commands is no plant of the building. Needs `p`. */
export const OF_THE_BUILDING = `(p.brick_class ~ '${SIMULATED_CLASS}') IS NOT TRUE`;
