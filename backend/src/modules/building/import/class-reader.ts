import { entityRole, pointProfile, type PointProfile, type UnitSystem } from '@cupola/domain';
import type { Entity } from './model-graph.js';

/** What the classes of a point tell. `isKnown` false: nobody can say the unit or the states. */
export interface ClassReading {
  brickClass: string;
  profile: PointProfile;
  isKnown: boolean;
}

/** A model has thousands of points and a few dozen classes: each combination of classes is read once. */
export class ClassReader {
  private readonly known = new Map<string, ClassReading>();

  constructor(private readonly unitSystem: UnitSystem) {}

  read(entity: Entity): ClassReading {
    const key = `${entity.types.length} ${entity.classes.join(' ')}`;
    let reading = this.known.get(key);
    if (!reading) this.known.set(key, (reading = this.readClasses(entity)));
    return reading;
  }

  /** Of several classes the one that tells most; a class that the model defines itself is read through its superclasses. */
  private readClasses({ types, classes }: Entity): ClassReading {
    const ranked = [...types].sort((a, b) => this.rank(b) - this.rank(a) || b.length - a.length || (a < b ? -1 : 1));
    const brickClass = ranked[0] ?? 'Point';
    // `Chilled_Supply_Water` beside `Flow` tells together what neither tells alone.
    const told = [...ranked, ...classes, types.join('_')].map((name) => pointProfile(name, this.unitSystem)).find(({ isKnown }) => isKnown);
    return { brickClass, profile: told ?? pointProfile(brickClass, this.unitSystem), isKnown: told !== undefined };
  }

  private rank(type: string): number {
    return (entityRole(type) === 'point' ? 2 : 0) + (pointProfile(type, this.unitSystem).isKnown ? 1 : 0);
  }
}
