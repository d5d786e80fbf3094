import { bytesToHex } from '@ply/bytes'
import { encodeTransaction, hashToDisplay, type OutPoint, type Txid } from '@ply/primitives'
import {
  type Json,
  isJsonObject,
  type JsonOutput,
  jsonTypeName,
  optional,
  param,
  parseHash,
  RPC_ERROR,
  type RpcArguments,
  RpcError,
  type RpcMethod,
} from '@ply/rpc'
import type { Layer1Node } from '../../layer1Node.ts'

type Fields = Readonly<Record<string, 'string' | 'number' | 'bool'>>

/** Bitcoin Core's strict reading of an object: every field there and of its type, and no others. */
function checkFields(value: Json, fields: Fields, mayLack = false): void {
  if (!isJsonObject(value)) throw new RpcError(RPC_ERROR.type, 'JSON value is not an object as expected')
  for (const [name, expected] of Object.entries(fields)) {
    const field = value[name] ?? null
    if (field === null && mayLack) continue
    if (field === null) throw new RpcError(RPC_ERROR.type, `Missing ${name}`)
    const actual = jsonTypeName(field)
    if (actual === expected) continue
    const message = `JSON value of type ${actual} for field ${name} is not of expected type ${expected}`
    throw new RpcError(RPC_ERROR.type, message)
  }
  const unknown = Object.keys(value).find((name) => !Object.hasOwn(fields, name))
  if (unknown !== undefined) throw new RpcError(RPC_ERROR.type, `Unexpected key ${unknown}`)
}

function readOutPoint(item: Json): OutPoint {
  checkFields(item, { txid: 'string', vout: 'number' })
  const { txid, vout } = item as { readonly txid: Json; readonly vout: number }
  const id = parseHash(txid, 'txid') as Txid
  if (vout < 0) throw new RpcError(RPC_ERROR.invalidParameter, 'Invalid parameter, vout cannot be negative')
  return { txid: id, index: vout }
}

function spendingPrevouts({ mempool }: Layer1Node, args: RpcArguments): JsonOutput {
  const outputs = args.array('outputs')
  if (outputs.length === 0) throw new RpcError(RPC_ERROR.invalidParameter, 'Invalid parameter, outputs are missing')
  const options = args.object('options', {})
  checkFields(options, { mempool_only: 'bool', return_spending_tx: 'bool' }, true)
  return outputs.map(readOutPoint).map((outpoint) => {
    const spender = mempool.mempool.graph.spender(outpoint)
    if (!spender && options['mempool_only'] === false) {
      const message = 'Mempool lacks a relevant spend, and txospenderindex is unavailable.'
      throw new RpcError(RPC_ERROR.misc, message)
    }
    const shown = spender && options['return_spending_tx'] === true
    return {
      txid: hashToDisplay(outpoint.txid),
      vout: outpoint.index,
      spendingtxid: spender && hashToDisplay(spender.txid),
      spendingtx: shown ? bytesToHex(encodeTransaction(spender.tx)) : undefined,
    }
  })
}

export const spendingPrevoutMethods = (node: Layer1Node): RpcMethod[] => [
  {
    name: 'gettxspendingprevout',
    group: 'Blockchain',
    help: 'Which transactions of the mempool spend outputs.',
    params: [
      param('outputs', 'array', 'Objects with txid and vout.'),
      optional('options', 'object', 'mempool_only, return_spending_tx.'),
    ],
    handler: (args) => spendingPrevouts(node, args),
  },
]
