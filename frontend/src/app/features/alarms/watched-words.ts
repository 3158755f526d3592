import { Service, inject } from '@angular/core';
import type { AlarmDefinition } from '@cupola/contracts';
import { ClassWords } from '../../core/class-words';
import { MadeWords } from '../../live/made-words';

/** What a definition is called and what it watches, in the reader's language where the words are the product's own. */
@Service()
export class WatchedWords {
  private readonly classes = inject(ClassWords);
  private readonly made = inject(MadeWords);

  name({ name, condition }: Pick<AlarmDefinition, 'name' | 'condition'>): string {
    return this.made.of(name, condition);
  }

  /** The server writes a class before its place. */
  target({ target, targetName }: Pick<AlarmDefinition, 'target' | 'targetName'>): string {
    if (target.kind !== 'class' || !targetName.startsWith(target.brickClass)) return targetName;
    return this.classes.of(target.brickClass) + targetName.slice(target.brickClass.length);
  }
}
