import { Service, inject } from '@angular/core';
import type { Alarm } from '@cupola/contracts';
import { Words } from '../core/words';
import type { WordKey } from '../core/words';

type Condition = Alarm['definition']['condition'];

/** What every site is given says these conditions; nobody has to type them. */
const MADE_CONDITIONS: readonly Condition[] = ['COMM_LOSS', 'IDENTITY'];
const MADE: Readonly<Record<string, WordKey>> = {
  'Controller offline': 'made.offline',
  'Its values are not current and commands do not reach it.': 'made.offlineMeans',
  "Look at the controller's page: it says why the connection ended.": 'made.offlineDo',
  'Identity of a controller used twice': 'made.twice',
  'A second box may speak or act in its place; while both are connected, commands to it are held back.': 'made.twiceMeans',
  "Look at the controller's page: it says what was noticed and from where. Find the second box, switch it off, then settle it there.": 'made.twiceDo',
  'Gateway lost': 'made.gateway',
  'No controller that it served is connected: their values are not current.': 'made.gatewayMeans',
  'Look whether the gateway program and its network are up.': 'made.gatewayDo',
};

/** The texts of the alarms that the product brings, in the reader's language. What somebody has written stays as written. */
@Service()
export class MadeWords {
  private readonly words = inject(Words);

  of(text: string, condition: Condition): string {
    const key = MADE_CONDITIONS.includes(condition) ? MADE[text] : undefined;
    return key === undefined ? text : this.words.t(key);
  }
}
