import type { Point } from '@cupola/contracts';
import type { Controller } from '../../core/wire';

export const START_STEPS = ['building', 'registered', 'claimed', 'confirmed', 'value'] as const;
export type StartStep = (typeof START_STEPS)[number];
export type StepState = 'done' | 'now' | 'later';

/** What the product knows about a house that is being set up. */
export interface House {
  hasBuilding: boolean;
  controllers: readonly Controller[];
  /** A point with a good present value. */
  livePoint: Point | null;
}

const RANK = { active: 2, pending: 1, registered: 0, revoked: -1 } as const;
const rankOf = ({ status, link }: Controller): number => RANK[status] + (link === 'online' ? 0.5 : 0);

/** The controller that has come furthest, one that is connected before others: the one to go on with. */
export function furthest(controllers: readonly Controller[]): Controller | null {
  return controllers.filter(({ status }) => status !== 'revoked').reduce<Controller | null>((best, each) => (best === null || rankOf(each) > rankOf(best) ? each : best), null);
}

/** The value to show as the first one: something measured in a room says more than a switch, and one of a room more than one of the plant. */
export function firstLive(points: readonly Point[]): Point | null {
  const live = points.filter(({ quality, value, equipment }) => quality === 'GOOD' && value !== null && equipment?.brickClass !== 'Simulation_Equipment');
  const measured = live.filter(({ kind, writable }) => kind === 'analog' && !writable);
  return measured.find(({ floor }) => floor !== null) ?? measured[0] ?? live[0] ?? null;
}

/** Which steps are done, and the one to do now. */
export function stepStates({ hasBuilding, controllers, livePoint }: House): Record<StartStep, StepState> {
  const rank = furthest(controllers)?.status;
  const isDone: Record<StartStep, boolean> = {
    building: hasBuilding,
    registered: rank !== undefined,
    claimed: rank === 'pending' || rank === 'active',
    confirmed: rank === 'active',
    value: livePoint !== null,
  };
  const now = START_STEPS.find((step) => !isDone[step]);
  const stateOf = (step: StartStep): StepState => (isDone[step] ? 'done' : step === now ? 'now' : 'later');
  return { building: stateOf('building'), registered: stateOf('registered'), claimed: stateOf('claimed'), confirmed: stateOf('confirmed'), value: stateOf('value') };
}
