import { bytesToHex, unwrap } from '@ply/bytes'
import {
  COIN_RANGE,
  createMuHashUtxoHash,
  createSerializedUtxoHash,
  decodeCoin,
  decodeCoinKey,
  type UtxoHash,
  UtxoStatistics,
} from '@ply/chain'
import type { Coin } from '@ply/consensus'
import type { Store } from '@ply/ports'
import { hashToDisplay, type OutPoint, type Txid } from '@ply/primitives'
import { btcAmount, type Json, type JsonOutput, optional, param, RPC_ERROR, RpcError, type RpcMethod } from '@ply/rpc'
import type { Layer1Node } from '../layer1Node.ts'
import { knowledgeOf } from './descriptor.ts'
import { inferDescriptor, scriptPubKeyJson } from './json/scriptJson.ts'
import { expandScanObjects } from './scanObjects.ts'

const group = 'Blockchain'

/** All coins in the order of their keys, with the bytes that each takes in the store. */
async function* iterateCoins(store: Store): AsyncIterable<readonly [OutPoint, Coin, number]> {
  for await (const [key, value] of store.iterate(COIN_RANGE))
    yield [unwrap(decodeCoinKey(key)), unwrap(decodeCoin(value)), key.length + value.length]
}

const HASHES: Readonly<Record<string, (() => UtxoHash) | undefined>> = {
  hash_serialized_3: createSerializedUtxoHash,
  muhash: createMuHashUtxoHash,
}

function setInfo({ chain }: Layer1Node, hashType: string): Promise<JsonOutput> {
  if (hashType !== 'none' && !Object.hasOwn(HASHES, hashType)) {
    throw new RpcError(RPC_ERROR.invalidParameter, `'${hashType}' is not a valid hash_type`)
  }
  return chain.withFlushedStore(async (store, tip) => {
    const statistics = new UtxoStatistics()
    const hash = HASHES[hashType]?.()
    let size = 0
    for await (const [outpoint, coin, bytes] of iterateCoins(store)) {
      size += bytes
      statistics.add(outpoint, coin)
      hash?.add(outpoint, coin)
    }
    const digest = hash?.digest()
    return {
      height: tip.height,
      bestblock: hashToDisplay(tip.hash),
      txouts: statistics.outputs,
      bogosize: statistics.bogoSize,
      [hashType]: digest && hashToDisplay(digest),
      total_amount: btcAmount(statistics.totalAmount),
      transactions: statistics.transactions,
      disk_size: size,
    }
  })
}

function scan(node: Layer1Node, objects: readonly Json[]): Promise<JsonOutput> {
  const { chain, network } = node
  const scripts = expandScanObjects(node, objects)
  return chain.withFlushedStore(async (store, tip) => {
    let txouts = 0
    let total = 0n
    const unspents: JsonOutput[] = []
    for await (const [{ txid, index }, { output, height, isCoinbase }] of iterateCoins(store)) {
      txouts++
      const wanted = scripts.get(bytesToHex(output.scriptPubKey))
      if (!wanted) continue
      total += output.value
      unspents.push({
        txid: hashToDisplay(txid),
        vout: index,
        scriptPubKey: bytesToHex(output.scriptPubKey),
        desc: inferDescriptor(output.scriptPubKey, network, knowledgeOf(wanted)),
        amount: btcAmount(output.value),
        coinbase: isCoinbase,
        height,
        blockhash: hashToDisplay(chain.tree.active.at(height)!.hash),
        confirmations: tip.height - height + 1,
      })
    }
    return {
      success: true,
      txouts,
      height: tip.height,
      bestblock: hashToDisplay(tip.hash),
      unspents,
      total_amount: btcAmount(total),
    }
  })
}

export function coinMethods(node: Layer1Node): RpcMethod[] {
  const { chain, mempool, network } = node
  return [
    {
      name: 'gettxout',
      group,
      help: 'An unspent output, or null.',
      params: [
        param('txid', 'hash', 'The transaction.'),
        param('n', 'number', 'The output.'),
        optional('include_mempool', 'bool', 'Heed unconfirmed transactions; true by default.'),
      ],
      handler: async (args) => {
        const outpoint = { txid: args.hash('txid') as Txid, index: args.integer('n', undefined, [0, 0xffffffff]) }
        const found = await mempool.unspentOutput(outpoint, { withMempool: args.boolean('include_mempool', true) })
        if (!found) return null
        return {
          bestblock: hashToDisplay(chain.tip.hash),
          confirmations: found.height === undefined ? 0 : chain.tip.height - found.height + 1,
          value: btcAmount(found.output.value),
          scriptPubKey: scriptPubKeyJson(found.output.scriptPubKey, network),
          coinbase: found.isCoinbase,
        }
      },
    },
    {
      name: 'gettxoutsetinfo',
      group,
      help: 'Counts all unspent outputs and hashes them.',
      params: [optional('hash_type', 'string', 'hash_serialized_3 (default), muhash or none.')],
      handler: (args) => setInfo(node, args.string('hash_type', 'hash_serialized_3')),
    },
    {
      name: 'scantxoutset',
      group,
      help: 'Finds the unspent outputs of descriptors.',
      params: [param('action', 'string', 'start, status or abort.'), optional('scanobjects', 'array', 'Descriptors.')],
      handler: (args) => {
        const action = args.string('action')
        // A scan is over when its answer comes: there never is one to report on or to end.
        if (action === 'status') return null
        if (action === 'abort') return false
        if (action !== 'start') throw new RpcError(RPC_ERROR.invalidParameter, `Invalid action '${action}'`)
        if (!args.has('scanobjects')) {
          throw new RpcError(RPC_ERROR.misc, 'scanobjects argument is required for the start action')
        }
        return scan(node, args.array('scanobjects'))
      },
    },
  ]
}
