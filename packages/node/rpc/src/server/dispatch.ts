import { isUtf8 } from 'node:buffer'
import type { Logger } from '@ply/ports'
import { parseJson } from '../json/parse.ts'
import { stringifyJson } from '../json/stringify.ts'
import { isJsonObject, type Json, type JsonObject, type JsonOutput } from '../json/value.ts'
import type { RpcContext } from '../method/method.ts'
import type { RpcTable } from '../method/table.ts'
import { RPC_ERROR, RpcError } from '../rpcError.ts'
import {
  formatReply,
  httpStatus,
  readHead,
  readRequest,
  type RequestHead,
  type RpcOutcome,
  type RpcRequest,
} from './request.ts'
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

/** What an HTTP reply is made of. */
export interface RpcReply {
  readonly status: number
  /** Undefined for an answer without a body (204, 403). */
  readonly body: string | undefined
}

/** Milliseconds after which a batch lets others have their turn. */
const MAX_TURN_MS = 20
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

const FORBIDDEN: RpcReply = { status: 403, body: undefined }
const NO_CONTENT: RpcReply = { status: 204, body: undefined }
/** The head of what cannot be read. */
const NOBODY: RequestHead = { version: 'legacy', id: null, notification: false }

/** What a caller sends goes into the log without what could be mistaken for more than its words. */
const printable = (text: string): string => text.replaceAll(/[^a-zA-Z0-9 .,;\-_/:?@()]/g, '')

/** `getValStr` of Bitcoin Core: texts and numbers as they are, anything else as nothing. */
function describeId(id: Json | undefined): string {
  if (typeof id === 'string') return printable(id)
  return typeof id === 'boolean' || id === undefined || id === null ? '' : printable(stringifyJson(id))
}

function failed(error: unknown, { logger }: DispatchContext): RpcOutcome {
  if (error instanceof RpcError) return { error }
  const message = error instanceof Error ? error.message : String(error)
  logger.log('error', 'a call failed inside', { error: error instanceof Error ? error.stack : message })
  return { error: new RpcError(RPC_ERROR.internal, message) }
}

/** The outcome, at once where the method needs not wait for anything: most calls ask for what is in memory. */
function execute(request: RpcRequest, context: DispatchContext): RpcOutcome | Promise<RpcOutcome> {
  try {
    const method = printable(request.method)
    const words = `ThreadRPCServer method=${method} user=${context.user} id=${describeId(request.id)}`
    context.logger.log('debug', words)
    if (context.warmup !== undefined) throw new RpcError(RPC_ERROR.inWarmup, context.warmup)
    const result = context.table.callNow(request.method, request.params, context)
    if (!(result instanceof Promise)) return { result }
    return result.then(
      (late) => ({ result: late }),
      (error: unknown) => failed(error, context),
    )
  } catch (error) {
    return failed(error, context)
  }
}

/** The request, or what is wrong with its form. */
function understand(value: Json): RpcRequest | { readonly error: RpcError } {
  try {
    return readRequest(value)
  } catch (error) {
    if (error instanceof RpcError) return { error }
    throw error
  }
}

const answer = (head: RequestHead, outcome: RpcOutcome): RpcReply => ({
  status: httpStatus(outcome),
  body: stringifyJson(formatReply(head, outcome)) + '\n',
})

/** To a call that was understood: in 2.0, where it failed is in the body alone. */
function single(head: RequestHead, outcome: RpcOutcome): RpcReply {
  if (head.notification) return NO_CONTENT
  return head.version === '2.0' ? { ...answer(head, outcome), status: 200 } : answer(head, outcome)
}

const refuse = (code: number, message: string): RpcReply => answer(NOBODY, { error: new RpcError(code, message) })

/** True if the user may not call the method that the request names. A request without one has its own error. */
function isForbidden(request: Json, { user, whitelist, logger }: DispatchContext): boolean {
  const method = isJsonObject(request) ? request['method'] : undefined
  if (typeof method !== 'string' || whitelist.allows(user, method)) return false
  logger.log('warn', `RPC User ${user} not allowed to call method ${method}`)
  return true
}

async function dispatchBatch(requests: readonly Json[], context: DispatchContext): Promise<RpcReply> {
  if (requests.some((request) => isForbidden(request, context))) return FORBIDDEN
  const replies: JsonOutput[] = []
  let since = performance.now()
  // What is no request at all is answered as if it came with the head of the one before.
  let head = NOBODY
  for (const request of requests) {
    if (performance.now() - since > MAX_TURN_MS) {
      await turn()
      since = performance.now()
    }
    if (isJsonObject(request)) head = readHead(request)
    const understood = understand(request)
    const outcome = 'error' in understood ? understood : await execute(understood, context)
    if (!head.notification) replies.push(formatReply(head, outcome))
  }
  // An empty batch was answered before there were notifications.
  if (replies.length === 0 && requests.length > 0) return NO_CONTENT
  return { status: 200, body: stringifyJson(replies) + '\n' }
}

function dispatchSingle(request: JsonObject, context: DispatchContext): RpcReply | Promise<RpcReply> {
  if (isForbidden(request, context)) return FORBIDDEN
  const head = readHead(request)
  const understood = understand(request)
  if ('error' in understood) return answer(head, understood)
  const outcome = execute(understood, context)
  return outcome instanceof Promise ? outcome.then((late) => single(head, late)) : single(head, outcome)
}

const textOf = (body: Uint8Array): string | undefined =>
  isUtf8(body) ? Buffer.from(body.buffer, body.byteOffset, body.length).toString('utf8') : undefined

/** Answers the body of one HTTP request: a request, or a batch of them, run one after another. */
export function dispatch(body: Uint8Array | string, context: DispatchContext): RpcReply | Promise<RpcReply> {
  const text = typeof body === 'string' ? body : textOf(body)
  const parsed = text === undefined ? undefined : parseJson(text)
  if (!parsed?.ok) return refuse(RPC_ERROR.parse, 'Parse error')
  if (!context.whitelist.allowsAny(context.user)) {
    context.logger.log('warn', `RPC User ${context.user} not allowed to call any methods`)
    return FORBIDDEN
  }
  const { value } = parsed
  if (isJsonObject(value)) return dispatchSingle(value, context)
  if (Array.isArray(value)) return dispatchBatch(value as readonly Json[], context)
  return refuse(RPC_ERROR.parse, 'Top-level object parse error')
}
