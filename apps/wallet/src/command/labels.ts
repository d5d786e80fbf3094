import { exportLabels, importLabels } from '@ply/wallet'
import { CliError, usageError } from '../exitCode.ts'
import { parseTxid } from '../input/outpoint.ts'
import { readStdin } from '../input/secret.ts'
import { printResult, type Session } from '../session.ts'
import { withSyncedWallet, withWallet } from '../wallet/open.ts'

/** Prints names and locked coins, one JSON object per line (BIP 329). */
export async function exportAll(session: Session): Promise<void> {
  const text = await withWallet(session, ({ state }) => exportLabels(state))
  const lines = text.split('\n').filter((line) => line !== '')
  printResult(
    session,
    lines.map((line) => JSON.parse(line) as Record<string, string | boolean>),
    () => lines,
  )
}

/** Reads such a file from stdin. */
export async function importAll(session: Session): Promise<void> {
  const text = await readStdin(session)
  const counts = await withWallet(session, ({ state }) => {
    const result = importLabels(state, text)
    if (!result.ok) throw usageError(`the labels cannot be read: ${result.error.message}`)
    return result.value
  })
  printResult(session, counts, () => [
    `${counts.taken} taken over${counts.left > 0 ? `, ${counts.left} of kinds that are not kept here` : ''}`,
  ])
}

/** Names a transaction; the empty text takes the name away. */
export async function setLabel(session: Session, txidText: string, label: string): Promise<void> {
  const txid = parseTxid(txidText)
  await withSyncedWallet(session, ({ state }) => {
    if (!state.transaction(txid)) throw new CliError(`no transaction ${txidText} in this wallet`)
    state.setLabel(txid, label)
    printResult(session, { txid: txidText, label }, () => [label === '' ? 'name taken away' : `named '${label}'`])
    return Promise.resolve()
  })
}
