import { encodeAddress, hashToDisplay } from '@ply/primitives'
import type { HistoryEntry } from '@ply/wallet'
import { formatSats, formatSignedSats } from '../format/amount.ts'
import { formatTable } from '../format/table.ts'
import { formatTime } from '../format/time.ts'
import { parseCount } from '../input/amount.ts'
import { printResult, type Session } from '../session.ts'
import { withSyncedWallet } from '../wallet/open.ts'

function toJson(entry: HistoryEntry, session: Session) {
  return {
    txid: hashToDisplay(entry.txid),
    kind: entry.kind,
    net_sat: entry.net,
    fee_sat: entry.fee,
    status: entry.status,
    confirmations: entry.confirmations,
    height: entry.height,
    time: entry.time,
    replaced_by: entry.replacedBy && hashToDisplay(entry.replacedBy),
    label: entry.label,
    payments: entry.payments.map((output) => ({
      address: encodeAddress(output.scriptPubKey, session.options.network),
      amount_sat: output.value,
    })),
  }
}

/** `3`, `pending`, or why a transaction counts for nothing. */
const state = (entry: HistoryEntry): string =>
  entry.status === 'active' ? (entry.confirmations === 0 ? 'pending' : String(entry.confirmations)) : entry.status

export async function history(session: Session, options: { readonly limit: string }): Promise<void> {
  const limit = parseCount(options.limit, '--limit', { min: 1 })
  const entries = await withSyncedWallet(session, ({ state: wallet }) => Promise.resolve(wallet.history()))
  const shown = entries.slice(0, limit)
  printResult(
    session,
    shown.map((entry) => toJson(entry, session)),
    () => {
      if (entries.length === 0) return ['no transactions yet']
      const { green, red, dim } = session.style
      const rows = shown.map((entry) => {
        const amount = formatSignedSats(entry.net)
        const colour = entry.status === 'active' ? (entry.net < 0n ? red : green) : dim
        return [
          formatTime(entry.time),
          entry.kind,
          colour(amount),
          entry.fee === undefined ? '' : formatSats(entry.fee),
          state(entry),
          hashToDisplay(entry.txid),
          entry.label ?? '',
        ]
      })
      const lines = formatTable(
        [
          { title: 'time' },
          { title: 'kind' },
          { title: 'amount', align: 'right' },
          { title: 'fee', align: 'right' },
          { title: 'confirmations', align: 'right' },
          { title: 'txid' },
          { title: 'label' },
        ],
        rows,
      )
      const more = entries.length - shown.length
      return [...lines, ...(more > 0 ? [dim(`${more} older ones: --limit ${entries.length}`)] : [])]
    },
  )
}
