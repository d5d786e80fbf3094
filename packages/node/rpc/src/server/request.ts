import { isJsonObject, type Json, type JsonObject, type JsonOutput } from '../json/value.ts'
import { RPC_ERROR, RpcError } from '../rpcError.ts'

/** `legacy` is what was before 2.0: both members in the answer, and errors in the HTTP status too. */
export type RpcVersion = 'legacy' | '2.0'

export interface RpcRequest {
  readonly version: RpcVersion
  /** Undefined where there was none: the answer has none then. */
  readonly id: Json | undefined
  readonly method: string
  readonly params: Json
  /** A 2.0 request without an id wants no answer. */
  readonly notification: boolean
}

/** What of a request is known before it is understood: enough to answer it with an error. */
export type RequestHead = Pick<RpcRequest, 'version' | 'id' | 'notification'>

export function readHead(value: Json): RequestHead {
  if (!isJsonObject(value)) return { version: 'legacy', id: null, notification: false }
  const version = value['jsonrpc'] === '2.0' ? '2.0' : 'legacy'
  return { version, id: value['id'], notification: version === '2.0' && value['id'] === undefined }
}

/** Understands one request object; throws -32600 with Bitcoin Core's words. */
export function readRequest(value: Json): RpcRequest {
  if (!isJsonObject(value)) throw new RpcError(RPC_ERROR.invalidRequest, 'Invalid Request object')
  const head = readHead(value)
  checkVersion(value)
  const method = value['method'] ?? null
  if (method === null) throw new RpcError(RPC_ERROR.invalidRequest, 'Missing method')
  if (typeof method !== 'string') throw new RpcError(RPC_ERROR.invalidRequest, 'Method must be a string')
  const params = value['params'] ?? []
  if (!Array.isArray(params) && !isJsonObject(params)) {
    throw new RpcError(RPC_ERROR.invalidRequest, 'Params must be an array or object')
  }
  return { ...head, method, params }
}

function checkVersion(value: JsonObject): void {
  const version = value['jsonrpc'] ?? null
  if (version === null || version === '1.0' || version === '2.0') return
  if (typeof version !== 'string') throw new RpcError(RPC_ERROR.invalidRequest, 'jsonrpc field must be a string')
  throw new RpcError(RPC_ERROR.invalidRequest, 'JSON-RPC version not supported')
}

export type RpcOutcome = { readonly result: JsonOutput } | { readonly error: RpcError }

/** The answer object, in the form that the request's version asks for. */
export function formatReply(head: RequestHead, outcome: RpcOutcome): JsonOutput {
  const error =
    'error' in outcome
      ? { code: outcome.error.code, message: outcome.error.message, data: outcome.error.data }
      : undefined
  const { id } = head
  if (head.version === '2.0') {
    return error ? { jsonrpc: '2.0', error, id } : { jsonrpc: '2.0', result: resultOf(outcome), id }
  }
  return { result: resultOf(outcome), error: error ?? null, id }
}

const resultOf = (outcome: RpcOutcome): JsonOutput => ('result' in outcome ? (outcome.result ?? null) : null)

/** HTTP status of a single answer in which errors show. */
export function httpStatus(outcome: RpcOutcome): number {
  if ('result' in outcome) return 200
  if (outcome.error.code === RPC_ERROR.invalidRequest) return 400
  return outcome.error.code === RPC_ERROR.methodNotFound ? 404 : 500
}
