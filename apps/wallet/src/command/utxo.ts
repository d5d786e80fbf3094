import { hashToDisplay, outPointKey } from '@ply/primitives'
import type { Coin } from '@ply/wallet'
import { CliError } from '../exitCode.ts'
import { formatSats } from '../format/amount.ts'
import { formatTable } from '../format/table.ts'
import { parseOutPoint } from '../input/outpoint.ts'
import { printResult, type Session } from '../session.ts'
import { withSyncedWallet } from '../wallet/open.ts'

const name = ({ outpoint }: Coin): string => `${hashToDisplay(outpoint.txid)}:${outpoint.index}`

function remark(coin: Coin): string {
  const remarks = []
  if (coin.locked) remarks.push('locked')
  if (!coin.mature) remarks.push('immature')
  if (!coin.trusted) remarks.push('unconfirmed, by others')
  return remarks.join(', ')
}

const COLUMNS = [
  { title: 'coin' },
  { title: 'amount', align: 'right' },
  { title: 'confirmations', align: 'right' },
  { title: 'address' },
  { title: '' },
] as const

/** Coinbase outputs that cannot be spent yet are many after some mining: people see how many unless they ask. */
export async function listCoins(session: Session, { all = false }: { readonly all?: boolean } = {}): Promise<void> {
  await withSyncedWallet(session, ({ state }) => {
    const coins = state.coins().map((coin) => ({ coin, address: state.addressAt(coin.key).address }))
    const json = coins.map(({ coin, address }) => ({
      outpoint: name(coin),
      amount_sat: coin.output.value,
      address,
      confirmations: coin.confirmations,
      coinbase: coin.coinbase,
      mature: coin.mature,
      trusted: coin.trusted,
      locked: coin.locked,
    }))
    printResult(session, json, () => {
      const shown = coins.filter(({ coin }) => all || coin.mature)
      const hidden = coins.length - shown.length
      const rows = shown.map(({ coin, address }) => [
        name(coin),
        formatSats(coin.output.value),
        String(coin.confirmations),
        address,
        session.style.yellow(remark(coin)),
      ])
      return [
        ...(coins.length === 0 ? ['no coins'] : formatTable(COLUMNS, rows)),
        ...(hidden > 0 ? [session.style.dim(`${hidden} mined ones that are immature: --all shows them`)] : []),
      ]
    })
    return Promise.resolve()
  })
}

export async function lockCoin(session: Session, text: string, locked: boolean): Promise<void> {
  const outpoint = parseOutPoint(text)
  await withSyncedWallet(session, ({ state }) => {
    const id = outPointKey(outpoint)
    if (!state.coins().some((coin) => outPointKey(coin.outpoint) === id)) throw new CliError(`no coin ${text}`)
    state.setLocked(outpoint, locked)
    printResult(session, { outpoint: text, locked }, () => [`${text} is ${locked ? 'locked' : 'free'}`])
    return Promise.resolve()
  })
}
