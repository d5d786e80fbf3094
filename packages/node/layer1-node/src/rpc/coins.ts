import { bytesToHex } from '@ply/bytes'
import { hashToDisplay, type Txid } from '@ply/primitives'
import { btcAmount, type Json, type JsonOutput, optional, param, RPC_ERROR, RpcError, type RpcMethod } from '@ply/rpc'
import { iterateCoins } from '../chain/iterateCoins.ts'
import type { Layer1Node } from '../layer1Node.ts'
import { knowledgeOf } from './descriptor.ts'
import { inferDescriptor, scriptPubKeyJson } from './json/scriptJson.ts'
import { expandScanObjects } from './scanObjects.ts'

const group = 'Blockchain'

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
        optional('include_mempool', 'bool', 'Heed unconfirmed transactions.', { default: true }),
      ],
      handler: async (args) => {
        const outpoint = { txid: args.hash('txid') as Txid, index: args.integerWithin('n', [0, 0xffffffff]) }
        const found = await mempool.unspentOutput(outpoint, { withMempool: args.boolean('include_mempool') })
        if (!found) return null
        return {
          bestblock: hashToDisplay(chain.tip.hash),
          confirmations: found.height === undefined ? 0 : chain.tip.height - found.height + 1,
          value: btcAmount(found.output.value),
          scriptPubKey: scriptPubKeyJson(found.output.scriptPubKey, { network }),
          coinbase: found.isCoinbase,
        }
      },
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
