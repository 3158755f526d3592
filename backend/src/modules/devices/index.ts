export { type CallTarget, ControllerLink } from './controller-link.js';
export { ControllerQueries, type ControllersQuery } from './controller-queries.js';
export { IS_LAPSED, LINK_NOW } from './controller-rows.js';
export { lockCurrent as requireCurrent } from './current-session.js';
export { desiredRev, IN_SLOT_SET, SLOT_SET_STATES } from './desired-rev.js';
export { keepDocument } from './documents.js';
export { DevicesModule } from './devices.module.js';
export { Following } from './following.js';
export { Repeating } from './repeating.js';
