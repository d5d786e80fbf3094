import { decodeAddress, encodeAddress, hashToDisplay, isCoinbase, computeTxid } from '@ply/primitives'
import { btcAmount, type JsonOutput, optional, param, type RpcArguments, type RpcMethod } from '@ply/rpc'
import { blocksToMaturity, type TransactionRecord } from '@ply/wallet'
import { bytesToHex } from '@ply/bytes'
import type { NodeWallet } from '../nodeWallet.ts'
import { walletError } from '../walletError.ts'
import type { WalletHost } from '../walletHost.ts'
import { readAddress } from './transactionArguments.ts'
import { readLabel, walletMethod } from './walletMethod.ts'

interface DepthFilter {
  readonly minDepth: number
  readonly includeImmature: boolean
}

const readFilter = (args: RpcArguments): DepthFilter => ({
  minDepth: args.integer('minconf'),
  includeImmature: args.boolean('include_immature_coinbase'),
})

function counts(
  { wallet }: NodeWallet,
  record: TransactionRecord,
  { minDepth, includeImmature }: DepthFilter,
): boolean {
  const depth = wallet.ledger.depth(record)
  if (depth < minDepth || (isCoinbase(record.tx) && depth < 1)) return false
  return includeImmature || blocksToMaturity(wallet, record) === 0
}

function sumReceived(owner: NodeWallet, scripts: readonly Uint8Array[], filter: DepthFilter): JsonOutput {
  const mine = new Set(scripts.filter((script) => owner.wallet.isMine(script)).map(bytesToHex))
  if (mine.size === 0) throw walletError('Address not found in wallet')
  let sum = 0n
  for (const record of owner.wallet.ledger.log.all()) {
    if (!counts(owner, record, filter)) continue
    for (const { scriptPubKey, value } of record.tx.outputs) if (mine.has(bytesToHex(scriptPubKey))) sum += value
  }
  return btcAmount(sum)
}

function receivedByLabel(args: RpcArguments, owner: NodeWallet): JsonOutput {
  const addresses = owner.wallet.labels.addresses(readLabel(args, 'label'))
  if (addresses.length === 0) throw walletError('Label not found in wallet')
  const scripts = addresses.map((address) => readAddress(address, owner.wallet.network))
  return sumReceived(owner, scripts, readFilter(args))
}

interface Tally {
  amount: bigint
  confirmations: number
  readonly txids: string[]
}

const noTally = (): Tally => ({ amount: 0n, confirmations: Infinity, txids: [] })
const shownDepth = ({ confirmations }: Tally): number => (confirmations === Infinity ? 0 : confirmations)

function tallyByAddress(owner: NodeWallet, filter: DepthFilter): ReadonlyMap<string, Tally> {
  const { wallet } = owner
  const tallies = new Map<string, Tally>()
  for (const record of wallet.ledger.log.all()) {
    if (!counts(owner, record, filter)) continue
    for (const { scriptPubKey, value } of record.tx.outputs) {
      const address = wallet.isMine(scriptPubKey) ? encodeAddress(scriptPubKey, wallet.network) : undefined
      if (address === undefined) continue
      const tally = tallies.get(address) ?? noTally()
      tally.amount += value
      tally.confirmations = Math.min(tally.confirmations, wallet.ledger.depth(record))
      tally.txids.push(hashToDisplay(computeTxid(record.tx)))
      tallies.set(address, tally)
    }
  }
  return tallies
}

function* receivedEntries(args: RpcArguments, owner: NodeWallet) {
  const tallies = tallyByAddress(owner, readFilter(args))
  const includeEmpty = args.boolean('include_empty')
  for (const [address, { label }] of owner.wallet.labels.entries()) {
    const tally = tallies.get(address)
    if (tally || includeEmpty) yield { address, label, tally: tally ?? noTally() }
  }
}

function listByAddress(args: RpcArguments, owner: NodeWallet): JsonOutput {
  const filter = args.string('address_filter', '')
  if (filter !== '' && !decodeAddress(filter, owner.wallet.network).ok) {
    throw walletError('address_filter parameter was invalid')
  }
  return [...receivedEntries(args, owner)]
    .filter(({ address }) => filter === '' || address === filter)
    .map(({ address, label, tally }) => ({
      address,
      amount: btcAmount(tally.amount),
      confirmations: shownDepth(tally),
      label,
      // In no order that would tell when they came, as Bitcoin Core lists them.
      txids: tally.txids.sort(),
    }))
}

function listByLabel(args: RpcArguments, owner: NodeWallet): JsonOutput {
  const byLabel = new Map<string, Tally>()
  for (const { label, tally } of receivedEntries(args, owner)) {
    const sum = byLabel.get(label) ?? noTally()
    sum.amount += tally.amount
    sum.confirmations = Math.min(sum.confirmations, tally.confirmations)
    byLabel.set(label, sum)
  }
  return [...byLabel]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([label, tally]) => ({ amount: btcAmount(tally.amount), confirmations: shownDepth(tally), label }))
}

const minconf = optional('minconf', 'number', 'Only what has so many confirmations.', { default: 1 })
const immature = optional('include_immature_coinbase', 'bool', 'Also coinbase outputs that cannot be spent yet.', {
  default: false,
})
const includeEmpty = optional('include_empty', 'bool', 'Also addresses that got nothing.', { default: false })
const watchonly = optional('include_watchonly', 'bool', 'Not used.')

/** What addresses got. */
export const receivedMethods = (host: WalletHost): RpcMethod[] =>
  [
    {
      name: 'getreceivedbyaddress',
      help: 'What an address got.',
      params: [param('address', 'string', 'The address.'), minconf, immature],
      handler: (args: RpcArguments, owner: NodeWallet) => {
        const script = readAddress(args.string('address'), owner.wallet.network, 'Invalid Bitcoin address')
        return sumReceived(owner, [script], readFilter(args))
      },
    },
    {
      name: 'getreceivedbylabel',
      help: 'What the addresses of a name got.',
      params: [param('label', 'string', 'The name.'), minconf, immature],
      handler: receivedByLabel,
    },
    {
      name: 'listreceivedbyaddress',
      help: 'What each address got.',
      params: [minconf, includeEmpty, watchonly, optional('address_filter', 'string', 'Only this address.'), immature],
      handler: listByAddress,
    },
    {
      name: 'listreceivedbylabel',
      help: 'What the addresses of each name got.',
      params: [minconf, includeEmpty, watchonly, immature],
      handler: listByLabel,
    },
  ].map(walletMethod(host))
