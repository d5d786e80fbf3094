import { isUtf8 } from 'node:buffer'
import type { Logger } from '@ply/ports'
import { parseJson } from '../json/parse.ts'
import { stringifyJson } from '../json/stringify.ts'
import { isJsonObject, type Json, type JsonOutput } from '../json/value.ts'
import type { RpcContext } from '../method/method.ts'
import type { RpcTable } from '../method/table.ts'
import { RPC_ERROR, RpcError } from '../rpcError.ts'
import { formatReply, httpStatus, readHead, readRequest, type RequestHead, type RpcOutcome } from './request.ts'
import type { Whitelist } from './whitelist.ts'

export interface DispatchContext extends RpcContext {
  readonly table: RpcTable
  readonly logger: Logger
  /** What the node is still doing before it can answer, if anything. */
  readonly warmup: string | undefined
  /** Who asks. */
  readonly user: string
  readonly whitelist: Whitelist
}

export interface HttpReply {
  readonly status: number
  /** Undefined for an answer without a body (204, 403). */
  readonly body: string | undefined
}

const FORBIDDEN: HttpReply = { status: 403, body: undefined }
const NO_CONTENT: HttpReply = { status: 204, body: undefined }
/** The head of what cannot be read. */
const NOBODY: RequestHead = { version: 'legacy', id: null, notification: false }

async function execute(value: Json, context: DispatchContext): Promise<RpcOutcome> {
  try {
    const request = readRequest(value)
    context.logger.log('debug', `ThreadRPCServer method=${request.method} user=${context.user}`)
    if (context.warmup !== undefined) throw new RpcError(RPC_ERROR.inWarmup, context.warmup)
    return { result: await context.table.call(request.method, request.params, context) }
  } catch (error) {
    if (error instanceof RpcError) return { error }
    const message = error instanceof Error ? error.message : String(error)
    context.logger.log('error', 'a call failed inside', { error: error instanceof Error ? error.stack : message })
    return { error: new RpcError(RPC_ERROR.internal, message) }
  }
}

const single = (head: RequestHead, outcome: RpcOutcome): HttpReply =>
  head.notification
    ? NO_CONTENT
    : { status: httpStatus(head, outcome), body: stringifyJson(formatReply(head, outcome)) + '\n' }

const refuse = (code: number, message: string): HttpReply => single(NOBODY, { error: new RpcError(code, message) })

/** True if the user may not call the method that the request names. A request without one has its own error. */
function isForbidden(request: Json, { user, whitelist, logger }: DispatchContext): boolean {
  const method = isJsonObject(request) ? request['method'] : undefined
  if (typeof method !== 'string' || whitelist.allows(user, method)) return false
  logger.log('warn', `RPC User ${user} not allowed to call method ${method}`)
  return true
}

async function dispatchBatch(requests: readonly Json[], context: DispatchContext): Promise<HttpReply> {
  if (requests.some((request) => isForbidden(request, context))) return FORBIDDEN
  const replies: JsonOutput[] = []
  for (const request of requests) {
    const head = readHead(request)
    const outcome = await execute(request, context)
    if (!head.notification) replies.push(formatReply(head, outcome))
  }
  // An empty batch was answered before there were notifications.
  if (replies.length === 0 && requests.length > 0) return NO_CONTENT
  return { status: 200, body: stringifyJson(replies) + '\n' }
}

/** Answers the body of one HTTP request: a request, or a batch of them, run one after another. */
export async function dispatch(body: Uint8Array | string, context: DispatchContext): Promise<HttpReply> {
  const readable = typeof body === 'string' || isUtf8(body)
  const parsed = readable ? parseJson(typeof body === 'string' ? body : Buffer.from(body).toString('utf8')) : undefined
  if (!parsed?.ok) return refuse(RPC_ERROR.parse, 'Parse error')
  if (!context.whitelist.allowsAny(context.user)) {
    context.logger.log('warn', `RPC User ${context.user} not allowed to call any methods`)
    return FORBIDDEN
  }
  const { value } = parsed
  if (isJsonObject(value)) {
    return isForbidden(value, context) ? FORBIDDEN : single(readHead(value), await execute(value, context))
  }
  if (Array.isArray(value)) return dispatchBatch(value as readonly Json[], context)
  return refuse(RPC_ERROR.parse, 'Top-level object parse error')
}
