import type { z } from 'zod';
import type { enrolResponse, pointListResponse, ticketResponse } from '@cupola/contracts';
import { DomainError, enrolRequest, id, pointListRequest, ticketRequest } from '@cupola/contracts';
import type { MessageBus } from '@cupola/messaging';
import { Body, Controller, Get, Header, Headers, HttpCode, Inject, Param, Post, Put, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { Doorkeeper } from '../listener/doorkeeper.js';
import { Caller } from '../listener/caller.js';
import { BUS } from '../tokens.js';
import { readBasic, readTicket } from './credentials.js';
import { PointListUpload } from './point-list-upload.js';
import { PublicUrl } from './public-url.js';
import { readBody } from './read-body.js';

/** A large document takes its time over the bus. */
const TAKE_WITHIN_MS = 8_000;

/** What controllers ask over HTTP before and beside their session. */
@Controller('device/v1')
export class DeviceController {
  constructor(
    @Inject(BUS) private readonly bus: MessageBus,
    private readonly caller: Caller,
    private readonly door: Doorkeeper,
    private readonly publicUrl: PublicUrl,
    private readonly upload: PointListUpload,
  ) {}

  /** Claim code for device secret, once. */
  @Post('enrol')
  @HttpCode(201)
  @Header('Cache-Control', 'no-store')
  enrol(@Body() body: unknown, @Req() request: Request): Promise<z.infer<typeof enrolResponse>> {
    const facts = this.caller.identify(request);
    const asked = readBody(enrolRequest, body);
    return this.door.pass(facts.remoteAddress, null, () => this.bus.request('devices.enrol', { ...asked, ...facts }));
  }

  /** Device secret for a ticket that opens one session, puts one point list, or fetches one document. */
  @Post('tickets')
  @HttpCode(201)
  @Header('Cache-Control', 'no-store')
  async ticket(
    @Body() body: unknown,
    @Headers('authorization') authorization: string | undefined,
    @Headers('cookie') cookie: string | undefined,
    @Req() request: Request,
  ): Promise<z.infer<typeof ticketResponse>> {
    // A browser attaches cookies by itself: whoever could log in with one here could be made to by any page.
    if (cookie !== undefined) throw new DomainError('MALFORMED_REQUEST', 'This address accepts no cookies.');
    const credential = readBasic(authorization);
    const asked = readBody(ticketRequest, body);
    const facts = { ...this.caller.identify(request), isKeyRequired: this.caller.isKeyRequired };
    const presented = `${credential.deviceId}:${credential.secret}`;
    const issued = await this.door.admit(facts.remoteAddress, presented, () => this.bus.request('tickets.issue', { ...credential, ...asked, ...facts }));
    this.door.expect(issued.ticket);
    return { ...issued, url: this.publicUrl.session };
  }

  @Put('points')
  @HttpCode(200)
  @Header('Cache-Control', 'no-store')
  putPoints(
    @Body() body: unknown,
    @Headers('authorization') authorization: string | undefined,
    @Req() request: Request,
  ): Promise<z.infer<typeof pointListResponse>> {
    const ticket = readTicket(authorization);
    const { points } = readBody(pointListRequest, body);
    const facts = this.caller.identify(request);
    return this.door.pass(facts.remoteAddress, ticket, () => this.upload.put(ticket, points, facts));
  }

  /** What NOTIFY announced, once: byte for byte what its size and digest were taken of. */
  @Get('documents/:ref')
  @Header('Cache-Control', 'no-store')
  async document(
    @Param('ref') ref: string,
    @Headers('authorization') authorization: string | undefined,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const ticket = readTicket(authorization);
    if (!id.safeParse(ref).success) throw new DomainError('NOT_FOUND', 'There is no such document.');
    const facts = this.caller.identify(request);
    const { text } = await this.door.pass(facts.remoteAddress, ticket, () => this.bus.request('documents.take', { ticket, ref, ...facts }, { timeoutMs: TAKE_WITHIN_MS }));
    response.type('application/json').send(Buffer.from(text));
  }

  @Get('session')
  session(): never {
    throw new DomainError('MALFORMED_REQUEST', 'A session is a WebSocket: send an upgrade request.');
  }
}
