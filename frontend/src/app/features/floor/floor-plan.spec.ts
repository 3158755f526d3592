import { TestBed } from '@angular/core/testing';
import { Component, inject, input, signal } from '@angular/core';
import type { OnInit } from '@angular/core';
import type { FloorDetail } from '@cupola/contracts';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ALARM_ANSWERS, followAlarms } from '../../../testing/alarm-console';
import { anAlarm } from '../../../testing/alarms';
import { answering } from '../../../testing/answering';
import { aFloor } from '../../../testing/building';
import { goLive, prepareConsole, render, SESSION_ANSWERS, textOf } from '../../../testing/console';
import type { FakeSocket } from '../../../testing/fake-socket';
import { PlaceValues } from '../../live/place-values';
import { FloorOverrides } from './floor-overrides';
import { FloorPlan } from './floor-plan';
import { pointsByZone } from './zone-view';

@Component({
  selector: 'cp-test-floor',
  imports: [FloorPlan],
  providers: [PlaceValues, FloorOverrides],
  template: `<cp-floor-plan [floor]="floor()" [points]="points" layer="temperature" [selected]="selected()" (choose)="selected.set($event)" />`,
})
class TestFloor implements OnInit {
  readonly floor = input.required<FloorDetail>();
  readonly selected = signal<string | null>(null);
  private readonly values = inject(PlaceValues);
  protected points: ReturnType<typeof pointsByZone> = new Map();

  ngOnInit(): void {
    this.points = pointsByZone(this.floor());
    this.values.enter(`floor:${this.floor().id}`, this.floor().points);
  }
}

const floor = aFloor(108);
let socket: FakeSocket;
let page: Awaited<ReturnType<typeof render>>;

beforeEach(async () => {
  await prepareConsole();
  answering(SESSION_ANSWERS);
  socket = await goLive();
  page = await render(TestFloor, { floor });
});
afterEach(() => vi.unstubAllGlobals());

const room = (at: number) => page.element.querySelectorAll<SVGGElement>('.room')[at];

describe('the plan of a floor', () => {
  it('draws every room with its name, its value and its unit', () => {
    const rooms = [...page.element.querySelectorAll('.room')];
    expect(rooms).toHaveLength(108);
    for (const each of rooms) expect(textOf(each)).toMatch(/^\d{3}A ?2[012]\.[05] ?°C/);
    expect([room(3)?.getAttribute('aria-description'), textOf(room(3)?.querySelector('.value'))]).toEqual(['Zone Air Temperature 3', '21.5']);
  });

  it('follows the live values, and hatches what is not known any more', async () => {
    const id = socket.subscriptions()[0]?.id;
    const [first, , third] = floor.points;
    socket.receive('snapshot', { id, seq: 1, data: { values: [], controllers: [] } });
    socket.receive('delta', { id, prev: 1, seq: 2, data: { values: [[first?.id, 25.25, 'GOOD', 100, []], [third?.id, 22, 'FAULT', 100, []]], controllers: [] } });
    await page.settle();
    expect([textOf(room(0)?.querySelector('.value')), room(0)?.classList.contains('doubt')]).toEqual(['25.3', false]);
    expect([room(1)?.classList.contains('doubt'), textOf(room(1)?.querySelector('.unit'))]).toEqual([true, '°C ?']);
    expect(room(1)?.getAttribute('aria-description')).toContain('Fault');
  });

  it('turns every value of a controller down at once', async () => {
    const id = socket.subscriptions()[0]?.id;
    socket.receive('snapshot', { id, seq: 1, data: { values: [], controllers: [[floor.points[0]?.controller?.id, 'offline']] } });
    await page.settle();
    expect(page.element.querySelectorAll('.room.doubt')).toHaveLength(108);
  });

  it('is walked with the arrow keys and opened with Enter, behind one tab stop', async () => {
    expect(page.element.querySelectorAll('.room[tabindex="0"]')).toHaveLength(1);
    room(0)?.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowRight', bubbles: true }));
    await page.settle();
    expect(room(1)?.getAttribute('tabindex')).toBe('0');
    room(1)?.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowDown', bubbles: true }));
    await page.settle();
    expect(room(13)?.getAttribute('tabindex')).toBe('0');
    room(13)?.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true }));
    await page.settle();
    expect([room(13)?.getAttribute('aria-pressed'), page.element.querySelectorAll('.room.sel').length]).toEqual(['true', 1]);
  });

  it('marks a room with its most urgent alarm, by its zone or by the equipment that serves it, and says so', async () => {
    TestBed.resetTestingModule();
    await prepareConsole();
    answering(ALARM_ANSWERS);
    const place = { floor: { id: floor.id, name: floor.name, level: floor.level }, equipment: null };
    const [first, second] = floor.zones;
    await followAlarms([anAlarm(1, { ...place, zone: first ?? null }), anAlarm(2, { ...place, zone: first ?? null, priority: 4 }), anAlarm(3, { ...place, zone: null, equipment: second?.equipment[0] ?? null, priority: 1 })]);
    page = await render(TestFloor, { floor });
    expect([...page.element.querySelectorAll('.alarm-shape')].map((shape) => textOf(shape))).toEqual(['2', '1']);
    expect([room(0)?.classList.contains('alarm2'), room(1)?.classList.contains('alarm1')]).toEqual([true, true]);
    expect(room(0)?.getAttribute('aria-description')).toContain('2 alarms: Zone temperature high 1, active, not acknowledged, priority 2');
  });
});
