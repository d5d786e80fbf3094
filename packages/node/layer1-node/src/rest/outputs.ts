import { ByteWriter, decodeExact, decodeHex, decodeUtf8 } from '@ply/bytes'
import { decodeDisplayHash, hashToDisplay, type OutPoint, type Txid, writeOutput } from '@ply/primitives'
import { btcAmount } from '@ply/rpc'
import type { Layer1Node } from '../layer1Node.ts'
import type { UnspentOutput } from '../mempool/mempoolManager.ts'
import { scriptPubKeyJson } from '../rpc/json/scriptJson.ts'
import { readSize } from './arguments.ts'
import { checkFormat, replyIn, RestError, type RestReply, type RestRequest } from './reply.ts'

const MAX_OUTPOINTS = 15
/** The height by which BIP 64 tells that an output is not in a block yet. */
const MEMPOOL_HEIGHT = 0x7fffffff

interface Question {
  readonly withMempool: boolean
  readonly outpoints: readonly OutPoint[]
}

const parseError = (): RestError => new RestError(400, 'Parse error')
const emptyRequest = (): RestError => new RestError(400, 'Error: empty request')

/** `[checkmempool/]<txid>-<n>/…` */
function readPath(path: string): Question | undefined {
  if (path.length <= 1) return undefined
  const parts = path.slice(1).split('/')
  const withMempool = parts[0] === 'checkmempool'
  const outpoints = parts.slice(withMempool ? 1 : 0).map((part): OutPoint => {
    const [txid, index, ...rest] = part.split('-')
    const hash = decodeDisplayHash<Txid>(txid ?? '')
    const number = readSize(index)
    if (!hash.ok || number === undefined || number > 0xffffffff || rest.length > 0) throw parseError()
    return { txid: hash.value, index: number }
  })
  if (outpoints.length === 0) throw emptyRequest()
  return { withMempool, outpoints }
}

/** BIP 64: whether to heed the pool, then the outpoints. */
function readBody({ body, format }: RestRequest): Question {
  const text = format === 'hex' ? decodeUtf8(body) : undefined
  const bytes = text ? (text.ok ? decodeHex(text.value.trim()) : text) : { ok: true as const, value: body }
  if (!bytes.ok) throw parseError()
  const question = decodeExact(bytes.value, (reader) => {
    const withMempool = reader.u8() !== 0
    const count = reader.compactSize()
    const outpoints: OutPoint[] = []
    for (let i = 0; i < count; i++) outpoints.push({ txid: reader.bytes(32) as Txid, index: reader.u32() })
    return { withMempool, outpoints }
  })
  if (!question.ok) throw parseError()
  return question.value
}

function readQuestion(request: RestRequest): Question {
  const asked = readPath(request.path)
  if (request.body.length === 0 || request.format === 'json') {
    if (!asked) throw emptyRequest()
    return asked
  }
  if (asked) {
    throw new RestError(400, 'Combination of URI scheme inputs and raw post data is not allowed')
  }
  return readBody(request)
}

/** `/rest/getutxos[/checkmempool]/<txid>-<n>/…`, or the same as a body (BIP 64). */
export function restGetUtxos({ chain, mempool, network }: Layer1Node) {
  return async (request: RestRequest): Promise<RestReply> => {
    const { withMempool, outpoints } = readQuestion(request)
    checkFormat(request.format)
    if (outpoints.length > MAX_OUTPOINTS) {
      const message = `Error: max outpoints exceeded (max: ${MAX_OUTPOINTS}, tried: ${outpoints.length})`
      throw new RestError(400, message)
    }
    const hits: (UnspentOutput | undefined)[] = []
    for (const outpoint of outpoints) hits.push(await mempool.unspentOutput(outpoint, { withMempool }))
    const found = hits.filter((hit) => hit !== undefined)
    const { tip } = chain
    const encode = (): Uint8Array => {
      const bitmap = new Uint8Array(Math.ceil(hits.length / 8))
      for (const [i, hit] of hits.entries()) if (hit) bitmap[i >> 3]! |= 1 << (i & 7)
      const writer = new ByteWriter().u32(tip.height).bytes(tip.hash).varBytes(bitmap).compactSize(found.length)
      for (const { output, height } of found) {
        writer.u32(0).u32(height ?? MEMPOOL_HEIGHT)
        writeOutput(writer, output)
      }
      return writer.finish()
    }
    return replyIn(request.format, encode, () => ({
      chainHeight: tip.height,
      chaintipHash: hashToDisplay(tip.hash),
      bitmap: hits.map((hit) => (hit ? '1' : '0')).join(''),
      utxos: found.map(({ output, height }) => ({
        height: height ?? MEMPOOL_HEIGHT,
        value: btcAmount(output.value),
        scriptPubKey: scriptPubKeyJson(output.scriptPubKey, { network }),
      })),
    }))
  }
}
