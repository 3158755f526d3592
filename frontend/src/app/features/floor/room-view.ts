import type { AlarmSummary } from '../../live/alarm-order';
import type { LabelText, RoomLabel } from './room-label';
import type { Box } from './label-box';

/** A room ready to be drawn, in pixels of the plan's own area. */
export interface RoomView {
  id: string;
  zoneId: string | null;
  name: string;
  path: string;
  box: Box;
  label: RoomLabel;
  /** Deviation from setpoint inside the bar; null without one. */
  deviation: Box | null;
  middle: Box | null;
  /** The value may not be read as the present state. */
  doubt: boolean;
  overridden: boolean;
  /** The most urgent alarm of the room and how many there are. */
  alarm: AlarmSummary | null;
  /** For screen readers: name, value, quality, age. */
  spoken: string;
}

export type { LabelText };
