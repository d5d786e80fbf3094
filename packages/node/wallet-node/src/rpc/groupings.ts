import { computeTxid, encodeAddress } from '@ply/primitives'
import { btcAmount, type JsonOutput, type RpcArguments, type RpcMethod } from '@ply/rpc'
import { blocksToMaturity, type DescriptorWallet, isFromMe, isTrusted, type TransactionRecord } from '@ply/wallet'
import type { NodeWallet } from '../nodeWallet.ts'
import type { WalletHost } from '../walletHost.ts'
import { walletMethod } from './walletMethod.ts'

/** What lies on each address that ever got something. */
function balancesByAddress(wallet: DescriptorWallet): ReadonlyMap<string, bigint> {
  const balances = new Map<string, bigint>()
  const known = new Set<string>()
  for (const record of wallet.ledger.log.all()) {
    if (!isTrusted(wallet, record, known) || blocksToMaturity(wallet, record) > 0) continue
    if (wallet.ledger.depth(record) < (isFromMe(wallet, record) ? 0 : 1)) continue
    const txid = computeTxid(record.tx)
    record.tx.outputs.forEach(({ scriptPubKey, value }, index) => {
      const address = wallet.isMine(scriptPubKey) ? encodeAddress(scriptPubKey, wallet.network) : undefined
      if (address === undefined) return
      const unspent = wallet.ledger.spenderOf({ txid, index }) ? 0n : value
      balances.set(address, (balances.get(address) ?? 0n) + unspent)
    })
  }
  return balances
}

/** Addresses that a transaction ties together: those of its inputs and of its change. */
function tiedAddresses(wallet: DescriptorWallet, { tx }: TransactionRecord): string[] {
  const spent = tx.inputs.map(({ prevout }) => wallet.ownOutput(prevout)).filter((output) => output !== undefined)
  const change = spent.length > 0 ? tx.outputs.filter(({ scriptPubKey }) => wallet.isChange(scriptPubKey)) : []
  return [...spent, ...change]
    .map(({ scriptPubKey }) => encodeAddress(scriptPubKey, wallet.network))
    .filter((address) => address !== undefined)
}

/** Sets of addresses whose owner is known to be one, by transactions that spend from several. */
function groupAddresses(wallet: DescriptorWallet): readonly ReadonlySet<string>[] {
  const groups = new Map<string, Set<string>>()
  const tie = (addresses: readonly string[]): void => {
    const merged = new Set(addresses.flatMap((address) => [address, ...(groups.get(address) ?? [])]))
    for (const address of merged) groups.set(address, merged)
  }
  for (const record of wallet.ledger.log.all()) {
    tie(tiedAddresses(wallet, record))
    for (const { scriptPubKey } of record.tx.outputs) {
      const address = wallet.isMine(scriptPubKey) ? encodeAddress(scriptPubKey, wallet.network) : undefined
      if (address !== undefined) tie([address])
    }
  }
  return [...new Set(groups.values())]
}

function listGroupings({ wallet }: NodeWallet): JsonOutput {
  const balances = balancesByAddress(wallet)
  return groupAddresses(wallet).map((group) =>
    [...group].sort().map((address) => {
      const label = wallet.labels.get(address)?.label
      return [address, btcAmount(balances.get(address) ?? 0n), ...(label === undefined ? [] : [label])]
    }),
  )
}

/** What the chain tells everybody of whose addresses belong together. */
export const groupingMethods = (host: WalletHost): RpcMethod[] =>
  [
    {
      name: 'listaddressgroupings',
      help: 'Addresses that transactions show to have one owner.',
      params: [],
      handler: (_args: RpcArguments, owner: NodeWallet) => listGroupings(owner),
    },
  ].map(walletMethod(host))
