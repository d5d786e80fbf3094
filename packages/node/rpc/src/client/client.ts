import { Agent, request as httpRequest } from 'node:http'
import { basicAuthorization, type Credentials, readCookie } from '../credentials.ts'
import { parseJson } from '../json/parse.ts'
import { stringifyJson } from '../json/stringify.ts'
import { isJsonObject, type Json, type JsonOutput } from '../json/value.ts'
import { RpcError } from '../rpcError.ts'

/** The server could not be asked at all: not there, or it does not know us. */
export class RpcConnectionError extends Error {
  override readonly name = 'RpcConnectionError'
}

export interface RpcClientOptions {
  /** `http://127.0.0.1:18443`, with the path of a wallet or a Lightning node behind it if one is meant. */
  readonly url: string
  /** Fixed credentials, or the path of a cookie file, which is read again whenever the server changed it. */
  readonly auth: Credentials | { readonly cookiePath: string }
  /** How long one answer may take; none by default, as some calls wait for blocks. */
  readonly timeoutMs?: number
}

export interface RpcCall {
  readonly method: string
  readonly params?: readonly JsonOutput[] | { readonly [name: string]: JsonOutput }
}

export type BatchReply = { readonly ok: true; readonly result: Json } | { readonly ok: false; readonly error: RpcError }

export interface RpcClient {
  /** Rejects with `RpcError` where the server says no, with {@link RpcConnectionError} where it cannot be asked. */
  call(method: string, params?: RpcCall['params']): Promise<Json>
  /** Many calls in one request; one reply each, in their order. */
  batch(calls: readonly RpcCall[]): Promise<BatchReply[]>
  close(): void
}

interface HttpAnswer {
  readonly status: number
  readonly body: string
}

function readReply(value: Json): BatchReply {
  if (!isJsonObject(value)) throw new RpcConnectionError('the server answered something that is not JSON-RPC')
  const error = value['error'] ?? null
  if (!isJsonObject(error)) return { ok: true, result: value['result'] ?? null }
  const code = typeof error['code'] === 'number' ? error['code'] : -1
  const message = typeof error['message'] === 'string' ? error['message'] : 'unknown error'
  return { ok: false, error: new RpcError(code, message, error['data']) }
}

export function createRpcClient({ url, auth, timeoutMs }: RpcClientOptions): RpcClient {
  const agent = new Agent({ keepAlive: true, maxSockets: 8 })
  let credentials: Credentials | undefined = 'user' in auth ? auth : undefined
  let lastId = 0

  const authorization = async (): Promise<string> => {
    if (!credentials && 'cookiePath' in auth) {
      try {
        credentials = await readCookie(auth.cookiePath)
      } catch {
        throw new RpcConnectionError(`no credentials: cannot read ${auth.cookiePath} (is plyd running?)`)
      }
    }
    return basicAuthorization(credentials!)
  }

  const post = (body: string, header: string): Promise<HttpAnswer> =>
    new Promise((resolve, reject) => {
      const payload = Buffer.from(body)
      const request = httpRequest(
        url,
        {
          method: 'POST',
          agent,
          headers: { 'Content-Type': 'application/json', 'Content-Length': payload.length, Authorization: header },
        },
        (response) => {
          const chunks: Buffer[] = []
          response.on('data', (chunk: Buffer) => chunks.push(chunk))
          response.on('end', () =>
            resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString('utf8') }),
          )
          response.on('error', reject)
        },
      )
      if (timeoutMs !== undefined) {
        request.setTimeout(timeoutMs, () => request.destroy(new Error(`no answer within ${timeoutMs} ms`)))
      }
      request.on('error', (error) => reject(new RpcConnectionError(`cannot reach ${url}: ${error.message}`)))
      request.end(payload)
    })

  const exchange = async (body: string): Promise<Json> => {
    let answer = await post(body, await authorization())
    if (answer.status === 401 && 'cookiePath' in auth) {
      // The server was started again and has a new cookie.
      credentials = undefined
      answer = await post(body, await authorization())
    }
    if (answer.status === 401) throw new RpcConnectionError(`${url} refuses our credentials`)
    const parsed = parseJson(answer.body)
    if (!parsed.ok) throw new RpcConnectionError(`${url} answered HTTP ${answer.status}: ${answer.body.slice(0, 200)}`)
    return parsed.value
  }

  const write = ({ method, params = [] }: RpcCall): JsonOutput => ({ jsonrpc: '2.0', id: ++lastId, method, params })

  return {
    async call(method, params) {
      const reply = readReply(await exchange(stringifyJson(write({ method, ...(params && { params }) }))))
      if (!reply.ok) throw reply.error
      return reply.result
    },
    async batch(calls) {
      if (calls.length === 0) return []
      const firstId = lastId + 1
      const answer = await exchange(stringifyJson(calls.map(write)))
      if (!Array.isArray(answer)) {
        const reply = readReply(answer)
        throw reply.ok ? new RpcConnectionError('the server does not answer batches') : reply.error
      }
      const byId = new Map<Json, Json>()
      for (const item of answer as readonly Json[]) if (isJsonObject(item)) byId.set(item['id'] ?? null, item)
      return calls.map((_, i) => readReply(byId.get(firstId + i) ?? null))
    },
    close: () => agent.destroy(),
  }
}
