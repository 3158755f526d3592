import {
  acknowledgeAlarm,
  acknowledgeAlarms,
  acknowledgeOutcomes,
  alarmDetail,
  type AlarmDetail,
  alarmJournalQuery,
  alarmJournalResponse,
  alarmOccurrence,
  type AlarmOccurrence,
  alarmsQuery,
  alarmsResponse,
  commentAlarm,
  resetAlarm,
} from '@cupola/contracts';
import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import type { z } from 'zod';
import type { Actor } from '../../auth/actor.js';
import { CurrentActor, Requires } from '../../auth/requires.js';
import { Answers } from '../../http/answers.js';
import { ParseId, ParseNumber, ZodBody, ZodQuery } from '../../http/validation.js';
import { AlarmQueries } from './alarm-queries.js';
import { OperatorActs } from './operator-acts.js';

/** The alarm list, one alarm, the journal, and what operators do with alarms. */
@Controller('api/v1/alarms')
export class AlarmsController {
  constructor(
    private readonly queries: AlarmQueries,
    private readonly acts: OperatorActs,
  ) {}

  @Get()
  @Requires('alarms.read')
  @Answers(alarmsResponse)
  list(@CurrentActor() actor: Actor, @Query(new ZodQuery(alarmsQuery)) query: z.output<typeof alarmsQuery>): Promise<z.infer<typeof alarmsResponse>> {
    return this.queries.shown(actor, query);
  }

  @Get('journal')
  @Requires('alarms.read')
  @Answers(alarmJournalResponse)
  journal(
    @CurrentActor() actor: Actor,
    @Query(new ZodQuery(alarmJournalQuery)) query: z.output<typeof alarmJournalQuery>,
  ): Promise<z.infer<typeof alarmJournalResponse>> {
    return this.queries.journal(actor, query);
  }

  @Get(':id')
  @Requires('alarms.read')
  @Answers(alarmDetail)
  one(@CurrentActor() actor: Actor, @Param('id', ParseId) id: string): Promise<AlarmDetail> {
    return this.queries.get(actor, id);
  }

  @Get(':id/occurrences/:occurrence')
  @Requires('alarms.read')
  @Answers(alarmOccurrence)
  occurrence(@CurrentActor() actor: Actor, @Param('id', ParseId) id: string, @Param('occurrence', ParseNumber) occurrence: number): Promise<AlarmOccurrence> {
    return this.queries.occurrence(actor, id, occurrence);
  }

  @Post('acknowledge')
  @HttpCode(200)
  @Requires('alarms.acknowledge')
  @Answers(acknowledgeOutcomes)
  async acknowledgeMany(
    @CurrentActor() actor: Actor,
    @Body(new ZodBody(acknowledgeAlarms)) { alarms, comment }: z.output<typeof acknowledgeAlarms>,
  ): Promise<z.infer<typeof acknowledgeOutcomes>> {
    return { outcomes: await this.acts.acknowledgeMany(actor, alarms, comment || undefined) };
  }

  @Post(':id/acknowledge')
  @HttpCode(200)
  @Requires('alarms.acknowledge')
  @Answers(alarmDetail)
  async acknowledge(
    @CurrentActor() actor: Actor,
    @Param('id', ParseId) id: string,
    @Body(new ZodBody(acknowledgeAlarm)) { occurrence, comment }: z.output<typeof acknowledgeAlarm>,
  ): Promise<AlarmDetail> {
    await this.acts.acknowledge(actor, id, occurrence, comment || undefined);
    return this.queries.get(actor, id);
  }

  @Post(':id/reset')
  @HttpCode(200)
  @Requires('alarms.acknowledge')
  @Answers(alarmDetail)
  async reset(@CurrentActor() actor: Actor, @Param('id', ParseId) id: string, @Body(new ZodBody(resetAlarm)) { occurrence }: z.output<typeof resetAlarm>): Promise<AlarmDetail> {
    await this.acts.reset(actor, id, occurrence);
    return this.queries.get(actor, id);
  }

  @Post(':id/comment')
  @HttpCode(200)
  @Requires('alarms.acknowledge')
  @Answers(alarmDetail)
  async comment(@CurrentActor() actor: Actor, @Param('id', ParseId) id: string, @Body(new ZodBody(commentAlarm)) { text }: z.output<typeof commentAlarm>): Promise<AlarmDetail> {
    await this.acts.comment(actor, id, text);
    return this.queries.get(actor, id);
  }
}
