import { hexToBytes } from '@ply/bytes'
import {
  computeTxid,
  computeWtxid,
  encodeAddress,
  hashToDisplay,
  isCoinbase,
  SEQUENCE_REPLACEABLE,
  type Transaction,
} from '@ply/primitives'
import { btcAmount, type JsonOutput } from '@ply/rpc'
import { type AmountEntry, blocksToMaturity, computeAmounts, isTrusted, type TransactionRecord } from '@ply/wallet'
import type { NodeWallet } from '../nodeWallet.ts'
import { parentDescriptors } from '../solving.ts'

type Fields = Record<string, JsonOutput>

const shownTxid = (internalHex: string): string => hashToDisplay(hexToBytes(internalHex))

/** Wallet transactions that spend what another one spends, too. */
const conflictsOf = ({ wallet }: NodeWallet, tx: Transaction): string[] =>
  isCoinbase(tx)
    ? []
    : wallet.ledger.log
        .rivals(tx)
        .map(({ txid }) => shownTxid(txid))
        .sort()

/** Whether others may come in its place, by what it and what it depends on signal (BIP 125). */
function replaceability({ node }: NodeWallet, { tx, confirmation }: TransactionRecord): string {
  if (confirmation) return 'no'
  const signals = (each: Transaction): boolean => each.inputs.some(({ sequence }) => sequence <= SEQUENCE_REPLACEABLE)
  const entry = node.mempool.mempool.get(computeTxid(tx))
  if (signals(tx)) return 'yes'
  if (!entry) return 'unknown'
  return [...node.mempool.mempool.graph.ancestors([entry])].some((each) => signals(each.tx)) ? 'yes' : 'no'
}

/** Where a transaction stands, and what was noted of it; Bitcoin Core's `WalletTxToJSON`. */
export function walletTransactionJson(owner: NodeWallet, record: TransactionRecord): Fields {
  const { wallet, node } = owner
  const { tx, confirmation } = record
  const block = confirmation && node.chain.tree.active.at(confirmation.height)
  const note = wallet.note(record.txid)
  const place: Fields =
    block && confirmation
      ? {
          blockhash: hashToDisplay(block.hash),
          blockheight: confirmation.height,
          blockindex: confirmation.position,
          blocktime: block.time,
        }
      : { trusted: isTrusted(wallet, record) }
  return {
    confirmations: wallet.ledger.depth(record),
    generated: isCoinbase(tx) ? true : undefined,
    ...place,
    txid: hashToDisplay(computeTxid(tx)),
    wtxid: hashToDisplay(computeWtxid(tx)),
    walletconflicts: conflictsOf(owner, tx),
    mempoolconflicts: [...wallet.ledger.mempoolConflicts(record)].map(shownTxid).sort(),
    time: note?.time ?? record.time,
    timereceived: note?.received ?? record.time,
    'bip125-replaceable': node.deprecatedRpc.has('bip125') ? replaceability(owner, record) : undefined,
    comment: note?.comment,
    to: note?.to,
    replaces_txid: note?.replaces && shownTxid(note.replaces),
    replaced_by_txid: note?.replacedBy && shownTxid(note.replacedBy),
  }
}

export interface EntryOptions {
  /** Also say where the transaction stands. */
  readonly long: boolean
  /** Only what came to addresses of this name. */
  readonly label?: string | undefined
  readonly includeChange?: boolean
  /** What came is left out of a transaction with fewer confirmations. */
  readonly minDepth?: number
}

function category({ wallet }: NodeWallet, record: TransactionRecord): string {
  if (!isCoinbase(record.tx)) return 'receive'
  if (wallet.ledger.depth(record) < 1) return 'orphan'
  return blocksToMaturity(wallet, record) > 0 ? 'immature' : 'generate'
}

/** The lines of an account that a transaction makes; Bitcoin Core's `ListTransactions`. */
export function transactionEntries(owner: NodeWallet, record: TransactionRecord, options: EntryOptions): Fields[] {
  const { wallet } = owner
  const { sent, received, fee } = computeAmounts(wallet, record, options.includeChange)
  const where = options.long ? walletTransactionJson(owner, record) : {}
  const abandoned = record.status === 'dropped'
  const addressOf = ({ scriptPubKey }: AmountEntry): string | undefined => encodeAddress(scriptPubKey, wallet.network)
  const labelOf = (address: string | undefined): string | undefined =>
    address === undefined ? undefined : wallet.labels.get(address)?.label
  const entries: Fields[] = []
  for (const entry of options.label === undefined ? sent : []) {
    const address = addressOf(entry)
    entries.push({
      address,
      category: 'send',
      amount: btcAmount(-entry.value),
      label: labelOf(address),
      vout: entry.index,
      fee: btcAmount(-fee),
      ...where,
      abandoned,
    })
  }
  if (wallet.ledger.depth(record) < (options.minDepth ?? 0)) return entries
  for (const entry of received) {
    const address = addressOf(entry)
    const label = labelOf(address)
    if (options.label !== undefined && (label ?? '') !== options.label) continue
    entries.push({
      address,
      parent_descs: parentDescriptors(wallet, entry.scriptPubKey),
      category: category(owner, record),
      amount: btcAmount(entry.value),
      label,
      vout: entry.index,
      abandoned,
      ...where,
    })
  }
  return entries
}
