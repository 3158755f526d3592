import { Service, inject } from '@angular/core';
import type { Alarm, AlarmDefinition, AlarmDetail, AlarmJournalLine, AlarmOccurrence, Claim, CsvReport, Elevation, FloorDetail, ForcedSlot, FoundZone, ImportReport, Point, PointDetail, PlantDetail, PowerHistory, SiteTree, TimelineEntry, User } from '@cupola/contracts';
import { isSimulated } from '@cupola/domain';
import { LiveConnection } from '../live/live-connection';
import { randomId } from './random-id';
import { Refused } from './refused';
import type { RequestOptions } from './request';
import { Session } from './session';
import type { AcknowledgeOutcomes, AlarmDefinitionChange, AuditRecord, Command, Controller, ControllerDetail, EquipmentItem, NewAlarmDefinition, NewUser, OverrideRequest, Page, Registration, Samples, UserChange } from './wire';

// Types of the contracts cost nothing at run time; their constants would bring zod along.
const EPOCH_HEADER = 'cupola-live-epoch';
const IDEMPOTENCY_HEADER = 'idempotency-key';
const LARGEST_PAGE = 1000;
/** An alarm as a person saw it: the occurrence proves which one is meant. */
type Seen = Pick<Alarm, 'id' | 'occurrence'>;

/** Cupola's REST interface as the console uses it. Every write names the live connection it was decided on. */
@Service()
export class Api {
  private readonly session = inject(Session);
  private readonly live = inject(LiveConnection);

  sites = (signal?: AbortSignal) => this.read<{ items: SiteTree[] }>('sites', {}, signal);
  floor = (id: string, signal?: AbortSignal) => this.read<FloorDetail>(`floors/${id}`, {}, signal);
  elevation = (buildingId: string, signal?: AbortSignal) => this.read<Elevation>(`buildings/${buildingId}/elevation`, {}, signal);
  power = (buildingId: string, signal?: AbortSignal) => this.read<PowerHistory>(`buildings/${buildingId}/power`, {}, signal);
  plant = (buildingId: string, signal?: AbortSignal) => this.read<PlantDetail>(`buildings/${buildingId}/plant`, {}, signal);
  point = (id: string, signal?: AbortSignal) => this.read<PointDetail>(`points/${id}`, {}, signal);
  searchPoints = (search: string, signal?: AbortSignal) => this.read<Page<Point>>('points', { search, limit: 12 }, signal);
  searchZones = (search: string, signal?: AbortSignal) => this.read<{ items: FoundZone[] }>('zones', { search, limit: 6 }, signal);
  searchControllers = (search: string, signal?: AbortSignal) => this.read<Page<Controller>>('controllers', { search, limit: 6 }, signal);
  simulationPoints = (signal?: AbortSignal) => this.all<Point>('points', { search: 'Simulation-desk.' }, signal);
  pointsOf = (equipment: string, signal?: AbortSignal) => this.read<Page<Point>>('points', { equipment, limit: LARGEST_PAGE }, signal);
  equipment = (building: string, signal?: AbortSignal) => this.all<EquipmentItem>('equipment', { building }, signal);

  samples(id: string, from: Date, to: Date, signal?: AbortSignal): Promise<Samples> {
    return this.read(`points/${id}/samples`, { from: from.toISOString(), to: to.toISOString(), limit: 10_000 }, signal);
  }

  override = (id: string, body: OverrideRequest) => this.write<Command>('POST', `points/${id}/overrides`, body);
  release = (id: string, reason: string) => this.write<Command>('POST', `points/${id}/overrides/release`, { reason });

  overrides = (signal?: AbortSignal) => this.all<ForcedSlot>('overrides', {}, signal);
  overridesOn = (floor: string, signal?: AbortSignal) => this.all<ForcedSlot>('overrides', { floor }, signal);

  alarm = (id: string, signal?: AbortSignal) => this.read<AlarmDetail>(`alarms/${id}`, {}, signal);
  alarmOccurrence = (id: string, occurrence: number, signal?: AbortSignal) => this.read<AlarmOccurrence>(`alarms/${id}/occurrences/${occurrence}`, {}, signal);
  alarmJournal = (after: number, limit: number, signal?: AbortSignal) =>
    this.read<{ items: AlarmJournalLine[]; head: number }>('alarms/journal', { after, limit }, signal);
  acknowledge = ({ id, occurrence }: Seen, comment: string) => this.write<unknown>('POST', `alarms/${id}/acknowledge`, comment ? { occurrence, comment } : { occurrence });
  acknowledgeAll = (alarms: readonly Seen[], comment: string) =>
    this.write<AcknowledgeOutcomes>('POST', 'alarms/acknowledge', {
      alarms: alarms.map(({ id, occurrence }) => ({ id, occurrence })),
      ...(comment ? { comment } : {}),
    });
  resetAlarm = ({ id, occurrence }: Seen) => this.write<unknown>('POST', `alarms/${id}/reset`, { occurrence });
  commentAlarm = (id: string, text: string) => this.write<unknown>('POST', `alarms/${id}/comment`, { text });

  alarmDefinitions = (signal?: AbortSignal) => this.all<AlarmDefinition>('alarm-definitions', {}, signal);
  defineAlarm = (body: NewAlarmDefinition) => this.write<AlarmDefinition>('POST', 'alarm-definitions', body);
  changeDefinition = (id: string, body: AlarmDefinitionChange) => this.write<AlarmDefinition>('PATCH', `alarm-definitions/${id}`, body);
  deleteDefinition = (id: string) => this.write<unknown>('DELETE', `alarm-definitions/${id}`);
  /** Of the building itself, without the points of a simulation. */
  pointsIn = async (place: { building: string; floor: string | null }, signal?: AbortSignal) => {
    const points = await this.all<Point>('points', place.floor ? { floor: place.floor } : { building: place.building }, signal);
    return points.filter(({ brickClass }) => !isSimulated(brickClass));
  };

  controllers = (signal?: AbortSignal) => this.all<Controller>('controllers', {}, signal);
  controller = (id: string, signal?: AbortSignal) => this.read<ControllerDetail>(`controllers/${id}`, {}, signal);
  timeline = (id: string, query: { kind: string; before?: string }, signal?: AbortSignal) => this.read<Page<TimelineEntry>>(`controllers/${id}/timeline`, query, signal);
  register = (body: Registration) => this.write<{ controller: Controller; claim: Claim }>('POST', 'controllers', body);
  newClaim = (id: string) => this.write<Claim>('POST', `controllers/${id}/claim`);
  confirm = (id: string, serial: string | null) => this.write<unknown>('POST', `controllers/${id}/confirm`, serial ? { serial } : {});
  revoke = (id: string, reason: string) => this.write<unknown>('POST', `controllers/${id}/revoke`, { reason });
  settleIdentity = (id: string) => this.write<ControllerDetail>('POST', `controllers/${id}/identity/settle`, {});
  acceptNewStreams = (id: string) => this.write<ControllerDetail>('POST', `controllers/${id}/streams/accept`, {});
  rotateSecret = (id: string) => this.write<ControllerDetail>('POST', `controllers/${id}/rotate`, {});
  deviceOrigins = (site: string, signal?: AbortSignal) => this.read<{ origins: string[] }>(`sites/${site}/device-origins`, {}, signal);
  bind = (id: string, key: string, point: string | null) =>
    this.write<unknown>('PUT', `controllers/${id}/bindings`, { bindings: [{ key, point }] });

  /** The server takes whole lists: the change is made to the one that it has now. */
  async changeDeviceOrigins(site: string, change: (known: readonly string[]) => string[]): Promise<void> {
    const { origins } = await this.deviceOrigins(site);
    await this.write('PUT', `sites/${site}/device-origins`, { origins: change(origins) });
  }

  controllersCsv(csv: string, mode: 'dryRun' | 'apply'): Promise<CsvReport> {
    return this.writeText(`controllers/csv`, csv, 'text/csv', { dryRun: mode === 'dryRun' });
  }

  audit = (query: Record<string, string | null>, signal?: AbortSignal) => this.read<Page<AuditRecord>>('audit', query, signal);

  users = (signal?: AbortSignal) => this.all<User>('users', {}, signal);
  createUser = (body: NewUser) => this.write<User>('POST', 'users', body);
  changeUser = (id: string, body: UserChange) => this.write<User>('PATCH', `users/${id}`, body);
  setPassword = (id: string, password: string) => this.write<unknown>('POST', `users/${id}/password`, { password });

  importModel(turtle: string, query: { site: string; building: string; timeZone: string; unitSystem: string }): Promise<ImportReport> {
    return this.writeText('imports', turtle, 'text/turtle', query);
  }

  applyImport = (id: string) => this.write<ImportReport>('POST', `imports/${id}/apply`);

  private read<T>(path: string, query: RequestOptions['query'] = {}, signal?: AbortSignal): Promise<T> {
    return this.session.authorized<T>(path, signal ? { query, signal } : { query });
  }

  /** All pages of a list, or a list that comes whole. */
  private async all<T>(path: string, query: Record<string, string>, signal?: AbortSignal): Promise<T[]> {
    const items: T[] = [];
    let cursor: string | null = null;
    do {
      const page: Page<T> = await this.read(path, { ...query, limit: LARGEST_PAGE, cursor }, signal);
      items.push(...page.items);
      cursor = page.nextCursor ?? null;
    } while (cursor);
    return items;
  }

  private write<T>(method: 'POST' | 'PUT' | 'PATCH' | 'DELETE', path: string, body?: unknown): Promise<T> {
    return this.sendNow<T>(path, { method, ...(body === undefined ? {} : { body }) });
  }

  private writeText<T>(path: string, body: string, contentType: string, query: RequestOptions['query']): Promise<T> {
    return this.sendNow<T>(path, { method: 'POST', body, contentType, query });
  }

  /** Sends a change now, or refuses it: nothing that was decided on a lost link may reach the plant later. */
  private async sendNow<T>(path: string, options: RequestOptions): Promise<T> {
    const epoch = this.live.epoch();
    if (!epoch || !this.live.isLive()) throw new Refused('NOT_LIVE', '');
    const headers = { [EPOCH_HEADER]: epoch, [IDEMPOTENCY_HEADER]: randomId() };
    return this.session.authorized<T>(path, { ...options, headers });
  }
}
