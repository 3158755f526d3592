import { Component, computed, effect, inject, input, output, untracked } from '@angular/core';
import { Format } from '../../core/format';
import { Words } from '../../core/words';
import type { Occurrence } from '../../live/alarm-store';
import { AlarmWords } from '../../live/alarm-words';
import { Failure } from '../../ui/failure';
import { Skeleton } from '../../ui/skeleton';
import { VirtualBox } from '../../ui/virtual-box';
import { VirtualWindow } from '../../ui/virtual-window';
import { JournalStore } from './journal-store';
import { JournalWords } from './journal-words';

const ROW_HEIGHT = 40;

/** What has happened, newest first. */
@Component({
  selector: 'cp-alarm-journal',
  imports: [Failure, Skeleton, VirtualBox],
  providers: [JournalStore],
  templateUrl: './alarm-journal.html',
})
export class AlarmJournal {
  protected readonly store = inject(JournalStore);
  protected readonly format = inject(Format);
  private readonly alarmWords = inject(AlarmWords);
  private readonly journalWords = inject(JournalWords);
  private readonly words = inject(Words);
  protected readonly t = this.words.t;
  readonly selected = input.required<string | null>();
  readonly choose = output<Occurrence>();
  protected readonly window = new VirtualWindow(this.store.lines, ROW_HEIGHT);

  protected readonly rows = computed(() =>
    this.window.visible().map((line) => {
      const subject = this.store.subject(line.alarmId) ?? null;
      return {
        line,
        subject,
        at: this.format.time(line.at, subject ? this.alarmWords.zone(subject) : undefined),
        where: subject ? this.alarmWords.where(subject) : '',
        name: subject ? this.alarmWords.name(subject.definition) : this.t(this.store.subject(line.alarmId) === null ? 'alarm.removed' : 'state.loading'),
        what: this.journalWords.what(line),
        more: this.journalWords.more(line, subject?.unit ?? null),
      };
    }),
  );

  constructor() {
    effect(() => {
      const ids = this.window.visible().map(({ alarmId }) => alarmId);
      untracked(() => this.store.learn(ids));
    });
  }
}
