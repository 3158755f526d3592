import { Component, Injector, afterNextRender, computed, inject, input, output, signal, viewChild } from '@angular/core';
import type { ElementRef } from '@angular/core';
import { RouterLink } from '@angular/router';
import type { Alarm } from '@cupola/contracts';
import { Shortcuts, isSingleKey } from '../../core/shortcuts';
import { Words } from '../../core/words';
import { asksForAcknowledgement } from '../../live/alarm-order';
import { AlarmStore } from '../../live/alarm-store';
import { AlarmWords } from '../../live/alarm-words';
import { AlarmBadge } from '../../ui/alarm-badge';
import { Failure } from '../../ui/failure';
import { Icon } from '../../ui/icon';
import { Skeleton } from '../../ui/skeleton';
import { VirtualBox } from '../../ui/virtual-box';
import { VirtualWindow } from '../../ui/virtual-window';
import { HeldOrder } from './held-order';

const ROW_HEIGHT = 40;
const HEAD_HEIGHT = 32;
/** As many as the server takes in one request. */
const MOST_AT_ONCE = 200;

/** The alarms that are shown to operators, by urgency, walked by keyboard; it never moves under a pointer or the focus. */
@Component({
  selector: 'cp-alarm-list',
  imports: [AlarmBadge, Failure, Icon, RouterLink, Skeleton, VirtualBox],
  host: { '(document:keydown)': 'keys($event)' },
  templateUrl: './alarm-list.html',
})
export class AlarmList {
  protected readonly store = inject(AlarmStore);
  protected readonly words = inject(AlarmWords);
  protected readonly shortcuts = inject(Shortcuts);
  private readonly sentences = inject(Words);
  private readonly injector = inject(Injector);
  protected readonly t = this.sentences.t;
  protected readonly n = this.sentences.n;

  readonly alarms = input.required<readonly Alarm[]>();
  /** Changes when another filter is chosen: then the list is another one and does not hold its order. */
  readonly filterKey = input.required<string>();
  /** How many the filter leaves out. */
  readonly hidden = input.required<number>();
  readonly selected = input.required<string | null>();
  readonly mayAcknowledge = input.required<boolean>();
  readonly choose = output<Alarm>();
  readonly acknowledge = output<readonly Alarm[]>();
  readonly comment = output<Alarm>();
  readonly showAll = output();

  private readonly box = viewChild<ElementRef<HTMLElement>>('box');
  private readonly hands = { pointer: false, focus: false };
  protected readonly order = new HeldOrder(this.alarms, this.filterKey, (id) => this.store.alarm(id));
  protected readonly window = new VirtualWindow(this.order.rows, ROW_HEIGHT);
  private readonly cursor = signal<string | null>(null);
  /** The one row that Tab reaches: the one last walked to, else the open one, else the first. */
  protected readonly reachable = computed(() => {
    const rows = this.order.rows();
    const has = (id: string | null) => id !== null && rows.some((row) => row.id === id);
    return [this.cursor(), this.selected()].find(has) ?? rows[0]?.id ?? null;
  });
  protected readonly asks = asksForAcknowledgement;
  protected readonly askingInView = computed(() => this.window.inView().filter(asksForAcknowledgement).slice(0, MOST_AT_ONCE));

  protected hold(by: 'pointer' | 'focus', hands: 'on' | 'off'): void {
    this.hands[by] = hands === 'on';
    this.order.hold(this.hands.pointer || this.hands.focus ? 'on' : 'off');
  }

  protected leave(event: FocusEvent): void {
    const inside = (event.currentTarget as HTMLElement).contains(event.relatedTarget as Node | null);
    if (!inside) this.hold('focus', 'off');
  }

  protected catchUp(): void {
    this.order.catchUp();
    this.cursor.set(null);
    const element = this.box()?.nativeElement;
    if (element) element.scrollTop = 0;
    this.focusAt(0);
  }

  protected pick(alarm: Alarm): void {
    this.cursor.set(alarm.id);
    this.choose.emit(alarm);
  }

  /** After a dialog: back to where the person was. */
  focusCursor(): void {
    const at = this.order.rows().findIndex(({ id }) => id === this.reachable());
    if (at >= 0) this.focusAt(at);
  }

  protected keys(event: KeyboardEvent): void {
    const target = event.target as HTMLElement;
    if (!isSingleKey(event)) return;
    const inList = this.box()?.nativeElement.contains(target) ?? false;
    if ((inList && this.walk(event.key)) || (this.shortcuts.enabled() && this.shortcut(event.key.toLowerCase()))) event.preventDefault();
  }

  private walk(key: string): boolean {
    const last = this.order.rows().length - 1;
    if (key === 'ArrowDown') this.step(1);
    else if (key === 'ArrowUp') this.step(-1);
    else if (key === 'Home') this.focusAt(0);
    else if (key === 'End') this.focusAt(last);
    else if (key === 'Enter') this.openCursor();
    else return false;
    return true;
  }

  private shortcut(key: string): boolean {
    const alarm = this.order.rows().find(({ id }) => id === (this.cursor() ?? this.selected()));
    if (key === 'j') this.step(1);
    else if (key === 'k') this.step(-1);
    else if (key === 'a' && alarm && asksForAcknowledgement(alarm)) this.acknowledge.emit([alarm]);
    else if (key === 'c' && alarm) this.comment.emit(alarm);
    else return false;
    return true;
  }

  private step(by: 1 | -1): void {
    const rows = this.order.rows();
    const at = rows.findIndex(({ id }) => id === (this.cursor() ?? this.selected()));
    this.focusAt(at < 0 ? 0 : Math.min(Math.max(at + by, 0), rows.length - 1));
  }

  private openCursor(): void {
    const alarm = this.order.rows().find(({ id }) => id === this.reachable());
    if (alarm) this.choose.emit(alarm);
  }

  private focusAt(at: number): void {
    const row = this.order.rows()[at];
    const element = this.box()?.nativeElement;
    if (!row || !element) return;
    this.cursor.set(row.id);
    const { rowHeight } = this.window;
    const top = at * rowHeight;
    const lowest = top + rowHeight + HEAD_HEIGHT - element.clientHeight;
    element.scrollTop = Math.max(Math.min(element.scrollTop, top), lowest);
    this.window.measure(element);
    afterNextRender(() => this.focusRow(row.id, at), { injector: this.injector });
  }

  /** The row may have left meanwhile: then the one in its place. */
  private focusRow(id: string, at: number): void {
    const element = document.getElementById(`alarm-${id}`);
    const rows = this.order.rows();
    const next = rows[Math.min(at, rows.length - 1)];
    if (element) element.focus({ preventScroll: true });
    else if (next) {
      this.cursor.set(next.id);
      document.getElementById(`alarm-${next.id}`)?.focus({ preventScroll: true });
    }
  }
}
