import type { Logger } from '@ply/ports'
import { parseJson } from '../json/parse.ts'
import { stringifyJson } from '../json/stringify.ts'
import { isJsonObject, type Json, type JsonOutput } from '../json/value.ts'
import type { RpcContext } from '../method/method.ts'
import type { RpcTable } from '../method/table.ts'
import { RPC_ERROR, RpcError } from '../rpcError.ts'
import { formatReply, httpStatus, readHead, readRequest, type RequestHead, type RpcOutcome } from './request.ts'

export interface DispatchContext extends RpcContext {
  readonly table: RpcTable
  readonly logger: Logger
  /** What the node is still doing before it can answer, if anything. */
  readonly warmup: string | undefined
}

export interface HttpReply {
  readonly status: number
  /** Undefined for an answer without a body (204). */
  readonly body: string | undefined
}

async function execute(value: Json, context: DispatchContext): Promise<RpcOutcome> {
  try {
    const request = readRequest(value)
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
    ? { status: 204, body: undefined }
    : { status: httpStatus(head, outcome), body: stringifyJson(formatReply(head, outcome)) + '\n' }

/** Answers the body of one HTTP request: a request, or a batch of them, run one after another. */
export async function dispatch(body: string, context: DispatchContext): Promise<HttpReply> {
  const parsed = parseJson(body)
  if (!parsed.ok) return single(readHead(null), { error: new RpcError(RPC_ERROR.parse, 'Parse error') })
  const value = parsed.value
  if (isJsonObject(value)) return single(readHead(value), await execute(value, context))
  if (!Array.isArray(value)) {
    return single(readHead(null), { error: new RpcError(RPC_ERROR.parse, 'Top-level object parse error') })
  }
  const replies: JsonOutput[] = []
  for (const request of value as readonly Json[]) {
    const head = readHead(request)
    const outcome = await execute(request, context)
    if (!head.notification) replies.push(formatReply(head, outcome))
  }
  if (replies.length === 0 && value.length > 0) return { status: 204, body: undefined }
  return { status: 200, body: stringifyJson(replies) + '\n' }
}
