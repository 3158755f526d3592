import type { HostedState } from './life-cycle.js';
import type { PriorityLevel, SlotFact } from './words.js';

/**
 * What a host's report says about the slot that a command once filled: ENDED when the host names the command among those
 * whose time was over, OVERTAKEN when another owner holds the slot, RELEASED when it is empty, null while it is still ours.
 */
export function slotFactOf(
  command: { readonly level: PriorityLevel; readonly commandId: string },
  hosted: Pick<HostedState, 'slots'>,
  ended: readonly string[],
): SlotFact | null {
  if (ended.includes(command.commandId)) return 'ENDED';
  const held = hosted.slots.find((slot) => slot.level === command.level);
  if (held === undefined) return 'RELEASED';
  return held.commandId === command.commandId ? null : 'OVERTAKEN';
}
