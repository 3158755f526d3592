import { Service, computed, inject } from '@angular/core';
import { unitSymbol } from '@cupola/domain';
import type { PointValue } from '@cupola/domain';
import { digitsOf } from './units';
import { Words } from './words';

interface Valued {
  kind: 'analog' | 'binary' | 'multistate';
  unit: string | null;
  states: readonly { code: number; label: string }[] | null;
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Numbers, ages and times as people read them, in their language and the site's time zone. */
@Service()
export class Format {
  private readonly words = inject(Words);
  private readonly numbers = computed(() => {
    const language = this.words.language();
    return [0, 1, 2].map((digits) => new Intl.NumberFormat(language, { minimumFractionDigits: digits % 2, maximumFractionDigits: digits }));
  });

  count(value: number): string {
    return this.numbers()[0]?.format(value) ?? String(value);
  }

  number(value: number, unit: string | null): string {
    return this.numbers()[digitsOf(unit)]?.format(value) ?? String(value);
  }

  /** With a plus where it is one; what rounds to nothing has no sign. */
  signed(value: number, unit: string | null): string {
    const text = this.number(Math.abs(value), unit);
    if (!/[1-9]/.test(text)) return text;
    return `${value > 0 ? '+' : '−'}${text}`;
  }

  unit(unit: string | null): string {
    return unit === null ? '' : unitSymbol(unit);
  }

  /** The value without its unit: a number, or a state's label; a dash where there is none. */
  value(value: PointValue, point: Valued): string {
    if (value === null) return '–';
    if (point.kind === 'analog') return this.number(value, point.unit);
    const state = point.states?.find(({ code }) => code === value);
    if (state) return state.label;
    if (point.kind === 'binary') return this.words.t(value === 0 ? 'value.off' : 'value.on');
    return this.words.t('value.state', { code: value });
  }

  valueWithUnit(value: PointValue, point: Valued): string {
    const text = this.value(value, point);
    return point.kind === 'analog' && value !== null && point.unit ? `${text} ${unitSymbol(point.unit)}` : text;
  }

  /** A length of time in its largest sensible unit: 2 s, 14 min, 3 h, 2 d. */
  span(ms: number): string {
    if (ms < 90 * SECOND) return this.words.t('span.s', { n: Math.floor(ms / SECOND) });
    if (ms < 90 * MINUTE) return this.words.t('span.min', { n: Math.floor(ms / MINUTE) });
    if (ms < 36 * HOUR) return this.words.t('span.h', { n: Math.floor(ms / HOUR) });
    return this.words.t('span.d', { n: this.count(Math.floor(ms / DAY)) });
  }

  /** A number with its unit; a dash where there is none. */
  quantity(value: PointValue, unit: string | null): string {
    if (value === null) return '–';
    return `${this.number(value, unit)} ${this.unit(unit)}`.trim();
  }

  /** What is left of a length of time, as hours and minutes, or minutes and seconds. */
  countdown(ms: number): string {
    const total = Math.max(0, Math.floor(ms / SECOND));
    const two = (n: number) => String(n).padStart(2, '0');
    const hours = Math.floor(total / 3600);
    return hours > 0 ? `${hours}:${two(Math.floor((total % 3600) / 60))} h` : `${Math.floor(total / 60)}:${two(total % 60)} min`;
  }

  age(ms: number | null): string {
    return ms === null ? this.words.t('age.never') : this.words.t('age.ago', { span: this.span(ms) });
  }

  /** The time of day; with the date unless it is today. */
  time(instant: string | number, zone?: string): string {
    const at = new Date(instant);
    const options = this.inZone(zone);
    const day = new Intl.DateTimeFormat('en-CA', { ...options, dateStyle: 'short' });
    const sameDay = day.format(at) === day.format(new Date());
    return new Intl.DateTimeFormat(this.words.language(), {
      ...options,
      ...(sameDay ? {} : { day: 'numeric', month: 'short' }),
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
      hourCycle: 'h23',
    }).format(at);
  }

  /** To the second today; the day and the minute before. */
  moment(instant: string | number, zone?: string): string {
    const time = this.time(instant, zone);
    return /^\d\d:\d\d:\d\d$/.test(time) ? time : this.clock(instant, zone);
  }

  /** Hours and minutes; with the date unless it is today. */
  clock(instant: string | number, zone?: string): string {
    return this.time(instant, zone).replace(/:\d\d$/, '');
  }

  private inZone(zone: string | undefined): Intl.DateTimeFormatOptions {
    return zone ? { timeZone: zone } : {};
  }
}
