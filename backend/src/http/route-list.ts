import type { Permission } from '@cupola/domain';
import { RequestMethod, type Type } from '@nestjs/common';
import { HTTP_CODE_METADATA, METHOD_METADATA, PATH_METADATA, ROUTE_ARGS_METADATA } from '@nestjs/common/internal';
import type { DiscoveryService, MetadataScanner } from '@nestjs/core';
import type { z } from 'zod';
import { PUBLIC_REASON, REQUIRED_PERMISSION } from '../auth/requires.js';
import { ANSWER_SCHEMA, type AnswerSchema } from './answers.js';
import { ZodBody, ZodQuery } from './validation.js';

/** One REST route as it is declared in code. */
export interface RouteDeclaration {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** With Express placeholders: `/api/v1/users/:id`. */
  path: string;
  /** `UsersController.create` */
  name: string;
  permission: Permission | null;
  publicReason: string | null;
  status: number;
  answer: AnswerSchema | null;
  body: z.ZodType | null;
  query: z.ZodType | null;
}

type Handler = (...args: never[]) => unknown;

/** Every route of the program, in the order of paths: for the documents, and for the test that finds none undeclared. */
export function listRoutes(discovery: DiscoveryService, scanner: MetadataScanner): RouteDeclaration[] {
  const routes = discovery.getControllers().flatMap(({ metatype }) => {
    if (typeof metatype !== 'function') return [];
    const controller = metatype as Type;
    const prototype = controller.prototype as Record<string, Handler>;
    return scanner.getAllMethodNames(prototype).flatMap((name) => {
      const handler = prototype[name];
      return handler === undefined || !Reflect.hasMetadata(METHOD_METADATA, handler) ? [] : [declarationOf(controller, name, handler)];
    });
  });
  return routes.sort((a, b) => (`${a.path} ${a.method}` < `${b.path} ${b.method}` ? -1 : 1));
}

function declarationOf(controller: Type, name: string, handler: Handler): RouteDeclaration {
  const read = <T>(key: string) => (Reflect.getMetadata(key, handler) as T | undefined) ?? null;
  const method = RequestMethod[read<RequestMethod>(METHOD_METADATA) ?? RequestMethod.GET] as RouteDeclaration['method'];
  const parts = [Reflect.getMetadata(PATH_METADATA, controller), read<string>(PATH_METADATA)] as (string | null)[];
  return {
    ...{ method, path: `/${parts.flatMap((part) => (part ?? '').split('/')).filter(Boolean).join('/')}`, name: `${controller.name}.${name}` },
    permission: read<Permission>(REQUIRED_PERMISSION),
    publicReason: read<string>(PUBLIC_REASON),
    status: read<number>(HTTP_CODE_METADATA) ?? (method === 'POST' ? 201 : 200),
    answer: read<AnswerSchema>(ANSWER_SCHEMA),
    ...inputsOf(controller, name),
  };
}

/** The contracts that the handler's parameters are parsed with. */
function inputsOf(controller: Type, name: string): Pick<RouteDeclaration, 'body' | 'query'> {
  const parameters = (Reflect.getMetadata(ROUTE_ARGS_METADATA, controller, name) ?? {}) as Record<string, { pipes?: unknown[] }>;
  const pipes = Object.values(parameters).flatMap((parameter) => parameter.pipes ?? []);
  return {
    body: pipes.find((pipe) => pipe instanceof ZodBody)?.schema ?? null,
    query: pipes.find((pipe) => pipe instanceof ZodQuery)?.schema ?? null,
  };
}
