import { hashToDisplay, type Txid } from '@ply/primitives'
import { btcAmount, optional, param, type RpcMethod } from '@ply/rpc'
import type { Layer1Node } from '../layer1Node.ts'
import { scriptPubKeyJson } from './json/scriptJson.ts'

const group = 'Blockchain'

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
  ]
}
