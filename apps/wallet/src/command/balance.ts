import { formatBitcoins, formatSats } from '../format/amount.ts'
import { formatTable } from '../format/table.ts'
import { printResult, type Session } from '../session.ts'
import { withSyncedWallet } from '../wallet/open.ts'

export async function balance(session: Session): Promise<void> {
  const { height, amounts } = await withSyncedWallet(session, ({ state }) =>
    Promise.resolve({ height: state.height, amounts: state.balance() }),
  )
  const json = {
    confirmed_sat: amounts.confirmed,
    pending_sat: amounts.pending,
    immature_sat: amounts.immature,
    total_sat: amounts.total,
    spendable_sat: amounts.spendable,
    height,
  }
  const row = (name: string, amount: bigint): string[] => [name, formatSats(amount), formatBitcoins(amount)]
  printResult(session, json, () => {
    const rows = [row('confirmed', amounts.confirmed), row('pending', amounts.pending)]
    if (amounts.immature > 0n) rows.push(row('immature (mined)', amounts.immature))
    rows.push(row('total', amounts.total))
    const { bold, dim } = session.style
    const [, ...lines] = formatTable(
      [{ title: '' }, { title: '', align: 'right' }, { title: '', align: 'right' }],
      rows,
    )
    return [...lines.map((line, i) => (i === lines.length - 1 ? bold(line) : line)), dim(`at height ${height}`)]
  })
}
