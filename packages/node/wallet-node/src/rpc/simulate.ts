import { paramShapes } from '@ply/layer1-node'
import { decodeTransactionForms } from '@ply/layer1-node'
import { computeTxid, outPointKey } from '@ply/primitives'
import { btcAmount, type JsonOutput, param, type RpcArguments, type RpcMethod, expectString } from '@ply/rpc'
import type { NodeWallet } from '../nodeWallet.ts'
import { invalidParameter } from '../walletError.ts'
import type { WalletHost } from '../walletHost.ts'

import { optionsParam, walletMethod } from './walletMethod.ts'

/** What transactions would change in the balance, one after the other. */
async function simulate(args: RpcArguments, owner: NodeWallet): Promise<JsonOutput> {
  const { wallet, node } = owner
  const created = new Map<string, bigint>()
  const spent = new Set<string>()
  let change = 0n
  for (const text of args.array('rawtxs', [])) {
    const tx = decodeTransactionForms(expectString(text), [true, false], 'Transaction hex string decoding failure.')
    for (const { prevout } of tx.inputs) {
      const key = outPointKey(prevout)
      if (spent.has(key)) throw invalidParameter('Transaction(s) are spending the same output more than once')
      const known = created.get(key)
      if (known !== undefined) {
        change -= known
        created.delete(key)
      } else {
        if (!(await node.mempool.findOutput(prevout))) {
          throw invalidParameter('One or more transaction inputs are missing or have been spent already')
        }
        change -= wallet.ownOutput(prevout)?.value ?? 0n
      }
      spent.add(key)
    }
    const txid = computeTxid(tx)
    tx.outputs.forEach(({ scriptPubKey, value }, index) => {
      const own = wallet.isMine(scriptPubKey) ? value : 0n
      created.set(outPointKey({ txid, index }), own)
      change += own
    })
  }
  return { balance_change: btcAmount(change) }
}

/** Looking at transactions before they are sent. */
export const simulateMethods = (host: WalletHost): RpcMethod[] =>
  [
    {
      name: 'simulaterawtransaction',
      help: 'What transactions would change in the balance.',
      params: [
        param('rawtxs', 'array', 'The transactions.', { shape: paramShapes.HEX_TRANSACTIONS }),
        optionsParam('Not used.', { include_watchonly: 'bool' }),
      ],
      handler: simulate,
    },
  ].map(walletMethod(host))
